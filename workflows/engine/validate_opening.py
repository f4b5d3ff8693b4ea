"""Faults of how cases begin from the card of what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflows.engine.description import LABEL_MAX, Entry, Sop
from workflows.engine.fault import Fault, Spot, fault, placed, unknown
from workflows.engine.validate_shape import IDENTIFIER, too_long


def opening_faults(sop: Sop) -> Iterator[Fault]:
    """Yield faults of entries: without a card to stand on, doubled, with answers that nobody can give."""
    yield from placed(_faults(sop), Spot("opening", sop.opening.id))
    for step in sop.steps:
        for action in step.actions:
            if action.about or action.entries:
                yield from placed([fault("entries_elsewhere")], Spot("step", step.id), Spot("action", action.id))


def _faults(sop: Sop) -> Iterator[Fault]:
    opening = sop.opening
    if bool(opening.about) != bool(opening.entries):
        yield fault("about_and_entries")
    for entry_id, count in Counter(entry.id for entry in opening.entries).items():
        if count > 1:
            yield fault("twice", kind="entries", name=entry_id)
    for entry in opening.entries:
        yield from placed(_entry_faults(sop, entry), Spot("entries", entry.id))


def _entry_faults(sop: Sop, entry: Entry) -> Iterator[Fault]:
    if not IDENTIFIER.fullmatch(entry.id):
        yield fault("bad_entry_id", value=entry.id)
    if len(entry.label) > LABEL_MAX:
        yield too_long("label", entry.label, LABEL_MAX)
    fields = {field.id: field for form in sop.forms if form.id == sop.opening.form for field in form.fields}
    yield from unknown("answer", entry.answers, fields)
    for name, value in entry.answers.items():
        choices = tuple(choice.value for choice in fields[name].choices) if name in fields else (value,)
        if value not in choices:
            yield fault("no_choice", key=name, name=value, known=choices)

"""Faults of how cases begin from the card of what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflows.engine.description import LABEL_MAX, Entry, Sop
from workflows.engine.validate_shape import IDENTIFIER


def opening_faults(sop: Sop) -> Iterator[str]:
    """Yield "opening …: reason": entries without a card to stand on, doubled ones, answers that nobody can give."""
    opening, place = sop.opening, f"opening {sop.opening.id}"
    if bool(opening.about) != bool(opening.entries):
        yield f"{place}: about and entries go together"
    if opening.about and sop.paper is not None:
        yield f"{place}: what begins from a card is not entered from paper"
    for entry_id, count in Counter(entry.id for entry in opening.entries).items():
        if count > 1:
            yield f"{place}: entry {entry_id} stands twice"
    for entry in opening.entries:
        yield from (f"{place}: entry {entry.id}: {fault}" for fault in _entry_faults(sop, entry))
    for step in sop.steps:
        for action in step.actions:
            if action.about or action.entries:
                yield f"step {step.id}: action {action.id}: about and entries are the opening's"


def _entry_faults(sop: Sop, entry: Entry) -> Iterator[str]:
    if not IDENTIFIER.fullmatch(entry.id):
        yield "id must be a-z, 0-9 and _"
    if len(entry.label) > LABEL_MAX:
        yield f"label has {len(entry.label)} characters, at most {LABEL_MAX}"
    fields = {field.id: field for form in sop.forms if form.id == sop.opening.form for field in form.fields}
    for name, value in entry.answers.items():
        if name not in fields:
            yield f"unknown question {name!r}"
        elif value not in {choice.value for choice in fields[name].choices}:
            yield f"{value!r} is no choice of {name}"

"""What a new version of an SOP changes, as data: words are found for it where it is told."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from workflows.engine.description import Action, Entry, Field, Form, PaperOpening, Role, Sop, Step
from workflows.engine.letter import DescribedLetter


class PartKind(enum.StrEnum):
    """What kind of thing changed."""

    SOP = "sop"
    ROLE = "peran"
    STEP = "langkah"
    BUTTON = "tombol"
    ENTRY = "tombol_kartu"
    PAPER = "kertas"
    QUESTION = "pertanyaan"
    PACKAGE = "paket"
    LETTER = "surat"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SopChange:
    """`aspect` is empty for a part that is new (`before` empty) or gone (`after` empty)."""

    part: PartKind
    name: str
    aspect: str = ""
    before: str = ""
    after: str = ""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)
_Aspects = Mapping[str, Callable[[_T], Any]]

_SOP: Mapping[str, Callable[[Sop], Any]] = {
    "nomor": lambda sop: sop.number,
    "nama": lambda sop: sop.title,
    "berlaku": lambda sop: sop.effective_on.isoformat(),
    "urutan": lambda sop: [step.short_title for step in sop.steps],
    "pengingat": lambda sop: [f"{percent}%" for percent in sop.reminders],
}
_ROLE: _Aspects[Role] = {
    "nama": lambda role: role.title,
    "atasan": lambda role: role.escalates_to,
}
_STEP: _Aspects[Step] = {
    "nama": lambda step: step.title,
    "pelaksana": lambda step: step.actors,
    "kelengkapan": lambda step: step.needs,
    "hasil": lambda step: step.output,
    "waktu": lambda step: step.norm_text,
    "batas": lambda step: step.deadline_text,
    "kejadian": lambda step: [f"{name}: {outcome.to or '-'}" for name, outcome in step.on_event.items()],
}
_BUTTON: _Aspects[Action] = {
    "nama": lambda action: action.label,
    "pelaksana": lambda action: action.roles,
    "tujuan": lambda action: action.outcome.to,
    "keadaan": lambda action: sorted(action.statuses),
    "isian": lambda action: action.form,
    "syarat": lambda action: action.guards,
    "akibat": lambda action: [" ".join((one.name, *one.args.values())) for one in action.outcome.effects],
    "pemberitahuan": lambda action: action.outcome.notify,
    "penegasan": lambda action: action.confirm.text if action.confirm else "",
    "memutuskan": lambda action: action.decides,
    "kertas": lambda action: action.on_paper_by,
}
_ENTRY: _Aspects[Entry] = {
    "nama": lambda entry: entry.label,
    "terisi": lambda entry: [f"{field} = {value}" for field, value in entry.answers.items()],
}
_PAPER: _Aspects[PaperOpening] = {
    "nama": lambda paper: paper.label,
    "pelaksana": lambda paper: paper.roles,
    "tujuan": lambda paper: paper.then,
    "isian": lambda paper: paper.form,
}
_QUESTION: _Aspects[Field] = {
    "pertanyaan": lambda field: field.ask,
    "nama": lambda field: field.label,
    "jenis": lambda field: field.type,
    "pilihan": lambda field: [choice.label for choice in field.choices],
    "wajib": lambda field: not field.optional,
    "batas": lambda field: [f"{name} {value}" for name, value in dataclasses.asdict(field.limits).items()],
    "bila": lambda field: f"{field.when.field} = {field.when.value}" if field.when else "",
}
_LETTER: _Aspects[DescribedLetter] = {
    "nama": lambda letter: letter.title,
    "penanda_tangan": lambda letter: letter.signer,
    "kepada": lambda letter: letter.to,
    "isi": lambda letter: [*letter.texts, *letter.fields],
}


def differences(older: Sop, newer: Sop) -> tuple[SopChange, ...]:
    """Return what is new, gone or otherwise in `newer`, in the order in which an SOP is read."""
    return tuple(_differences(older, newer))


def _differences(older: Sop, newer: Sop) -> Iterator[SopChange]:
    yield from _otherwise(PartKind.SOP, newer.title, older, newer, _SOP)
    yield from _parts(PartKind.ROLE, older.roles, newer.roles, _ROLE, _title)
    yield from _parts(PartKind.STEP, older.steps, newer.steps, _STEP, _title)
    yield from _parts(PartKind.BUTTON, _buttons(older), _buttons(newer), _BUTTON, lambda action: action.label)
    yield from _parts(PartKind.ENTRY, older.opening.entries, newer.opening.entries, _ENTRY, lambda entry: entry.label)
    yield from _parts(PartKind.PAPER, _papers(older), _papers(newer), _PAPER, lambda paper: paper.label)
    for form in newer.forms:
        before = next((one.fields for one in older.forms if one.id == form.id), ())
        yield from _parts(PartKind.QUESTION, before, form.fields, _QUESTION, functools.partial(_question, form))
    sizes: _Aspects[Any] = {
        "nama": lambda package: package.label,
        "batas": lambda package: [f"{k} {v}" for k, v in package.limits.items()],
    }
    yield from _parts(PartKind.PACKAGE, older.packages, newer.packages, sizes, lambda package: package.id)
    yield from _parts(PartKind.LETTER, older.letters, newer.letters, _LETTER, _title)


def _parts(
    part: PartKind, older: Iterable[_T], newer: Iterable[_T], aspects: _Aspects[_T], name: Callable[[_T], str]
) -> Iterator[SopChange]:
    before, after = {one.id: one for one in older}, {one.id: one for one in newer}
    for key, one in after.items():
        if key not in before:
            yield SopChange(part=part, name=name(one), after=name(one))
        else:
            yield from _otherwise(part, name(one), before[key], one, aspects)
    for key, one in before.items():
        if key not in after:
            yield SopChange(part=part, name=name(one), before=name(one))


def _otherwise(
    part: PartKind, name: str, older: _T | Sop, newer: _T | Sop, aspects: Mapping[str, Callable[[Any], Any]]
) -> Iterator[SopChange]:
    for aspect, value in aspects.items():
        before, after = value(older), value(newer)
        if before != after:
            yield SopChange(
                part=part, name=name, aspect=aspect, before=_words(before, after), after=_words(after, before)
            )


def _buttons(sop: Sop) -> tuple[Action, ...]:
    return tuple({action.id: action for action in (sop.opening, *sop.actions)}.values())


def _papers(sop: Sop) -> tuple[PaperOpening, ...]:
    return (sop.paper,) if sop.paper else ()


def _question(form: Form, field: Field) -> str:
    return f"{form.title}: {field.label}"


def _title(one: Any) -> str:
    return str(one.title)


def _words(value: Any, other: Any) -> str:
    """Return a value in a line; of a list of amounts only what the other has not."""
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        value = [one for one in value if one not in other]
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)

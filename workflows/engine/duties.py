"""What a role does, out of the descriptions: for the help, which so says of every SOP what is true of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from workflows.engine.description import Sop

_Button = tuple[str, str, str]  # kind and step of its duty, and its label


@dataclasses.dataclass(frozen=True)
class Duty:
    """Buttons of a role: those of one step, by its short title; those that begin a case; or those of several steps."""

    kind: str  # "begin", "step" or "any"; or what has the card from which a case begins
    step: str
    labels: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Service:
    """What a role does in some SOPs, by their titles. `everywhere`: alike in all that there are, of several."""

    titles: tuple[str, ...]
    duties: tuple[Duty, ...]
    everywhere: bool


def services(sops: Sequence[Sop], role: str) -> tuple[Service, ...]:
    """Return what a role does, told once of all SOPs in which it is alike: what most have in common comes first."""
    titles: dict[_Button, list[str]] = {}
    for sop in sops:
        for duty in duties(sop, role):
            for label in duty.labels:
                titles.setdefault((duty.kind, duty.step, label), []).append(sop.title)
    alike: dict[tuple[str, ...], list[_Button]] = {}
    for button, having in titles.items():
        alike.setdefault(tuple(having), []).append(button)
    found = sorted(alike.items(), key=lambda item: -len(item[0]))
    return tuple(Service(having, _together(buttons), len(having) == len(sops) > 1) for having, buttons in found)


def _together(buttons: Sequence[_Button]) -> tuple[Duty, ...]:
    """Put the buttons of one step together, in the order of the steps."""
    of_step: dict[tuple[str, str], list[str]] = {}
    for kind, step, label in buttons:
        of_step.setdefault((kind, step), []).append(label)
    return tuple(Duty(kind, step, tuple(labels)) for (kind, step), labels in of_step.items())


def duties(sop: Sop, role: str) -> tuple[Duty, ...]:
    """Return the buttons that move a case or say something of it; what only shows something explains itself."""
    often = Counter(action.id for action in sop.actions)
    found = [Duty(sop.opening.about or "begin", "", _begun(sop, role))]
    always: dict[str, None] = {}
    for step in sop.steps:
        mine = [action for action in step.actions if role in action.roles and action.kind != "view"]
        always |= dict.fromkeys(action.label for action in mine if often[action.id] > 1)
        found.append(Duty("step", step.short_title, tuple(one.label for one in mine if often[one.id] == 1)))
    found.append(Duty("any", "", tuple(always)))
    return tuple(duty for duty in found if duty.labels)


def _begun(sop: Sop, role: str) -> tuple[str, ...]:
    opening = sop.opening
    own = [entry.label for entry in opening.entries] if opening.about else [opening.label]
    on_paper = [sop.paper.label] if sop.paper and role in sop.paper.roles else []
    return (*(own if role in opening.roles else []), *on_paper)

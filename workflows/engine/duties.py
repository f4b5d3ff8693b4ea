"""What a role does, out of the descriptions: for the help, which so says of every SOP what is true of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence

from workflows.engine.description import Sop


@dataclasses.dataclass(frozen=True)
class Duty:
    """Buttons of a role: those of one step, by its short title; those that begin a case; or those of several steps."""

    kind: str  # "begin", "step" or "any"
    step: str
    labels: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Service:
    """What a role does in some SOPs, by their titles. `everywhere`: alike in all that there are, of several."""

    titles: tuple[str, ...]
    duties: tuple[Duty, ...]
    everywhere: bool = False


def services(sops: Sequence[Sop], role: str) -> tuple[Service, ...]:
    """Return what a role does: first what is the same in all SOPs that know it, then the rest of each."""
    each = {sop.title: duties(sop, role) for sop in sops}
    each = {title: found for title, found in each.items() if found}
    if not each:
        return ()
    common = _common(list(each.values())) if len(each) > 1 else ()
    rest = [Service((title,), _without(found, common)) for title, found in each.items()]
    shared = Service(tuple(each), common, everywhere=len(each) == len(sops))
    return tuple(one for one in (shared, *rest) if one.duties)


def _common(each: Sequence[tuple[Duty, ...]]) -> tuple[Duty, ...]:
    """Return what stands in all of them, button by button."""
    first, *others = each
    known = [{(duty.kind, duty.step, label) for duty in found for label in duty.labels} for found in others]
    return _kept(first, lambda duty, label: all((duty.kind, duty.step, label) in one for one in known))


def _without(found: tuple[Duty, ...], common: tuple[Duty, ...]) -> tuple[Duty, ...]:
    said = {(duty.kind, duty.step, label) for duty in common for label in duty.labels}
    return _kept(found, lambda duty, label: (duty.kind, duty.step, label) not in said)


def _kept(found: Sequence[Duty], keep: Callable[[Duty, str], bool]) -> tuple[Duty, ...]:
    some = (dataclasses.replace(duty, labels=tuple(one for one in duty.labels if keep(duty, one))) for duty in found)
    return tuple(duty for duty in some if duty.labels)


def duties(sop: Sop, role: str) -> tuple[Duty, ...]:
    """Return the buttons that move a case or say something of it; what only shows something explains itself."""
    begun = [sop.opening.label] if role in sop.opening.roles else []
    begun += [sop.paper.label] if sop.paper and role in sop.paper.roles else []
    often = Counter(action.id for action in sop.actions)
    found = [Duty("begin", "", tuple(begun))]
    always: dict[str, None] = {}
    for step in sop.steps:
        mine = [action for action in step.actions if role in action.roles and action.kind != "view"]
        always |= dict.fromkeys(action.label for action in mine if often[action.id] > 1)
        found.append(Duty("step", step.short_title, tuple(one.label for one in mine if often[one.id] == 1)))
    found.append(Duty("any", "", tuple(always)))
    return tuple(duty for duty in found if duty.labels)

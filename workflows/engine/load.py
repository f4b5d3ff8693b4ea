"""Reads an SOP's TOML file, and the parts it includes, into a `Sop`. Unknown or missing keys are refused.

What the parts mean together (names, reachability) is looked at by `validate.py`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflows.engine.description import (
    REMINDERS,
    Action,
    Confirm,
    Effect,
    Entry,
    Outcome,
    Package,
    PaperOpening,
    Role,
    Sop,
    Status,
    Step,
)
from workflows.engine.fault import each
from workflows.engine.included import Files
from workflows.engine.load_forms import load_forms
from workflows.engine.load_letters import load_letter, load_previews
from workflows.engine.load_sheet import load_sheet
from workflows.engine.toml_table import TomlTable, duration

EVERY_STEP = "*"  # among the steps of a shared button


def load_sop(path: Path) -> Sop:
    """Read one description. Raises `DescriptionError` with file, place and what is wrong there."""
    files = Files(path)
    top, head = files.own, files.own.table("sop")
    packages = each(files.tables("packages"), _package)
    shared = each(files.tables("shared_actions", own_first=True), _shared)
    steps = sorted(each(files.tables("steps"), lambda item: _step(item, shared)), key=lambda step: step.number)
    known = (EVERY_STEP, *(step.id for step in steps))
    each(shared, lambda one: one.ensure_known(known))
    sop = Sop(
        code=head.text("code"),
        number=head.text("number"),
        version=head.whole("version"),
        title=head.text("title"),
        case_prefix=head.text("case_prefix"),
        effective_on=head.take("effective_on", dt.date),
        source=str(path),
        opening=_action(top.table("opening"), kind="open"),
        paper=_paper(top.table("paper", default={})),
        roles=each(files.tables("roles"), _role),
        steps=tuple(steps),
        forms=load_forms(files.tables("forms"), packages),
        packages=packages,
        letters=each(files.tables("letters"), load_letter),
        sheet=load_sheet(top),
        reminders=head.wholes("reminders", default=REMINDERS),
        origins=files.origins,
    )
    head.done()
    files.done()
    return sop


def _paper(place: TomlTable) -> PaperOpening | None:
    if place.empty:
        return None
    paper = PaperOpening(
        label=place.text("label"),
        roles=place.texts("roles"),
        then=place.text("then"),
        form=place.text("form", default=""),
    )
    place.done()
    return paper


@dataclasses.dataclass(frozen=True)
class _Shared:
    """A button of several steps, and where it is described."""

    item: TomlTable
    steps: tuple[str, ...]
    action: Action

    def stands_in(self, step_id: str) -> bool:
        return step_id in self.steps or EVERY_STEP in self.steps

    def ensure_known(self, steps: Sequence[str]) -> None:
        for name in self.steps:
            if name not in steps:
                raise self.item.error("unknown_shared_step", name=name, known=tuple(steps))


def _shared(item: TomlTable) -> _Shared:
    steps = item.texts("steps")
    return _Shared(item, steps, _action(item))


def _role(item: TomlTable) -> Role:
    role = Role(
        id=item.text("id"),
        title=item.text("title"),
        scope=item.one_of("scope", ("opd", "office")),
        single=item.flag("single"),
        escalates_to=item.text("escalates_to", default=""),
        appoints=item.flag("appoints"),
        hears_vacancies=item.flag("hears_vacancies"),
    )
    item.done()
    return role


def _package(item: TomlTable) -> Package:
    limits = item.take("limits", dict)
    if not limits or not all(type(value) is int and value > 0 for value in limits.values()):
        raise item.error("bad_package_limits")
    package = Package(id=item.text("id"), label=item.text("label"), limits=MappingProxyType(limits))
    item.done()
    return package


def _step(item: TomlTable, shared: Sequence[_Shared]) -> Step:
    step_id = item.text("id")
    norm_text, norm = duration(item, "norm")
    deadline_text, deadline = duration(item, "deadline")
    own = each(item.tables("actions"), _action)
    events = item.take("on_event", dict, default={})
    step = Step(
        id=step_id,
        number=item.whole("number"),
        title=item.text("title"),
        short_title=item.text("short_title"),
        actors=item.texts("actors"),
        performers=item.texts("performers", default=[]),
        needs=item.text("needs"),
        output=item.text("output"),
        remark=item.text("remark", default=""),
        norm=norm,
        norm_text=norm_text,
        deadline=deadline,
        deadline_text=deadline_text,
        actions=own + tuple(one.action for one in shared if one.stands_in(step_id)),
        on_event=MappingProxyType({name: _event(item, name, value) for name, value in events.items()}),
        answered_by=item.texts("answered_by", default=[]),
    )
    item.done()
    return step


def _event(step: TomlTable, name: str, data: Any) -> Outcome:
    if not isinstance(data, dict):
        raise step.error("event_no_table", name=name)
    place = step.inside(data, "event", name)
    outcome = _outcome(place)
    place.done()
    return outcome


def _action(item: TomlTable, *, kind: str = "") -> Action:
    outcome = _outcome(item)
    kind = kind or item.text("kind", default="transition" if outcome.to else "stay")
    action = Action(
        id=item.text("id"),
        label=item.text("label"),
        roles=item.texts("roles"),
        kind=item.checked("kind", kind, ("open", "reopen", "transition", "stay", "view", "remark")),
        style=item.one_of("style", ("success", "danger", "primary", ""), default=""),
        form=item.text("form", default=""),
        submit=item.text("submit", default=""),
        statuses=frozenset(item.status(name) for name in item.texts("statuses", default=[Status.OPEN])),
        guards=item.texts("guards", default=[]),
        once=item.flag("once"),
        decides=item.flag("decides"),
        on_paper_by=item.text("on_paper_by", default=""),
        confirm=_confirm(item),
        done_text=item.text("done_text", default=""),
        remark=item.one_of("remark", ("internal", "question", "answer", ""), default=""),
        then=item.text("then", default=""),
        about=item.one_of("about", ("hosting", ""), default=""),
        entries=each(item.tables("entries"), _entry),
        subject=item.text("subject", default=""),
        previews=load_previews(item),
        outcome=outcome,
    )
    item.done()
    return action


def _entry(item: TomlTable) -> Entry:
    answers = item.take("answers", dict, default={})
    if not all(isinstance(value, str) for value in answers.values()):
        raise item.error("answers_not_texts")
    entry = Entry(
        id=item.text("id"),
        label=item.text("label"),
        answers=MappingProxyType(answers),
        style=item.one_of("style", ("success", "danger", "primary", ""), default=""),
    )
    item.done()
    return entry


def _confirm(item: TomlTable) -> Confirm | None:
    data = item.take("confirm", dict, default={})
    if not data:
        return None
    place = item.inside(data, "confirm")
    confirm = Confirm(text=place.text("text"), yes=place.text("yes"), no=place.text("no"))
    place.done()
    return confirm


def _outcome(item: TomlTable) -> Outcome:
    status = item.text("status", default="")
    return Outcome(
        to=item.text("to", default=""),
        status=item.status(status) if status else None,
        effects=tuple(_effect(item, effect) for effect in item.take("effects", list, default=[])),
        sets=_sets(item),
        clears=item.texts("clears", default=[]),
        records=item.text("records", default=""),
        notify=item.texts("notify", default=[]),
    )


def _sets(item: TomlTable) -> MappingProxyType[str, str | bool]:
    data = item.take("sets", dict, default={})
    for name, value in data.items():
        if not isinstance(value, str | bool):
            raise item.error("bad_set", name=name)
    return MappingProxyType(data)


def _effect(item: TomlTable, data: Any) -> Effect:
    if isinstance(data, str):
        return Effect(data)
    if isinstance(data, dict) and "do" in data and all(isinstance(value, str) for value in data.values()):
        return Effect(data["do"], MappingProxyType({key: value for key, value in data.items() if key != "do"}))
    raise item.error("bad_effect")

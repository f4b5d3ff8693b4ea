"""A small world for the engine's tests: the hosting SOP, its people, and a case that they move by pressing."""

from __future__ import annotations

import dataclasses
import functools
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from workflows.cases.guards import GUARDS
from workflows.engine.advance import Decision, advance, on_event, open_case
from workflows.engine.case import Actor, CaseState, Mandate
from workflows.engine.description import Sop, Status
from workflows.engine.load import load_sop
from workflows.engine.permit import Denied, available, permit

HOSTING = Path(__file__).parents[3] / "workflows" / "sops" / "hosting.toml"
DISDIK, DINKES = 1, 2
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
SITI = {"name": "Siti Rahma", "nip": "199001012015012001", "phone": "+6281234567890"}


@functools.cache
def hosting() -> Sop:
    return load_sop(HOSTING)


def person(number: int, *roles: str, opd: int = DISDIK, nip: str = "", acting: str = "") -> Actor:
    scopes = {role.id: role.scope for role in hosting().roles}
    return Actor(
        person_id=number,
        nip=nip,
        mandates=tuple(
            Mandate(id=number * 10 + i, role=role, opd_id=opd if scopes[role] == "opd" else None, acting=acting)
            for i, role in enumerate(roles)
        ),
    )


HEAD = person(1, "kepala_opd")
TEAM = person(2, "tim_teknis", nip=SITI["nip"])
CLERK = person(3, "bagian_umum")
CHIEF = person(4, "kepala_dkisp")
KABID = person(5, "kabid")
SUB = person(6, "sub_koordinator")
ENGINEER = person(7, "engineer")
OTHER_HEAD = person(8, "kepala_opd", opd=DINKES)
EVERYBODY = (HEAD, TEAM, CLERK, CHIEF, KABID, SUB, ENGINEER, OTHER_HEAD)


class RefusedError(Exception):
    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied


@dataclasses.dataclass
class Story:
    """A case told press by press. Effects that write facts do so as in the program."""

    case: CaseState
    effects: list[str] = dataclasses.field(default_factory=list)

    def press(self, actor: Actor, label: str, answers: dict[str, Any] | None = None) -> Decision:
        """Press the button that carries `label`; it must stand before this person's eyes."""
        buttons = {b.label: b.id for b in available(hosting(), self.case, actor, guards=GUARDS)}
        assert label in buttons, f"{label!r} is not among {sorted(buttons)}"
        return self.press_id(actor, buttons[label], answers)

    def press_id(self, actor: Actor, action: str, answers: dict[str, Any] | None = None, revision: int = 0) -> Decision:
        verdict = permit(hosting(), self.case, actor, action, revision or self.case.revision, guards=GUARDS)
        if isinstance(verdict, Denied):
            raise RefusedError(verdict)
        return self._take(advance(hosting(), self.case, action, actor, now=NOW, answers=answers))

    def hear(self, event: str) -> Decision:
        return self._take(on_event(hosting(), self.case, event))

    def labels(self, actor: Actor) -> set[str]:
        return {button.label for button in available(hosting(), self.case, actor, guards=GUARDS)}

    def stands(self) -> tuple[str, Status]:
        return self.case.step, self.case.status

    def _take(self, decision: Decision) -> Decision:
        self.case = decision.apply(self.case)
        if any(effect.name == "allot_agenda" for effect in decision.effects):
            self.case = dataclasses.replace(self.case, facts={**self.case.facts, "agenda_number": "1/2026"})
        self.effects += [" ".join((effect.name, *effect.args.values())) for effect in decision.effects]
        return decision


def begun() -> Story:
    return Story(open_case(hosting(), DISDIK, {"aplikasi": "e-Arsip", "tim_teknis": [SITI]}))


WAY: tuple[tuple[Actor, str], ...] = (
    (HEAD, "Kirim permohonan"),
    (CLERK, "Agendakan"),
    (CLERK, "Teruskan ke Kepala"),
    (CHIEF, "Disposisikan"),
    (KABID, "Pilih server"),
    (KABID, "Rekomendasikan disetujui"),
    (CHIEF, "Setujui"),
)


def walked_to(step: str) -> Story:
    """Return a case that people have brought to `step` by the shortest way."""
    story = begun()
    for actor, label in WAY:
        if story.case.step == step:
            break
        story.press(actor, label, {})
    assert story.case.step == step
    return story


def at_assessment() -> Story:
    return walked_to("pengkajian")


def at_decision() -> Story:
    return walked_to("keputusan")


def at_building() -> Story:
    return walked_to("pembuatan")

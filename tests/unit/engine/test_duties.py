"""The help tells each role what it does in every SOP, out of the descriptions."""

from __future__ import annotations

import pytest

from bot.bootstrap import load_sops
from workflows.engine.description import Sop
from workflows.engine.duties import services

SOPS = list(load_sops().values())


@pytest.mark.parametrize("role", sorted({role.id for sop in SOPS for role in sop.roles}))
def test_every_button_that_a_role_may_press_is_told_of_its_sop(role: str) -> None:
    told = {sop.title: labels(sop, role) for sop in SOPS}
    for sop in SOPS:
        wanted = {action.label for action in sop.actions if role in action.roles and action.kind != "view"}
        begun = {entry.label for entry in sop.opening.entries} or {sop.opening.label}
        wanted |= begun if role in sop.opening.roles else set()
        assert told[sop.title] == wanted | ({sop.paper.label} if sop.paper and role in sop.paper.roles else set())


def labels(sop: Sop, role: str) -> set[str]:
    found = [one for one in services(SOPS, role) if sop.title in one.titles]
    return {label for one in found for duty in one.duties for label in duty.labels}


def test_what_is_alike_in_several_sops_is_told_once_of_them_all() -> None:
    with_agenda = [sop for sop in SOPS if any(step.id == "agenda" for step in sop.steps)]
    found = services(SOPS, "bagian_umum")
    told = [one.titles for one in found if any("Agendakan" in duty.labels for duty in one.duties)]
    assert told == [tuple(sop.title for sop in with_agenda)]
    assert services(with_agenda, "bagian_umum")[0].everywhere
    assert not services(SOPS[:1], "bagian_umum")[0].everywhere


def test_who_acts_in_some_sops_only_is_told_which() -> None:
    found = services(SOPS, "engineer")
    assert not any(one.everywhere for one in found)
    assert "Layanan Konsultasi Aplikasi" not in {title for one in found for title in one.titles}

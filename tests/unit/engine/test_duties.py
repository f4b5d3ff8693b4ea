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
        wanted |= {sop.opening.label} if role in sop.opening.roles else set()
        assert told[sop.title] == wanted | ({sop.paper.label} if sop.paper and role in sop.paper.roles else set())


def labels(sop: Sop, role: str) -> set[str]:
    found = [one for one in services(SOPS, role) if sop.title in one.titles]
    return {label for one in found for duty in one.duties for label in duty.labels}


def test_what_is_alike_in_all_sops_is_told_once() -> None:
    found = services(SOPS, "bagian_umum")
    assert found[0].everywhere
    assert [one.titles for one in found if any("Agendakan" in duty.labels for duty in one.duties)] == [found[0].titles]
    assert services(SOPS[:1], "bagian_umum")[0].titles == (SOPS[0].title,)


def test_who_acts_in_some_sops_only_is_told_which() -> None:
    found = services(SOPS, "engineer")
    assert not any(one.everywhere for one in found)
    assert "Layanan Konsultasi Aplikasi" not in {title for one in found for title in one.titles}

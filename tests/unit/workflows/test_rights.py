"""Who may order what of a hosting that stands: nobody but whom the table names, and only while it stands so."""

from __future__ import annotations

import pytest

from bot.orders.registry import ORDERS
from provisioning.spec import State
from workflows.engine.case import Mandate
from workflows.hosting.rights import RIGHTS, Denial, SiteKind, may_order
from workflows.roles import OF_AN_OPD

OURS, THEIRS = 7, 8
ROLES = ("kepala_opd", "tim_teknis", "bagian_umum", "kepala_dkisp", "kabid", "sub_koordinator", "engineer", "admin")


def test_every_button_has_a_right_and_every_right_a_button() -> None:
    assert ORDERS.keys() == RIGHTS.keys()


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_whom_the_table_does_not_name_is_refused(action: str, role: str) -> None:
    right = RIGHTS[action]
    verdict = may_order(
        action, [Mandate(id=1, role=role, opd_id=OURS)], opd_id=OURS, state=right.states[0], of=right.of[0]
    )
    assert isinstance(verdict, Mandate) is (role in right.roles)


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("state", State)
def test_in_another_state_it_is_refused(action: str, state: State) -> None:
    right = RIGHTS[action]
    verdict = may_order(
        action, [Mandate(id=1, role=right.roles[0], opd_id=OURS)], opd_id=OURS, state=state, of=right.of[0]
    )
    assert isinstance(verdict, Mandate) is (state in right.states)


@pytest.mark.parametrize("action", RIGHTS)
def test_another_opds_people_are_refused(action: str) -> None:
    for role in {*OF_AN_OPD} & {*RIGHTS[action].roles}:
        stranger = Mandate(id=1, role=role, opd_id=THEIRS)
        right = RIGHTS[action]
        assert may_order(action, [stranger], opd_id=OURS, state=right.states[0], of=right.of[0]) is Denial.OPD


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("of", SiteKind)
def test_what_is_a_sites_is_not_ordered_of_its_staging_copy_nor_the_other_way_round(action: str, of: SiteKind) -> None:
    right = RIGHTS[action]
    mandate = Mandate(id=1, role=right.roles[0], opd_id=OURS)
    verdict = may_order(action, [mandate], opd_id=OURS, state=right.states[0], of=of)
    assert (verdict == mandate) is (of in right.of)
    assert of in right.of or verdict is Denial.KIND


def test_who_yields_the_office_does_not_act_and_nobody_does_what_is_unknown() -> None:
    yielding = Mandate(id=1, role="kabid", outranked=True)
    assert may_order("suspend", [yielding], opd_id=OURS, state=State.ACTIVE) is Denial.YIELDED
    engineer = Mandate(id=2, role="engineer")
    assert may_order("suspend", [yielding, engineer], opd_id=OURS, state=State.ACTIVE) == engineer
    assert may_order("delete_everything", [engineer], opd_id=OURS, state=State.ACTIVE) is Denial.ROLE

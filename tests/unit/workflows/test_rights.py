"""Who may order what of a hosting that stands: nobody but whom the table names, and only while it stands so."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from bot.orders.registry import ORDERS
from provisioning.spec import State
from tests.rights import RIGHTS
from workflows import hosting
from workflows.engine.case import Mandate
from workflows.hosting.action import Action
from workflows.hosting.custom_domains.actions import GIVE_UP
from workflows.hosting.registry import ACTIONS
from workflows.hosting.rights import Denial, SiteKind, may_order
from workflows.hosting.suspension import SUSPEND
from workflows.hosting.suspicion import DISMISS
from workflows.roles import OF_AN_OPD

OURS, THEIRS = 7, 8
ROLES = ("kepala_opd", "tim_teknis", "bagian_umum", "kepala_dkisp", "kabid", "sub_koordinator", "engineer", "admin")


@pytest.mark.parametrize("action", RIGHTS)
def test_the_program_gives_the_rights_that_the_office_decided(action: str) -> None:
    given, decided = ORDERS[action].action.right, RIGHTS[action]
    assert given is not None
    assert {*given.roles} == {*decided.roles}
    assert {*given.states} == {*decided.states}
    assert {*given.of} == {*decided.of}
    assert given.while_cleaned is decided.while_cleaned


def test_every_button_has_a_right_and_every_right_a_button() -> None:
    assert ORDERS.keys() == RIGHTS.keys()
    elsewhere = {GIVE_UP.name, DISMISS.name}  # in messages of their own
    assert {name for name, action in ACTIONS.items() if action.right is not None} == RIGHTS.keys() | elsewhere


def test_a_job_is_understood_whatever_was_ordered() -> None:
    modules = pkgutil.walk_packages(hosting.__path__, f"{hosting.__name__}.")
    parts = [vars(importlib.import_module(module.name)) for module in modules]
    described = {value.name: value for part in parts for value in part.values() if isinstance(value, Action)}
    assert described.items() <= ACTIONS.items()
    assert SUSPEND.name in described


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("role", ROLES)
def test_whom_the_table_does_not_name_is_refused(action: str, role: str) -> None:
    right = RIGHTS[action]
    verdict = may_order(
        right, [Mandate(id=1, role=role, opd_id=OURS)], opd_id=OURS, state=right.states[0], of=right.of[0]
    )
    assert isinstance(verdict, Mandate) is (role in right.roles)


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("state", State)
def test_in_another_state_it_is_refused(action: str, state: State) -> None:
    right = RIGHTS[action]
    verdict = may_order(
        right, [Mandate(id=1, role=right.roles[0], opd_id=OURS)], opd_id=OURS, state=state, of=right.of[0]
    )
    assert isinstance(verdict, Mandate) is (state in right.states)


@pytest.mark.parametrize("action", RIGHTS)
def test_another_opds_people_are_refused(action: str) -> None:
    for role in {*OF_AN_OPD} & {*RIGHTS[action].roles}:
        stranger = Mandate(id=1, role=role, opd_id=THEIRS)
        right = RIGHTS[action]
        assert may_order(right, [stranger], opd_id=OURS, state=right.states[0], of=right.of[0]) is Denial.OPD


@pytest.mark.parametrize("action", RIGHTS)
@pytest.mark.parametrize("of", SiteKind)
def test_what_is_a_sites_is_not_ordered_of_its_staging_copy_nor_the_other_way_round(action: str, of: SiteKind) -> None:
    right = RIGHTS[action]
    mandate = Mandate(id=1, role=right.roles[0], opd_id=OURS)
    verdict = may_order(right, [mandate], opd_id=OURS, state=right.states[0], of=of)
    assert (verdict == mandate) is (of in right.of)
    assert of in right.of or verdict is Denial.KIND


def test_who_yields_the_office_does_not_act_and_nobody_does_what_is_unknown() -> None:
    yielding = Mandate(id=1, role="kabid", outranked=True)
    assert may_order(SUSPEND.right, [yielding], opd_id=OURS, state=State.ACTIVE) is Denial.YIELDED
    engineer = Mandate(id=2, role="engineer")
    assert may_order(SUSPEND.right, [yielding, engineer], opd_id=OURS, state=State.ACTIVE) == engineer
    assert may_order(None, [engineer], opd_id=OURS, state=State.ACTIVE) is Denial.ROLE

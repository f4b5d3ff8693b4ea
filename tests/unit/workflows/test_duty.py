"""Duties that belong to no SOP ask the same of people as the SOPs do."""

from __future__ import annotations

import pytest

from bot.bootstrap import load_sops
from workflows import roles
from workflows.engine.case import Mandate
from workflows.people.duty import on_duty
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store.tables import Person


def somebody(*held: Mandate) -> Member:
    return Member(Person(id=1, name="Rina"), held, {})


def test_the_roles_of_duties_are_those_of_every_description() -> None:
    for sop in load_sops().values():
        known = [role for role in sop.roles if role.id in {*roles.SINGLE, *roles.OF_AN_OPD, *roles.CARETAKERS}]
        assert {role.id for role in known if role.single} == {*roles.SINGLE} & {role.id for role in known}
        assert {role.id for role in known if role.scope == "opd"} == {*roles.OF_AN_OPD} & {role.id for role in known}


def test_a_kabid_who_yields_to_a_plh_is_told_so_where_somebody_else_is_refused_by_role() -> None:
    yielding = somebody(Mandate(id=1, role=roles.KABID, outranked=True))
    with pytest.raises(Refused, match="office_yielded_now"):
        on_duty(yielding, roles.KABID)
    with pytest.raises(Refused, match="wrong_role"):
        on_duty(somebody(Mandate(id=2, role=roles.ENGINEER)), roles.KABID)
    plh = Mandate(id=3, role=roles.KABID, acting="plh")
    assert on_duty(somebody(plh), *roles.CARETAKERS) == plh

"""Who may not press, and what they are told; nothing is allowed that the description does not name."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.engine.office import (
    CHIEF,
    CLERK,
    DINKES,
    DISDIK,
    EVERYBODY,
    HEAD,
    KABID,
    OTHER_HEAD,
    TEAM,
    at_decision,
    begun,
    hosting,
    person,
    walked_to,
)
from workflows.cases.guards import GUARDS
from workflows.engine.case import Actor, CaseState, Mandate
from workflows.engine.permit import Denied, Permitted, Reason, available, permit, permit_opening


def asked(case: CaseState, actor: Actor, action: str, revision: int | None = None) -> Reason | Mandate:
    revision = case.revision if revision is None else revision
    verdict = permit(hosting(), case, actor, action, revision, guards=GUARDS)
    return verdict.reason if isinstance(verdict, Denied) else verdict.mandate


@pytest.mark.parametrize(
    ("actor", "action", "reason"),
    [
        (HEAD, "hapus_semua", Reason.UNKNOWN_ACTION),
        (HEAD, "", Reason.UNKNOWN_ACTION),
        (HEAD, "ajukan", Reason.UNKNOWN_ACTION),
        (CLERK, "kirim", Reason.WRONG_ROLE),
        (TEAM, "kirim", Reason.WRONG_ROLE),
        (Actor(person_id=99, mandates=()), "kirim", Reason.WRONG_ROLE),
        (OTHER_HEAD, "kirim", Reason.WRONG_OPD),
        (CHIEF, "setujui", Reason.NOT_AT_THIS_STEP),
        (HEAD, "kirim_kelengkapan", Reason.NOT_AT_THIS_STEP),
    ],
)
def test_a_press_that_is_not_ones_own_is_refused(actor: Actor, action: str, reason: Reason) -> None:
    assert asked(begun().case, actor, action) == reason


def test_a_press_on_an_old_card_is_told_apart_from_a_forged_one() -> None:
    story = at_decision()
    old = story.case.revision
    story.press(CHIEF, "Setujui")
    assert asked(story.case, CHIEF, "setujui", old) == Reason.STALE_REVISION
    assert asked(story.case, CHIEF, "setujui") == Reason.NOT_AT_THIS_STEP
    assert asked(story.case, HEAD, "setujui", old) == Reason.WRONG_ROLE


def test_looking_is_allowed_from_an_old_card() -> None:
    case = at_decision().case
    assert isinstance(asked(case, KABID, "lihat_permohonan", 1), Mandate)


def test_nobody_decides_on_a_request_of_their_own_opd() -> None:
    case = at_decision().case
    chief_of_both = person(30, "kepala_dkisp", "kepala_opd", opd=DISDIK)
    chief_elsewhere = person(31, "kepala_dkisp", "kepala_opd", opd=DINKES)
    assert asked(case, chief_of_both, "setujui") == Reason.OWN_REQUEST
    assert isinstance(asked(case, chief_of_both, "lihat_permohonan"), Mandate)
    assert isinstance(asked(case, chief_elsewhere, "setujui"), Mandate)


def test_a_deputy_acts_by_the_deputys_mandate_and_a_holder_by_their_own() -> None:
    case = at_decision().case
    deputy = person(40, "kepala_dkisp", acting="plh")
    found = asked(case, deputy, "setujui")
    assert isinstance(found, Mandate)
    assert found.acting == "plh"
    both = Actor(person_id=41, mandates=(*deputy.mandates, Mandate(id=7, role="kepala_dkisp")))
    found = asked(case, both, "setujui")
    assert isinstance(found, Mandate)
    assert found.id == 7


def test_of_an_absent_holder_and_a_deputy_the_deputy_acts_and_both_look() -> None:
    case = at_decision().case
    absent = Actor(person_id=42, mandates=(Mandate(id=8, role="kepala_dkisp", outranked=True),))
    assert asked(case, absent, "setujui") == Reason.OFFICE_YIELDED
    assert isinstance(asked(case, absent, "pratinjau_balasan"), Mandate)
    assert {button.kind for button in available(hosting(), case, absent, guards=GUARDS)} == {"view"}


def test_an_office_of_many_yields_to_nobody() -> None:
    one_of_many = Actor(person_id=43, mandates=(Mandate(id=9, role="bagian_umum", outranked=True),))
    assert isinstance(asked(walked_to("agenda").case, one_of_many, "agendakan"), Mandate)


def test_an_absent_head_opens_no_request_while_the_deputy_does() -> None:
    absent = Actor(person_id=44, mandates=(Mandate(id=10, role="kepala_opd", opd_id=DISDIK, outranked=True),))
    assert permit_opening(hosting(), absent, DISDIK) == Denied(Reason.OFFICE_YIELDED)


def test_whoever_asked_does_not_decide_though_they_left_the_opd_since() -> None:
    case = at_decision().case
    case = dataclasses.replace(case, facts={**case.facts, "requesters": [CHIEF.person_id]})
    assert asked(case, CHIEF, "setujui") == Reason.OWN_REQUEST
    assert isinstance(asked(case, CHIEF, "kembalikan_bidang"), Mandate)


def test_a_second_mandate_in_another_opd_does_not_hide_the_right_one() -> None:
    actor = Actor(
        person_id=50,
        mandates=(Mandate(id=1, role="kepala_opd", opd_id=DINKES), Mandate(id=2, role="kepala_opd", opd_id=DISDIK)),
    )
    found = asked(begun().case, actor, "kirim")
    assert isinstance(found, Mandate)
    assert found.id == 2


def test_only_people_of_the_opd_open_a_request_for_it() -> None:
    assert isinstance(permit_opening(hosting(), HEAD, DISDIK), Permitted)
    assert permit_opening(hosting(), OTHER_HEAD, DISDIK) == Denied(Reason.WRONG_OPD)
    assert permit_opening(hosting(), CHIEF, DISDIK) == Denied(Reason.WRONG_ROLE)


def test_a_guard_nobody_gave_a_meaning_to_opens_no_door() -> None:
    with pytest.raises(KeyError):
        permit(hosting(), at_decision().case, CHIEF, "setujui", at_decision().case.revision, guards={})


def test_a_stranger_sees_no_button_on_any_step() -> None:
    story = at_decision()
    for step in hosting().steps:
        case = dataclasses.replace(story.case, step=step.id)
        assert available(hosting(), case, OTHER_HEAD, guards=GUARDS) == ()


def test_each_button_shown_may_be_pressed() -> None:
    case = at_decision().case
    for actor in EVERYBODY:
        for button in available(hosting(), case, actor, guards=GUARDS):
            assert isinstance(asked(case, actor, button.id), Mandate)

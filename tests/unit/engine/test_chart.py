"""The line of ten steps on a card."""

from __future__ import annotations

import dataclasses

from tests.unit.engine.office import HEAD, at_decision, begun, hosting, walked_to
from workflows.engine.chart import StepMark, awaited, chart
from workflows.engine.description import Status


def test_the_present_step_stands_between_what_is_done_and_what_is_to_come() -> None:
    case = at_decision().case
    assert [step.mark for step in chart(hosting(), case)] == [StepMark.DONE] * 4 + [StepMark.NOW] + [
        StepMark.TO_COME
    ] * 5
    closed = dataclasses.replace(case, step="selesai", status=Status.CLOSED)
    assert {step.mark for step in chart(hosting(), closed)} == {StepMark.DONE}
    refused = dataclasses.replace(case, status=Status.REFUSED)
    assert chart(hosting(), refused)[4].mark is StepMark.STOPPED


def test_the_card_names_who_must_act() -> None:
    assert awaited(hosting(), begun().case) == ("kepala_opd",)
    assert awaited(hosting(), walked_to("pengkajian").case) == ("kabid", "sub_koordinator")
    assert awaited(hosting(), walked_to("pembuatan").case) == ()
    waiting = dataclasses.replace(walked_to("pengkajian").case, status=Status.WAITING_OPD)
    assert awaited(hosting(), waiting) == ("kepala_opd",)
    story = begun()
    story.press(HEAD, "Tarik permohonan")
    assert awaited(hosting(), story.case) == ()

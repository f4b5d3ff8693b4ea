"""The order of a form's questions, whatever the person does."""

from __future__ import annotations

import dataclasses

from bot.forms import flow
from bot.forms.flow import SUMMARY, Filling
from workflows.engine.description import Field, FieldType, Form
from workflows.engine.questions import Choice, Condition


def field(field_id: str, *, optional: bool = False, when: Condition | None = None, default: str = "") -> Field:
    choices = (Choice(value="a", label="A"), Choice(value="b", label="B"))
    kind = FieldType.MULTI_CHOICE if default else FieldType.TEXT
    return Field(
        id=field_id, type=kind, ask="?", label=field_id, optional=optional, when=when, default=default, choices=choices
    )


FORM = Form(
    id="f",
    title="Formulir",
    fields=(
        field("kind"),
        field("version", when=Condition(field="kind", value="php")),
        field("note", optional=True),
        field("name"),
    ),
)


def filled(*values: str | None) -> Filling:
    filling = flow.begin(FORM)
    for value in values:
        filling = flow.skip(filling) if value is None else flow.answer(filling, value)
    return filling


def test_questions_come_in_order_and_end_in_the_summary() -> None:
    assert [filled().position, filled("php").position, filled("php", "8.4").position] == ["kind", "version", "note"]
    assert filled("php", "8.4", "x", "arsip").position == SUMMARY


def test_a_question_that_does_not_apply_is_not_asked_and_not_counted() -> None:
    assert filled("static").position == "note"
    assert filled("static").place == (2, 3)
    assert filled("php").place == (2, 4)


def test_only_an_optional_question_can_be_skipped() -> None:
    assert flow.skip(filled()).position == "kind"
    assert filled("static", None).position == "name"
    assert filled("static", None, "arsip").position == SUMMARY


def test_back_shows_the_question_before() -> None:
    assert flow.back(filled("php", "8.4")).position == "version"
    assert not filled().may_go_back
    assert flow.back(filled()).position == "kind"


def test_after_a_step_back_nothing_that_was_answered_is_asked_again() -> None:
    back = flow.back(flow.back(filled("php", "8.4", "x")))
    assert flow.answer(back, "8.3").position == "name"


def test_one_answer_is_changed_at_the_summary_without_the_rest() -> None:
    changing = flow.change(filled("php", "8.4", "x", "arsip"), "note")
    assert changing.position == "note"
    assert flow.answer(changing, "y").position == SUMMARY


def test_back_from_a_changed_question_returns_to_the_summary() -> None:
    changing = flow.change(filled("php", "8.4", "x", "arsip"), "note")
    assert flow.back(changing).position == SUMMARY


def test_a_change_asks_what_it_brought_up_and_forgets_what_it_made_void() -> None:
    php = flow.answer(flow.change(filled("static", "x", "arsip"), "kind"), "php")
    assert php.position == "version"
    static = flow.answer(flow.change(filled("php", "8.4", "x", "arsip"), "kind"), "static")
    assert static.position == SUMMARY
    assert "version" not in static.answers


def test_old_answers_begin_at_the_first_gap() -> None:
    assert flow.begin(FORM, {"kind": "php", "note": None, "gone": 1}).position == "version"
    assert flow.begin(FORM, {"kind": "static", "note": "x", "name": "arsip"}).position == SUMMARY


def test_asking_again_asks_nothing_that_was_left_open_before() -> None:
    assert flow.begin_again(FORM, {"kind": "static", "name": "x"}).position == SUMMARY
    assert flow.begin_again(FORM, {"kind": "php", "name": "x"}).position == "version"


def test_a_kept_form_stands_where_it_stood() -> None:
    kept = flow.resume(FORM, {"kind": "php"}, "version", {"fault": {}})
    assert (kept.position, kept.scratch) == ("version", {"fault": {}})
    assert flow.resume(FORM, {"kind": "static"}, "version", {}).position == "note"


def test_a_choice_that_a_new_version_no_longer_offers_is_asked_again_and_nothing_else() -> None:
    def lending(*offered: str) -> Form:
        thing = Field(
            id="thing",
            type=FieldType.CHOICE,
            ask="?",
            label="Perangkat",
            choices=tuple(Choice(value=one, label=one.title()) for one in offered),
        )
        return Form(id="f", title="Peminjaman", fields=(field("name"), thing))

    kept = {"name": "arsip", "thing": "laptop"}
    assert flow.begin(lending("laptop", "kamera"), kept).position == SUMMARY
    later = lending("kamera", "proyektor")
    assert flow.begin_again(later, kept).position == "thing"
    resumed = flow.resume(later, kept, SUMMARY, {})
    assert not resumed.complete
    assert resumed.position == "thing"
    assert flow.answer(resumed, "kamera").position == SUMMARY


def test_a_choice_with_any_name_fits_on_a_button() -> None:
    odd = Choice(value="Server Utama (lantai 2)", label="Server Utama (lantai 2)")
    form_field = Field(
        id="server", type=FieldType.SERVER, ask="?", label="Server", choices=(field("x").choices[0], odd)
    )
    assert flow.token_of(odd, 1) == "@1"
    assert flow.value_of(form_field, "@1") == odd.value
    assert flow.value_of(form_field, "a") == "a"
    assert flow.value_of(form_field, "@9") == "@9"


def test_ticks_begin_with_the_default_and_can_be_undone() -> None:
    form = Form(id="g", title="G", fields=(field("which", default="a"),))
    filling = flow.begin(form)
    assert flow.ticks(filling) == ["a"]
    both = flow.toggle(filling, "b")
    assert flow.ticks(both) == ["a", "b"]
    assert flow.ticks(flow.toggle(both, "a")) == ["b"]


LATER = Form(
    id="l",
    title="Formulir",
    fields=(
        dataclasses.replace(field("whom", default="a"), assumed="a"),
        field("name"),
        dataclasses.replace(field("note", optional=True), later=True),
    ),
)


def test_what_stands_already_and_what_can_be_added_later_costs_no_press() -> None:
    begun = flow.begin(LATER)
    assert (begun.position, begun.place, begun.may_go_back) == ("name", (1, 1), False)
    ready = flow.answer(begun, "arsip")
    assert ready.position == SUMMARY
    assert dict(ready.answers) == {"whom": ["a"], "name": "arsip", "note": None}


def test_what_was_left_for_later_is_asked_from_the_summary_and_leads_back_to_it() -> None:
    ready = flow.answer(flow.begin(LATER), "arsip")
    asked = flow.change(ready, "note")
    assert (asked.position, asked.place, asked.may_skip) == ("note", (2, 2), True)
    assert flow.back(asked).position == SUMMARY
    assert flow.skip(asked).position == SUMMARY
    added = flow.answer(asked, "Mohon segera.")
    assert (added.position, added.answers["note"]) == (SUMMARY, "Mohon segera.")

"""The office's own questions are asked in English too, and their answers are the same."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from bot.language import spoken
from bot.questions import said
from tests.unit.conversation.test_languages import choose
from tests.unit.conversation.town import Town
from workflows.engine import form_files
from workflows.engine.description import Form
from workflows.people.languages import Language

OF_THE_LETTER_BOOKS = {"buku_agenda", "pindaian_surat"}
"""Asked of Bagian Umum alone, who read Indonesian."""

FILES = sorted({path.stem for path in form_files.FOLDER.glob("*.toml")} - OF_THE_LETTER_BOOKS)


def english(name: str) -> dict[str, Any]:
    return tomllib.loads((form_files.FOLDER / "en" / f"{name}.toml").read_text("utf-8"))


def test_each_file_of_questions_has_its_english() -> None:
    assert sorted(path.stem for path in (form_files.FOLDER / "en").glob("*.toml")) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_question_and_each_choice_is_said_in_english(name: str) -> None:
    (form,) = form_files.forms_of(name).values()
    (words,) = english(name).values()
    assert words.keys() - {"title"} == {field.id for field in form.fields}
    with spoken(Language.ENGLISH):
        asked = said(form)
    assert asked.title != form.title
    for here, there in zip(form.fields, asked.fields, strict=True):
        assert here.ask != there.ask
        assert [one.value for one in there.choices] == [one.value for one in here.choices]
        assert words[here.id].get("choices", {}).keys() <= {one.value for one in here.choices}
    assert said(form) is form


@pytest.mark.parametrize("name", FILES)
def test_no_choice_stays_indonesian_that_the_program_does_not_word_itself(name: str) -> None:
    """Choices that depend on the hosting come from the texts; those of the file alone are said here."""
    (form,) = form_files.forms_of(name).values()
    words = english(name)[form.id]
    assert _unsaid(form, words) <= {"sftp", "5", "Mon", "-"}


def _unsaid(form: Form, words: dict[str, Any]) -> set[str]:
    return {one.value for f in form.fields for one in f.choices if one.value not in words[f.id].get("choices", {})}


async def test_an_engineer_plans_maintenance_in_english(town: Town) -> None:
    engineer = town["engineer"]
    await choose(engineer)
    await engineer.press("Servers")
    await engineer.press("Server web 1")
    await engineer.press("Plan maintenance")
    asked = await engineer.wait_for("On which date does the maintenance begin?")
    assert asked.button("Cancel")
    await engineer.send_text("31 December 2026")
    await engineer.wait_for("From when to when")
    await engineer.send_text("21.00-23.30")
    await engineer.wait_for("What is done")
    await engineer.send_text("Memasang pembaruan keamanan.")
    summary = await engineer.wait_for("Announce the plan")
    assert "31 December 2026" in summary.text
    await engineer.press("Announce the plan")
    await engineer.wait_for("Server maintenance is planned")

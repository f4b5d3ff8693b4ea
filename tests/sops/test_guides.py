"""The guides for the roles cannot drift: what they name exists, and what a role does is in its guide."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import texts
from bot.bootstrap import load_sops
from tests.rights import RIGHTS
from workflows.engine.description import Sop
from workflows.engine.duties import duties
from workflows.letters import guide

SOPS = tuple(load_sops().values())
TEMPLATES = texts.FOLDER.parent
BOLD = re.compile(r"\*\*([^*]+)\*\*")
PLACEHOLDER = re.compile(r"\s*\(?\{\{.*?\}\}\)?|<[^>]+>|\{%.*?%\}")
EDGES = re.compile(r"^[^\w]+|[^\w).]+$")
GUIDES = [*guide.titles(), guide.SHARED]


def text(name: str) -> str:
    return (guide.FOLDER / f"{name}.md").read_text(encoding="utf-8")


def labels_in(name: str) -> set[str]:
    """Return what a guide calls a button, lines broken anywhere."""
    return {" ".join(label.split()) for label in BOLD.findall(text(name))}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def as_label(words: str) -> str:
    return EDGES.sub("", PLACEHOLDER.sub("", words)).strip()


def known_labels() -> set[str]:
    """Return all words that a button can say: those of the templates and those of the descriptions."""
    files = [*texts.FOLDER.glob("*.toml"), *(TEMPLATES / "forms").glob("*.toml")]
    written = (tomllib.loads(path.read_text(encoding="utf-8")) for path in files)
    return {as_label(words) for words in (*strings(list(written)), *(label for sop in SOPS for label in of_sop(sop)))}


def of_sop(sop: Sop) -> Iterator[str]:
    opening = sop.opening
    yield from (opening.label, opening.submit, *(entry.label for entry in opening.entries))
    if sop.paper:
        yield sop.paper.label
    for action in sop.actions:
        confirm = (action.confirm.yes, action.confirm.no) if action.confirm else ()
        yield from (action.label, action.submit, *confirm)
    for form in sop.forms:
        yield from (choice.label for field in form.fields for choice in field.choices)


def pressed_by(sops: Iterable[Sop]) -> dict[str, set[str]]:
    """Return the roles that may press each button of a case's card, by its label."""
    found: dict[str, set[str]] = {}
    for sop in sops:
        for action in sop.actions:
            found.setdefault(action.label, set()).update(action.roles)
    return found


def test_every_role_that_does_something_has_a_guide_and_every_guide_a_role() -> None:
    roles = {role.id for sop in SOPS for role in sop.roles}
    assert roles == set(guide.titles())


@pytest.mark.parametrize("name", GUIDES)
def test_every_button_that_a_guide_names_exists(name: str) -> None:
    assert labels_in(name)
    assert labels_in(name) - known_labels() == set()


@pytest.mark.parametrize("role", guide.titles())
def test_what_the_descriptions_give_a_role_to_do_is_in_its_guide(role: str) -> None:
    wanted = {label for sop in SOPS for duty in duties(sop, role) for label in duty.labels}
    assert wanted - labels_in(role) == set(), f"say in templates/guides/{role}.md how they are used"


@pytest.mark.parametrize("role", guide.titles())
def test_what_a_role_may_order_of_a_hosting_is_in_its_guide(role: str) -> None:
    offered = {as_label(words) for action, words in ordered().items() if role in RIGHTS[action].roles}
    assert offered - labels_in(role) == set(), f"say in templates/guides/{role}.md how they are used"


def ordered() -> dict[str, str]:
    """Return the button of each order."""
    found = {}
    for path in texts.FOLDER.glob("*.toml"):
        for key, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            action = key.removeprefix("tombol_")
            if action != key and action in RIGHTS:
                found[action] = words
    assert set(found) == set(RIGHTS)
    return found


@pytest.mark.parametrize("role", guide.titles())
def test_no_guide_sends_its_reader_to_the_button_of_another(role: str) -> None:
    elsewhere = {as_label(words) for words in strings(tomllib.loads(all_messages()))}
    others = {label for label, roles in pressed_by(SOPS).items() if role not in roles}
    assert labels_in(role) & others - elsewhere == set()


def all_messages() -> str:
    return "\n".join(
        f"[{path.stem}]\n{path.read_text(encoding='utf-8')}" for path in sorted(texts.FOLDER.glob("*.toml"))
    )


@pytest.mark.parametrize("picture", sorted((guide.FOLDER / "pictures").iterdir()), ids=lambda path: path.name)
def test_every_picture_is_shown_somewhere(picture: Path) -> None:
    assert any(f"](pictures/{picture.name})" in text(name) for name in GUIDES)

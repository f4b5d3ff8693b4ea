"""Every screen that a button or a message of ours asks for is registered, and is given what it takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import App
from bot.screens.named_screen import Args, Kind, NamedScreen, data, for_administrators, for_members, number, word
from bot.screens.registry import SCREENS, _by_name
from bot.screens.screen import Screen
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork

ROOT = Path(__file__).parents[3]
CASE_CARDS = ("case", "fresh_case")  # a case's card is kept up to date, and so is no screen by name
SHOWS = ("show", "show_apart")


def calls(*rooms: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = node.func
                yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""), node


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def buttons() -> Iterator[tuple[str, int | None]]:
    """Yield the screens that buttons lead to, with how many arguments each carries where that can be read."""
    for called, node in calls("bot"):
        name = text_of(node.args[0]) if node.args else None
        if name is None or name in CASE_CARDS:
            continue
        if called == "Show":
            carried = node.args[1] if len(node.args) > 1 else ast.Tuple(elts=[])
            yield name, len(carried.elts) if isinstance(carried, ast.Tuple) else None
        elif called == "pages":
            yield name, 1 + any(keyword.arg == "of" for keyword in node.keywords)


def given() -> Iterator[tuple[str, set[str]]]:
    """Yield the screens that are shown by the code itself, with the names of what they are given."""
    for called, node in calls("bot", "workflows"):
        if called in SHOWS and node.args and text_of(node.args[0]):
            yield str(text_of(node.args[0])), {str(keyword.arg) for keyword in node.keywords}
        elif called == "put_screen" and isinstance(node.args[3], ast.Dict) and text_of(node.args[2]):
            keys = node.args[3].keys
            if all(text_of(key) for key in keys):
                yield str(text_of(node.args[2])), {str(text_of(key)) for key in keys}


@pytest.mark.parametrize(("name", "count"), sorted(set(buttons()), key=str))
def test_a_button_leads_to_a_screen_and_carries_what_it_takes(name: str, count: int | None) -> None:
    screen = SCREENS[name]
    assert screen.by_button
    carried = [one for one in screen.takes if one.kind is not Kind.DATA]
    assert count is None or sum(one.needed for one in carried) <= count <= len(carried)


@pytest.mark.parametrize(("name", "args"), [(name, sorted(args)) for name, args in given()])
def test_a_screen_that_we_show_is_given_what_it_takes(name: str, args: list[str]) -> None:
    takes = SCREENS[name].takes
    assert {one.name for one in takes if one.needed} <= set(args) <= {one.name for one in takes}


class _Somebody:
    """All that is asked of a person here: whether they are an administrator."""

    def __init__(self, *, is_admin: bool) -> None:
        self.is_admin = is_admin


def somebody(*, is_admin: bool = False) -> Member:
    return cast("Member", _Somebody(is_admin=is_admin))


async def _empty(_app: App, _work: UnitOfWork, _member: Member, _args: Args) -> Screen:
    return Screen(text="-")


def test_a_button_gives_words_and_numbers_in_order_and_nothing_else() -> None:
    screen = for_members("a", _empty, word("book"), data("kept"), number("page", needed=False), by_button=True)
    assert screen.asked_by_button(somebody(), ("masuk", "3", "more")) == {"book": "masuk", "page": 3}
    assert screen.asked_by_button(somebody(), ("masuk", "-3")) == {"book": "masuk", "page": 0}
    assert screen.asked_by_button(somebody(), ("masuk",)) == {"book": "masuk"}
    assert screen.asked_by_button(somebody(), ()) is None


def test_a_forged_button_opens_no_screen_that_none_leads_to() -> None:
    inside = for_members("a", _empty, by_button=False)
    assert inside.asked_by_button(somebody(is_admin=True), ()) is None


async def test_an_administrators_screen_is_nobody_elses() -> None:
    screen = for_administrators("a", _empty)
    nothing = cast("Any", None)
    assert screen.asked_by_button(somebody(), ()) is None
    assert screen.asked_by_button(somebody(is_admin=True), ()) == {}
    assert await screen.make(nothing, nothing, somebody(), {}) is None
    assert await screen.make(nothing, nothing, None, {}) is None
    assert await screen.make(nothing, nothing, somebody(is_admin=True), {}) is not None


def test_a_mistake_in_the_list_of_screens_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="stands behind"):
        for_members("a", _empty, number("page", needed=False), word("book"), by_button=True)
    twice: list[NamedScreen] = [for_members("a", _empty, by_button=True) for _ in range(2)]
    with pytest.raises(ValueError, match="two screens"):
        _by_name([twice])

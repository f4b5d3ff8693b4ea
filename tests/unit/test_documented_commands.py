"""Every command of ours that a document names exists, with the options that it is given there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from bot.late_command import LateCommand

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates" / "guides").glob("*.md")])
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`]+)`", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"(?:^|[\s(]|bin/)(?:layanan|\$L) ([a-z][^\n]*)")
END_OF_COMMAND = re.compile(r"\s(?:&&|\|\|?|>|#)\s|[)…]|\s{2,}")
COMMAND = typer.main.get_command(app)


def named() -> Iterator[tuple[str, str]]:
    """Return each command line of ours in the documents, with its page."""
    for page in PAGES:
        for block, inline in CODE.findall(page.read_text(encoding="utf-8")):
            for line in OURS.findall((block or inline).replace("\\\n", " ")):
                yield page.name, END_OF_COMMAND.split(line)[0].strip().removeprefix("layanan ")


def itself(command: Any) -> Any:
    """Return the command, imported where it stands for one that is not yet."""
    return command.imported() if isinstance(command, LateCommand) else command


NAMED = sorted(set(named()))


def test_documents_name_commands() -> None:
    assert len({line.split()[0] for _, line in NAMED}) > 15


@pytest.mark.parametrize(("page", "line"), NAMED)
def test_a_command_that_a_document_names_exists(page: str, line: str) -> None:
    command: Any = COMMAND
    words = line.split()
    while hasattr(command := itself(command), "commands"):
        word = words.pop(0) if words else ""
        if not word:
            return  # the group itself is spoken of
        unknown = set(word.split("|")) - set(command.commands)
        assert unknown == set(), f"{page}: layanan {line}"
        command = command.commands[word.partition("|")[0]]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = {word.partition("=")[0].strip("[],.") for word in words if word.strip("[").startswith("--")}
    assert asked - options - {"--help"} == set(), f"{page}: layanan {line}"

"""The command line answers at once what it is for, and says of each command what that command says of itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.cli import COMMANDS, app
from bot.late_command import LateCommand

HEAVY = {"telegram", "sqlalchemy", "asyncssh", "aiohttp", "alembic", "typst"}
WITH_WHAT_IT_LOADED = """
import atexit, sys
atexit.register(lambda: print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr))
from bot.cli import main
main()
"""


@pytest.mark.parametrize("asked", [["--help"], ["no-such-command"]])
def test_who_asks_what_there_is_does_not_wait_for_the_whole_program(asked: list[str]) -> None:
    answered = subprocess.run(
        [sys.executable, "-c", WITH_WHAT_IT_LOADED, *asked], check=False, capture_output=True, text=True
    )
    assert set(answered.stderr.split()) & (HEAVY | {"typer"}) == {"typer"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_each_command_what_its_own_help_says(name: str) -> None:
    listed = LateCommand(name, f"bot.{COMMANDS[name]}")
    assert listed.help
    assert listed.help == listed.imported().help
    assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0

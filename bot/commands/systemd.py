"""`layanan systemd`: the unit that runs the bot on this machine, or a process of several, with its sandbox."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from bot.commands.console import fail, say

TEMPLATE = Path(__file__).parents[2] / "templates" / "system" / "layanan.service.j2"


class Process(enum.StrEnum):
    """What a unit runs: everything, or its share where several processes run on PostgreSQL."""

    RUN = "run"
    CHAT = "chat"
    WORKER = "worker"


ABOUT = {
    Process.RUN: ("run", "the office's bot"),
    Process.CHAT: ("run --only-chat", "the office's bot, the chat alone"),
    Process.WORKER: ("worker", "the office's bot, the work behind the chat"),
}


def systemd(
    process: Annotated[
        Process, typer.Argument(help="everything, or (PostgreSQL) the chat alone, or what `layanan worker` does")
    ] = Process.RUN,
    *,
    user: Annotated[str, typer.Option(help="the account it runs as; make it with `useradd --system`")] = "layanan",
    folder: Annotated[Path, typer.Option(help="where .env lies")] = Path(),
    data: Annotated[Path, typer.Option(help="DATA_DIR, below the folder unless absolute")] = Path("data"),
    monitor_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="its own MONITOR_PORT, where several run on one machine")
    ] = None,
) -> None:
    """Print a systemd unit, with the paths of this installation."""
    executable = Path(sys.executable).with_name("layanan")
    try:
        text = unit(process, user=user, folder=folder.resolve(), data=data, executable=executable, port=monitor_port)
    except ValueError as error:
        fail(f"{error}.")
    say(text)


def unit(process: Process, *, user: str, folder: Path, data: Path, executable: Path, port: int | None = None) -> str:
    """Return the unit. Raises `ValueError` for a path that systemd would read otherwise than it is meant."""
    paths = (folder, folder / data, executable)
    for path in paths:
        if any(character.isspace() or character in "%$\"'\\" for character in str(path)):
            raise ValueError(f"{path}: systemd would read this path otherwise; use one without blanks and %$\"'\\")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  (no HTML)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    command, about = ABOUT[process]
    return template.render(
        command=command,
        about=about,
        unit="layanan" if process is Process.RUN else f"layanan-{process}",
        user=user,
        folder=folder,
        data=folder / data,
        executable=executable,
        port=port,
        in_home=any(path.is_relative_to(home) for path in paths for home in ("/home", "/root", "/run/user")),
    )

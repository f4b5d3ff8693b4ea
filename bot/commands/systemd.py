"""`layanan systemd`: the unit that runs the bot on this machine, with its sandbox."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from bot.commands.asking import say

TEMPLATE = Path(__file__).parents[2] / "templates" / "system" / "layanan.service.j2"


def systemd(
    user: Annotated[str, typer.Option(help="the account it runs as; make it with `useradd --system`")] = "layanan",
    folder: Annotated[Path, typer.Option(help="where .env lies")] = Path(),
    data: Annotated[Path, typer.Option(help="DATA_DIR, below the folder unless absolute")] = Path("data"),
) -> None:
    """Print the systemd unit, with the paths of this installation."""
    say(unit(user=user, folder=folder.resolve(), data=data, executable=Path(sys.executable).with_name("layanan")))


def unit(*, user: str, folder: Path, data: Path, executable: Path) -> str:
    """Return the unit. Raises `ValueError` for a path that systemd would read otherwise than it is meant."""
    paths = (folder, folder / data, executable)
    for path in paths:
        if any(character.isspace() or character in "%$\"'\\" for character in str(path)):
            raise ValueError(f"{path}: systemd would read this path otherwise; use one without blanks and %$\"'\\")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  (no HTML)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    in_home = any(path.is_relative_to(home) for path in paths for home in ("/home", "/root", "/run/user"))
    return template.render(user=user, folder=folder, data=folder / data, executable=executable, in_home=in_home)

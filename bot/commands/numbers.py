"""The yearly registers (cases, letters that came in and went out), where numbers were given that they do not know."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, said, say, wait_for
from bot.settings import Settings
from workflows.agenda.books import BOOKS
from workflows.agenda.skipping import SkipError, Skipped, skip
from workflows.store import registers, state

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def show() -> None:
    """Show each register's last number."""
    found = load()

    async def work() -> dict[str, int]:
        async with bootstrap.open_as_it_is(found) as database, database.read() as reading:
            return (await state.measure(reading)).numbers

    say("\n".join(f"{register}: {number}" for register, number in wait_for(work()).items()) or "None was given yet.")


@app.command("skip")
def skip_numbers(
    register: Annotated[str, typer.Argument(help="as `layanan numbers list` calls it, without the year")],
    *,
    through: Annotated[int, typer.Option(min=1, help="the last number that was given")],
    reason: Annotated[str, typer.Option(help="why; it stands in the register and in the ledger")],
    year: Annotated[int | None, typer.Option(help="of the register; else the present one")] = None,
) -> None:
    """Give no number up to this one again: they stand on letters that a restored backup does not know."""
    done = wait_for(_skip(load(), register, through, said(reason), year))
    numbers = f"{done.first} to {done.through}"
    say(f"{done.register} {done.year}: {numbers} are left out; the next number is {done.through + 1}.")


async def _skip(found: Settings, register: str, through: int, reason: str, year: int | None) -> Skipped:
    known = {*BOOKS, *(registers.of_cases(code) for code, _ in bootstrap.load_sops())}
    async with bootstrap.open_database(found) as database:
        try:
            async with database.write() as work:
                return await skip(work, known, register, through, reason=reason, year=year)
        except SkipError as error:
            fail(f"Nothing was skipped: {error}.")

"""Running the bot and looking after its state."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.doctor.examine import examine
from bot.doctor.finding import MARKS, Grade
from bot.process import runtime
from bot.settings import Settings


def run(
    only_chat: Annotated[
        bool, typer.Option("--only-chat", help="leave servers, letters and the clock to `layanan worker` (PostgreSQL)")
    ] = False,
) -> None:
    """Run the bot until it is stopped. On PostgreSQL with a webhook, several may run."""
    found = load()
    if only_chat:
        _require_shared(found)

    async def work() -> None:
        async with bootstrap.open_app(found) as app:
            await runtime.run(app, background=not only_chat)

    wait_for(work())


def worker() -> None:
    """Do the work on servers, the letters and what goes by the clock, beside `layanan run --only-chat` (PostgreSQL)."""
    found = load()
    _require_shared(found)

    async def work() -> None:
        async with bootstrap.open_app(found) as app:
            await runtime.run_worker(app)

    wait_for(work())


def _require_shared(found: Settings) -> None:
    if not found.shares_database:
        fail("Several processes need PostgreSQL: set DATABASE_URL=postgresql+psycopg://…, or use `layanan run` alone.")


def migrate() -> None:
    """Bring the database up to the newest tables; `run` does so too."""
    found = load()

    async def work() -> str:
        async with bootstrap.open_migrated(found) as (_database, revision):
            return revision

    say(f"The database is at revision {wait_for(work())}.")


def doctor() -> None:
    """Look at everything that `run` needs and at what it looks after; say in words what is wrong. Changes nothing."""
    found = load()
    findings = wait_for(examine(found))
    for finding in findings:
        say(f"{MARKS[finding.grade]:<5}{finding.sentence}")
    bad = sum(finding.grade is Grade.BAD for finding in findings)
    if bad:
        fail(f"\n{bad} of these must be mended.")
    say("\nEverything that `layanan run` needs is there.")

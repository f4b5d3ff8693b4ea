"""Running the bot and looking after its state."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap, runtime
from bot.commands.asking import fail, load, say, wait_for
from bot.settings import Settings
from provisioning.agent import bundle
from workflows.engine.reading import DescriptionError
from workflows.store import hostings, migrations
from workflows.store.unit_of_work import Database


def run() -> None:
    """Run the bot until it is stopped."""
    found = load()

    async def work() -> None:
        async with bootstrap.open_app(found) as app:
            await runtime.run(app)

    wait_for(work())


def migrate() -> None:
    """Bring the database up to the newest tables; `run` does so too."""
    found = load()

    async def work() -> str:
        found.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(found.database)
        try:
            return await migrations.upgrade(database)
        finally:
            await database.close()

    say(f"The database is at revision {wait_for(work())}.")


def doctor() -> None:
    """Look at everything that `run` needs, and say what is wrong."""
    found = load()
    wait_for(_examine(found))
    say("Everything that `layanan run` needs is there.")


async def _examine(found: Settings) -> None:
    say(f"SOPs: {', '.join(f'{code} version {version}' for code, version in bootstrap.load_sops())}")
    bootstrap.read_ssh_key(found)
    async with bootstrap.open_bot(found) as bot:
        say(f"Telegram: @{bot.username}")
    async with bootstrap.open_database(found) as database, database.read() as work:
        servers = await hostings.servers(work)
    say(f"Servers: {', '.join(server.name for server in servers) or 'none yet; see `layanan server add --help`'}")
    for server in servers:
        if server.facts and server.facts["agent_version"] != bundle.version():
            say(f"  {server.name} has another version's agent: `layanan server upgrade {server.name}` is due.")


def check_sop(
    files: Annotated[list[Path] | None, typer.Argument(help="descriptions to check; those shipped if none")] = None,
) -> None:
    """Check SOP descriptions as `run` does at its start."""
    try:
        for path in files or sorted(bootstrap.SOPS.glob("*.toml")):
            sop = bootstrap.load_one(path)
            say(f"{path.name}: {sop.title}, version {sop.version}, {len(sop.steps)} steps: good")
    except DescriptionError as error:
        fail(str(error))

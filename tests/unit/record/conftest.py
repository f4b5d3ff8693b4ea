"""An office's folder with a ledger in it, and `layanan` as its administrator types it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot import bootstrap, settings
from bot.cli import app
from bot.commands.keys import new_key, write_key
from bot.sandbox.runner import DEFAULT_TOKEN
from provisioning.agent_fleet import AgentFleet
from tests.by_hand import ByHand, by_hand
from tests.our_sops import our_sops
from tests.unit.record.machine import Machine
from tests.unit.workflows.conftest import Clock, Desk, _people, _server
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from tests.unit.workflows.test_ledger import guards_of_the_ledger
from workflows.correspondence.worker import make_next
from workflows.secrets import vault

Layanan = Callable[..., Result]


def install(place: Path, environment: pytest.MonkeyPatch, **more: str) -> Path:
    """Set an office's environment, make its SSH key, and return its DATA_DIR, which has no database in it yet."""
    data = place / "data"
    write_key(data / "ssh" / "id_ed25519", new_key())
    for name, value in {
        "BOT_TOKEN": DEFAULT_TOKEN,
        "ADMIN_TELEGRAM_IDS": "42",
        "SECRET_KEYS": vault.new_key(),
        "ZONE": "tarakankota.go.id",
        "DATA_DIR": str(data),
        **more,
    }.items():
        environment.setenv(name, value)
    environment.chdir(place)
    return data


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Path]:
    """The DATA_DIR of an office whose environment is set."""
    yield install(tmp_path, monkeypatch, DATABASE_URL=database_url)
    structlog.reset_defaults()


@pytest.fixture
def layanan() -> Layanan:
    """Run a command in this process; its words and exit code are the result's."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@contextlib.asynccontextmanager
async def open_office() -> AsyncIterator[Desk]:
    """Put the office of the environment to work: people, a server, a real database with all that guards it."""
    found = settings.load()
    clock = Clock()
    fleet = AgentFleet(bootstrap.read_ssh_key(found))
    async with bootstrap.open_database(found) as database:
        database.clock = clock
        async with database.write() as work:
            ids = await _people(work)
            await _server(work)
        yield Desk(bootstrap.make_office(found, our_sops(), fleet, "layanan_bot"), database, clock, ids)
    await fleet.aclose()


@pytest.fixture
async def office(folder: Path) -> AsyncIterator[Desk]:
    """The office of `folder` at work."""
    async with open_office() as desk:
        yield desk


@pytest.fixture
async def at_work(office: Desk) -> Desk:
    """An office with an approved case: letters on disk, passwords sealed and shown to nobody, a job waiting."""
    await approve_one(office)
    return office


@pytest.fixture
def identity(layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept apart; the environment has the other half."""
    told = layanan("backup-keygen").stdout.splitlines()
    (secret,) = [line for line in told if line.startswith("AGE-SECRET-KEY-1")]
    (recipients,) = [line for line in told if line.startswith("BACKUP_RECIPIENTS=")]
    monkeypatch.setenv(*recipients.split("=", 1))
    apart = tmp_path / "kept-apart.txt"
    apart.write_text(f"# the office's backups\n{secret}\n")
    return apart


@pytest.fixture
def machine(tmp_path: Path, layanan: Layanan) -> Machine:
    return Machine(tmp_path / "new-machine", layanan)


async def approve_one(desk: Desk) -> None:
    """Bring a case to its approval and make its letters."""
    await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")
    await render_letters(desk)


async def render_letters(desk: Desk) -> None:
    """Make the PDFs that are due."""
    while await make_next(desk.office, desk.database):
        pass


@contextlib.contextmanager
def behind_its_back(url: str) -> Iterator[ByHand]:
    """Change the database as its administrator can, who begins by dropping what guards the ledger."""
    with by_hand(url) as database:
        for guard in guards_of_the_ledger(url):
            database.run(f"DROP TRIGGER IF EXISTS {guard}")
        yield database

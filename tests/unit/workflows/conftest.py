"""An office with people, a server and a real database, for use cases without Telegram and without SSH."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest

from provisioning.agent_fleet import AgentFleet
from provisioning.spec import Secret
from workflows.engine.load import load_sop
from workflows.files import FileStore
from workflows.letters import form
from workflows.office import LetterRules, Office
from workflows.people import members, opds
from workflows.people.members import Member
from workflows.secrets.vault import Vault, new_key, read_keys
from workflows.store import migrations, people
from workflows.store.tables import MandateRow, Person, Server
from workflows.store.tables.servers import NOTHING_TOLD
from workflows.store.unit_of_work import Database, UnitOfWork

SOP_FILE = Path(__file__).parents[3] / "workflows" / "sops" / "hosting.toml"
NOON = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # Tuesday, 10:00 WITA
FACTS = dataclasses.replace(
    NOTHING_TOLD,
    disk_total_mb=10_000,
    disk_free_mb=9_000,
    memory_total_mb=2_000,
    memory_available_mb=1_500,
    uplink_kbit=100_000,
    php_versions=("8.2",),
    addresses_shared=("192.0.2.10",),
)
ROLES = ("kepala_opd", "tim_teknis", "bagian_umum", "kepala_dkisp", "kabid", "sub_koordinator", "engineer")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_time(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


@dataclasses.dataclass
class Desk:
    """The office at work in a test."""

    office: Office
    database: Database
    clock: Clock
    ids: dict[str, int]

    async def member(self, work: UnitOfWork, who: str) -> Member:
        return await members.member(work, await people.by_id(work, self.ids[who]))


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    clock = Clock()
    database = Database(database_url, clock=clock)
    await migrations.upgrade(database)
    sop = load_sop(SOP_FILE)
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    office = Office(
        sops={(sop.code, sop.version): sop},
        letterhead=form.OfficeLetterhead(),
        letters=LetterRules(),
        files=FileStore(tmp_path / "files"),
        vault=Vault(read_keys(new_key())),
        fleet=AgentFleet(Secret(key)),
        zone="tarakankota.go.id",
        bot_username="layanan_bot",
    )
    async with database.write() as work:
        ids = await _people(work)
        await _server(work)
    yield Desk(office, database, clock, ids)
    await office.fleet.aclose()
    await database.close()


async def _people(work: UnitOfWork) -> dict[str, int]:
    await opds.seed(work)
    disdik = await people.opd_by_code(work, "DISDIK")
    dinkes = await people.opd_by_code(work, "DINKES")
    assert disdik is not None
    assert dinkes is not None
    ids = {}
    crew = [(role, role, disdik.id if role in ("kepala_opd", "tim_teknis") else None) for role in ROLES]
    crew.append(("kepala_dinkes", "kepala_opd", dinkes.id))
    for place, (who, role, opd_id) in enumerate(crew, start=1):
        person = Person(
            telegram_id=1000 + place,
            name=who.replace("_", " ").title(),
            nip=f"19800101200501100{place}",
            phone=f"+6281234500{place:02}",
            created_at=work.now,
        )
        work.add(person)
        await work.flush()
        work.add(MandateRow(person_id=person.id, role=role, opd_id=opd_id, starts_on=dt.date(2026, 1, 1)))
        ids[who] = person.id
    return ids


async def _server(work: UnitOfWork) -> None:
    work.add(
        Server(
            name="web-1",
            host="192.0.2.10",
            host_key="ssh-ed25519 AAAA",
            zone="tarakankota.go.id",
            name_server="192.0.2.53",
            facts=FACTS,
            facts_at=work.now,
            created_at=work.now,
        )
    )

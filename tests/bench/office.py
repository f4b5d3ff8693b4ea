"""An office with people, a database on disk and one real server, up to the moment before the Kepala approves."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot import bootstrap
from bot.demo.lab_server import take_in
from bot.demo.stage import demo_settings
from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.outside import Outside
from provisioning.plan import Applied
from provisioning.spec import HostingSecrets, Secret
from provisioning.verification.verify import Verification
from workflows import servers
from workflows.capacity import Shares
from workflows.casework.open_case import open_case
from workflows.casework.press_button import press
from workflows.hosting.opening import unwant
from workflows.jobs.reconcile import run_batch
from workflows.office import Office
from workflows.people import members
from workflows.secrets.vault import credential_context
from workflows.store import cases, hostings, people
from workflows.store.tables import Hosting, MandateRow, Person
from workflows.store.unit_of_work import Database, UnitOfWork

T = TypeVar("T")
ROLES = ("kepala_opd", "bagian_umum", "kepala_dkisp", "kabid", "engineer")
ROOMY = Shares(disk_percent=10_000, memory_percent=10_000, bandwidth_percent=10_000)
BEFORE_APPROVAL: tuple[tuple[str, str, Mapping[str, Any] | None], ...] = (
    ("bagian_umum", "agendakan", {"sifat": "biasa", "klasifikasi": "500.12.3", "tanggal_diterima": "2026-11-24"}),
    ("bagian_umum", "teruskan", None),
    ("kepala_dkisp", "disposisikan", {"diteruskan_kepada": ["kabid_aplikasi"], "instruksi": ["proses"]}),
    ("kabid", "pilih_server", {"server": "web-1", "paket": "kecil"}),
    ("kabid", "rekomendasi_setuju", {}),
)


def request(subdomain: str) -> dict[str, Any]:
    """Return the answers of a request for a PHP hosting with a database."""
    return {
        "cara_surat": "buatkan",
        "nomor_surat": "500.12/7/DISDIK/XI/2026",
        "tanggal_surat": "2026-11-23",
        "perihal": "Permohonan hosting",
        "aplikasi": subdomain,
        "tujuan": "Mengelola arsip surat dinas.",
        "subdomain": subdomain,
        "jenis": "php",
        "versi_php": "8.2",
        "basis_data": True,
        "paket": "kecil",
        "tim_teknis": [{"name": "Siti", "nip": "199001012015012001", "phone": "+6281234567890"}],
        "pernyataan": True,
    }


Spent = dict[str, float]  # milliseconds of the newest call, by its name


class TimedOutside(Outside):
    """What the world sees, noting how long it took to see it."""

    def __init__(self, spent: Spent) -> None:
        super().__init__()
        self._spent = spent

    async def verify(self, *args: Any, **options: Any) -> Verification:
        return await _timed(self._spent, "verify", super().verify(*args, **options))


class TimedFleet(AgentFleet):
    """The fleet, which also notes how many milliseconds its newest calls took."""

    def __init__(self, private_key: Secret) -> None:
        super().__init__(private_key)
        self.spent: Spent = {}
        self.outside = TimedOutside(self.spent)

    async def apply_many(self, *args: Any, **options: Any) -> list[Applied | ProvisioningError]:
        return await _timed(self.spent, "apply", super().apply_many(*args, **options))


async def _timed(spent: Spent, name: str, call: Awaitable[T]) -> T:
    started = time.perf_counter()
    try:
        return await call
    finally:
        spent[name] = (time.perf_counter() - started) * 1000


@dataclasses.dataclass
class Desk:
    """The office at work."""

    fleet: TimedFleet
    office: Office
    database: Database
    ids: Mapping[str, int]

    async def bring_to_approval(self, subdomain: str) -> int:
        """Open a case and play it to step 5; return its id."""
        async with self.database.write() as work:
            member = await members.member(work, await people.by_id(work, self.ids["kepala_opd"]))
            case = await open_case(self.office, work, member, request(subdomain), sop_code="hosting")
        for who, action, answers in BEFORE_APPROVAL:
            await self.push(case.id, who, action, answers)
        return case.id

    async def push(self, case_id: int, who: str, action: str, answers: Mapping[str, Any] | None) -> None:
        """Let somebody press a button on the newest card."""
        async with self.database.write() as work:
            case = await cases.get(work, case_id)
            assert case is not None
            member = await members.member(work, await people.by_id(work, self.ids[who]))
            await press(
                self.office,
                work,
                member,
                case_id=case_id,
                action_id=action,
                revision=case.revision,
                answers=None if answers is None else dict(answers),
            )

    async def approve(self, case_ids: Sequence[int]) -> None:
        """Press **Setujui** on each, and do the jobs set up until the hostings are applied and verified."""
        for case_id in case_ids:
            await self.push(case_id, "kepala_dkisp", "setujui", None)
        await self._do_jobs()

    async def hosting(self, case_id: int) -> Hosting:
        """Return the case's hosting. Raises `RuntimeError` where it is not as wanted."""
        async with self.database.read() as work:
            found = await hostings.of_case(work, case_id)
        if found is None or found.applied_revision != found.wanted_revision:
            raise RuntimeError(f"case {case_id} has no working hosting")
        return found

    async def take_away(self, case_ids: Sequence[int]) -> None:
        """Want the hostings gone, and make it so."""
        async with self.database.write() as work:
            for case_id in case_ids:
                found = await hostings.of_case(work, case_id)
                assert found is not None
                await unwant(work, found)
        await self._do_jobs()

    async def at(self, server: str) -> ServerAddress:
        """Return where the fleet reaches a server."""
        async with self.database.read() as work:
            row = await hostings.server_by_name(work, server)
        assert row is not None
        return servers.address(row)

    async def _do_jobs(self) -> None:
        async with self.database.read() as work:
            waiting = [job.id for job in await hostings.open_jobs(work)]
        await run_batch(self.office, self.database, waiting)
        for job_id in waiting:
            async with self.database.read() as work:
                job = await hostings.job(work, job_id)
            if job is None or job.state != "done":
                raise RuntimeError(f"job {job_id}: {job and job.error}")


@contextlib.asynccontextmanager
async def open_desk(folder: Path, lab_servers: Sequence[LabServer]) -> AsyncIterator[Desk]:
    """Open an office with these servers, enrolled as real ones are."""
    settings = demo_settings("http://127.0.0.1:9", folder)  # nobody is written to
    fleet = TimedFleet(bootstrap.read_ssh_key(settings))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(fleet.aclose)
        database = await stack.enter_async_context(bootstrap.open_database(settings))
        for server in lab_servers:
            await take_in(database, server, bootstrap.read_ssh_key(settings))
            await _let_everything_fit(database, server)
        office = bootstrap.make_office(settings, bootstrap.load_sops(), fleet, "bench_bot")
        yield Desk(fleet, office, database, await _employ(database))


async def _let_everything_fit(database: Database, server: LabServer) -> None:
    """Promise more than this machine's memory and disk would hold: a contest must not end for want of room."""
    async with database.write() as work:
        row = await hostings.server_by_name(work, server.name)
        assert row is not None
        await servers.set_shares(work, row, ROOMY)


async def _employ(database: Database) -> dict[str, int]:
    ids = {}
    async with database.write() as work:
        opd = await people.opd_by_code(work, "DISDIK")
        assert opd is not None
        for place, role in enumerate(ROLES, start=1):
            person = Person(
                telegram_id=1000 + place,
                name=role,
                nip=f"19800101200501100{place}",
                phone=f"+6281234500{place:02}",
                created_at=work.now,
            )
            work.add(person)
            await work.flush()
            opd_id = opd.id if role == "kepala_opd" else None
            work.add(MandateRow(person_id=person.id, role=role, opd_id=opd_id, starts_on=dt.date(2026, 1, 1)))
            ids[role] = person.id
    return ids


async def secrets_of(office: Office, work: UnitOfWork, hosting: Hosting) -> HostingSecrets:
    """Return the passwords that a hosting was made with."""
    opened = {
        row.kind: office.vault.open(row.key_id, row.sealed, credential_context(hosting.id, row.kind))
        for row in await hostings.credentials(work, hosting.id)
        if row.sealed is not None
    }
    return HostingSecrets(sftp_password=opened["sftp"], database_password=opened["database"])

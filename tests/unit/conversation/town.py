"""A town for conversations: the whole bot over a sandbox Telegram, with a server that is only pretended."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import hashlib
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.bootstrap import make_office, open_bot
from bot.inbound.router import prepare, route
from bot.inbound.secret_messages import SecretMessages
from bot.outbox_sender import OutboxSender
from bot.process import runtime
from bot.sandbox.client import Sandbox, SandboxUser, no_pause
from bot.sandbox.runner import DEFAULT_TOKEN
from bot.screens.render import render
from bot.settings import OfficeSettings, Settings
from bot.update_inbox import Act, UpdateHandlers, UpdateInbox
from provisioning.agent.backup.wire import BackupOrder, Drilled, HeldSnapshots, Restored, SnapshotReason, TakenSnapshot
from provisioning.agent.protocol import Log, Work
from provisioning.agent.staging.wire import Copied, Copy, Step
from provisioning.agent.wordpress.wire import Installation
from provisioning.agent_channel import OnProgress
from provisioning.domain_proof import Destination, DomainLook, Proof, record_value
from provisioning.fitness.examine import CHECKS
from provisioning.fleet import ProvisioningError
from provisioning.new_login import NewLogin
from provisioning.pages.rules import PageViews
from provisioning.plan import (
    Action,
    Applied,
    CertificateReport,
    Change,
    Dumped,
    ErrorCode,
    Loaded,
    PendingUpdates,
    Plan,
    Progress,
    ServerFacts,
    Usage,
)
from provisioning.scan_report import ScanReport
from provisioning.spec import HostingSecrets, HostingSpec
from provisioning.uptime import Availability
from provisioning.usage_report import Measurement
from provisioning.verification.verify import Check, Verification
from tests.databases import newest_file
from tests.our_sops import our_sops
from tests.rest import at_rest
from tests.unit.fleet_double import FleetDouble
from workflows.people import members, opds
from workflows.secrets.vault import new_key
from workflows.store import migrations, people
from workflows.store.presence import present
from workflows.store.tables import MandateRow, Person, Server
from workflows.store.unit_of_work import Database, UnitOfWork

ZONE = "tarakankota.go.id"
FASTER = 200.0  # the sender's clock: Telegram's pace is proven in its own tests
ADMIN_ID = 900
ANSWER_SECONDS = 10.0  # for the last presses of a talk, on a busy machine
HARMLESS = (  # refusals of edits that come of what people do
    "Bad Request: message to edit not found",  # of a card that a newer one replaced meanwhile
    "Bad Request: message is not modified",  # a button was pressed twice
)
NAMES = {
    "kepala_opd": "dr. Siti Rahma",
    "tim_teknis": "Budi Santoso",
    "bagian_umum": "Rina Wati",
    "kepala_dkisp": "Andi Saputra",
    "kabid": "Dewi Lestari",
    "sub_koordinator": "Joko Susilo",
    "engineer": "Agus Salim",
}
OF_OPD = ("kepala_opd", "tim_teknis")


DRILLED = Drilled(
    same=1234, different=(), different_count=0, changed_since=2, size_bytes=5_000_000, tables=12, rows=3400,
    has_database=True, seconds=8.4,
)  # fmt: skip


COPIED = Copied(size_bytes=3_000_000, files=120, adapted=("public/wp-config.php",), unsure=("private/catatan.txt",))


class PretendFleet(FleetDouble):
    """A fleet that says yes: it has one roomy server and builds nothing. `failures` are raised first, one a try.

    Work waits while `may_work` is not set. `given` are the passwords of each piece that was done; `unfit` is what is
    said of a file of SQL.
    `front` is the status that every site answers with, after the next piece of work `front_then`; `unseen` are the
    checks of a look from outside that do not pass, with what is seen instead.
    """

    def __init__(self) -> None:
        self.failures: list[ProvisioningError] = []
        self.may_work = asyncio.Event()
        self.may_work.set()
        self.put_requests: list[str] = []
        self.front = 200
        self.front_then: int | None = None
        self.unseen: dict[str, str] = {}
        self.tells_version = False  # what a stranger finds amiss with each site
        self.expires = "2027-11-24T00:00:00+00:00"  # of every certificate
        self.given: list[HostingSecrets | None] = []
        self.dns: dict[str, tuple[set[str], Destination]] = {}  # of domains elsewhere: their texts, where they lead
        self.asked_dns: list[str] = []
        self.site_log = 'x.test 192.0.2.x [26/Nov] "GET /?token=*** HTTP/1.1" 200'
        self.dumped = b"isi basis data"
        self.loaded: list[str] = []
        self.load_requests: list[str] = []
        self.login_requests: list[str] = []
        self.new_login = NewLogin(files=("public/wp-config.php",))
        self.unfit: ProvisioningError | None = None
        self.installed: list[Installation] = []
        self.wordpress: str | None = "6.1.9+dfsg1-0+deb12u1"
        self.unfit_put: ProvisioningError | None = None
        self.unfit_back: ProvisioningError | None = None
        self.copied: list[tuple[str, Copy]] = []  # into which hosting, and what was asked
        self.disk_total_mb = 100_000
        self.measurement = Measurement(whole=True, hostings=())
        self.restored: list[BackupOrder] = []
        self.drilled = DRILLED

    async def facts(self, server: Any) -> ServerFacts:
        return ServerFacts(
            hostname="Server web 1",
            agent_version="1",
            os_release="Debian 12",
            disk_total_mb=self.disk_total_mb,
            disk_free_mb=80_000,
            memory_total_mb=16_000,
            memory_available_mb=12_000,
            load=0.25,
            cpus=4,
            sites=3,
            allotted_disk_mb=6_000,
            allotted_database_mb=1_000,
            allotted_memory_mb=1_000,
            allotted_bandwidth_kbit=60_000,
            uplink_kbit=1_000_000,
            zones=(ZONE,),
            addresses_shared=("192.0.2.10",),
            addresses_dedicated=(),
            addresses_taken=(),
            php_versions=("8.2", "8.3", "8.4"),
            quota_on=True,
            services={"apache2": "active"},
            certificate_kind="acme",
        )

    async def certificates(self, server: Any) -> CertificateReport:
        return CertificateReport(taken_up=False, problem=None, certificates=())

    async def updates(self, server: Any) -> PendingUpdates:
        fresh = dt.datetime.now(dt.UTC).isoformat()
        return PendingUpdates(security=(), others=2, reboot_required=False, lists_at=fresh, wordpress=self.wordpress)

    async def plan(self, server: Any, spec: HostingSpec) -> Plan:
        change = Change(part="vhost", key=spec.slug, action=Action.CREATE, summary=f"site for {spec.domains[0]}")
        return Plan(slug=spec.slug, basis="0" * 64, changes=(change,))

    async def apply(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Applied:
        await self.may_work.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.given.append(secrets)
        if self.front_then is not None:
            self.front, self.front_then = self.front_then, None
        await options["on_progress"](Progress(step="vhost", done=1, total=2))
        facts = {
            "account": f"h_{spec.slug}",
            "home": f"/srv/hosting/{spec.slug}",
            "addresses": ["192.0.2.10"],
            "database": f"h_{spec.slug}" if spec.database else None,
            "self_signed": True,
            "uid": 20001,
        }
        usage = await self.usage(server, spec)
        return Applied(plan=await self.plan(server, spec), changed=True, facts=facts, usage=usage)

    async def apply_many(
        self, server: Any, works: Sequence[Work], *, on_progress: OnProgress | None = None
    ) -> list[Applied | ProvisioningError]:
        answers: list[Applied | ProvisioningError] = []
        for work in works:

            async def tell(progress: Progress, of: str = work.id) -> None:
                if on_progress is not None:
                    await on_progress(dataclasses.replace(progress, work=of))

            try:
                answers.append(await self.apply(server, work.spec, work.secrets, on_progress=tell))
            except ProvisioningError as error:
                answers.append(error)
        return answers

    async def verify(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Verification:
        seen: dict[str, dict[str, str]] = {
            "dns": {"addresses": "192.0.2.10"},
            "http": {},
            "https": {"certificate": "self-signed", "trusted": "no", "expires": self.expires},
            "php": {"version": "8.3"},
            "sftp": {"folders": "public"},
            "sql": {"database": "h_e_arsip"},
            "isolation": {},
        }
        unseen = dict(self.unseen)
        if self.front >= 500 and options["is_new"]:
            unseen["https"] = f"status {self.front}"
        return Verification(
            tuple(Check(name=n, ok=n not in unseen, detail=unseen.get(n, ""), facts=facts) for n, facts in seen.items())
        )

    async def examine(self, server: Any, spec: HostingSpec, **options: Any) -> tuple[Check, ...]:
        lacking = {"banner": "X-Generator"} if self.tells_version else {}
        return tuple(Check(name=name, ok=name not in lacking, detail=lacking.get(name, "")) for name in CHECKS)

    async def front_page_status(self, server: Any, spec: HostingSpec, **options: Any) -> int:
        return self.front

    async def custom_domain(
        self, domain: str, token: str, *, addresses: Collection[str], aliases: Collection[str]
    ) -> DomainLook:
        self.asked_dns.append(domain)
        texts, lead = self.dns.get(domain, (set(), Destination.NOWHERE))
        proof = Proof.GIVEN if record_value(token) in texts else Proof.OTHER if texts else Proof.MISSING
        return DomainLook(proof=proof, lead=lead, texts=tuple(sorted(texts)) if proof is Proof.OTHER else ())

    async def availability(self, server: Any, spec: HostingSpec, **options: Any) -> Availability:
        return Availability(expires=dt.datetime.now(dt.UTC) + dt.timedelta(days=60), trusted=True)

    async def tour(self, server: Any, spec: HostingSpec, **options: Any) -> list[PageViews]:
        return []

    async def scan(self, server: Any, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        return ScanReport(began=0, files=0, read=0, bytes=0, closed=0, next=None, asked=False, suspects=())

    async def usage(self, server: Any, spec: HostingSpec) -> Usage:
        return Usage(
            disk_bytes=40_000,
            inodes=12,
            database_bytes=0,
            requests=3,
            traffic_in_bytes=900,
            traffic_out_bytes=2_000,
            certificate_expires="2027-11-24",
            certificate_self_signed=True,
        )

    async def log(self, server: Any, spec: HostingSpec, *, log: Log = Log.AGENT, lines: int = 200) -> str:
        return "vhost: AH00526: Syntax error" if log is Log.AGENT else self.site_log

    async def dump(self, server: Any, spec: HostingSpec, *, request_id: str) -> Dumped:
        return Dumped(file=f"basisdata-20261126-1000-{request_id[:8]}.sql.gz", bytes=len(self.dumped))

    async def fetch(self, server: Any, spec: HostingSpec, file: str, *, most: int) -> bytes | None:
        return self.dumped if len(self.dumped) <= most else None

    async def load(self, server: Any, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        self.load_requests.append(request_id)
        if self.unfit is not None:
            raise self.unfit
        self.loaded.append(file)
        return Loaded(before="sebelum-impor-20261126-1000.sql.gz")

    async def install(self, server: Any, spec: HostingSpec, installation: Installation, *, request_id: str) -> str:
        if self.unfit is not None:
            raise self.unfit
        self.installed.append(installation)
        return "6.1.9"

    async def copy(self, server: Any, spec: HostingSpec, copy: Copy, *, request_id: str) -> dict[str, Any]:
        unfit = {Step.PREPARE: self.unfit, Step.PUT: self.unfit_put, Step.BACK: self.unfit_back}[copy.step]
        if copy.step is Step.PUT:
            self.put_requests.append(request_id)
        if unfit is not None:
            raise unfit
        self.copied.append((spec.slug, copy))
        return dataclasses.asdict(COPIED) if copy.step is Step.PREPARE else {}

    async def renew_login(self, server: Any, spec: HostingSpec, *, request_id: str) -> NewLogin:
        self.login_requests.append(request_id)
        if self.unfit is not None:
            raise self.unfit
        return self.new_login

    async def tidy(self, server: Any) -> list[str]:
        return []

    async def measure(self, server: Any, first_day: dt.date) -> Measurement:
        return self.measurement

    async def snapshot(self, server: Any, spec: HostingSpec, reason: SnapshotReason, *, order_id: str) -> TakenSnapshot:
        if self.failures:
            raise self.failures.pop(0)
        return TakenSnapshot(
            snapshot=hashlib.sha256(order_id.encode()).hexdigest(), size_bytes=2_000_000, files=9, added_bytes=1
        )

    async def snapshots(self, server: Any, spec: HostingSpec) -> HeldSnapshots:
        return HeldSnapshots(count=3, newest_at=dt.datetime.now(dt.UTC))

    async def drill(self, server: Any, spec: HostingSpec, snapshot: str, *, order_id: str) -> Drilled:
        return self.drilled

    async def restore(self, server: Any, spec: HostingSpec, order: BackupOrder, *, order_id: str) -> Restored:
        self.restored.append(order)
        if self.failures:
            raise self.failures.pop(0)
        before = "" if order.beside else hashlib.sha256(order_id.encode()).hexdigest()
        return Restored(size_bytes=2_000_000, files=9, before=before)


def failure() -> ProvisioningError:
    """A site whose Apache file did not pass the test."""
    left = ("account h_e-arsip",)
    return ProvisioningError(ErrorCode.APACHE_CONFIG_INVALID, "AH00526: line 3", step="vhost", left=left)


@dataclasses.dataclass
class Town:
    """The bot at work, and the people who talk to it, by role."""

    app: App
    sandbox: Sandbox
    fleet: PretendFleet
    people: dict[str, SandboxUser]
    running: contextlib.AsyncExitStack = dataclasses.field(default_factory=contextlib.AsyncExitStack)
    refusable: tuple[str, ...] = HARMLESS  # how that may begin which Telegram refuses here

    async def stop(self) -> None:
        """End the bot as a restart does: the next one's long poll ends the one that this one had open."""
        self.refusable = (*self.refusable, "Conflict: terminated by other getUpdates request")
        await self.running.aclose()
        self.sandbox.pause = no_pause

    async def rest(self) -> None:
        """Wait until the bot has read and said all that it has to."""
        await at_rest(self.sandbox, self.app.database)

    async def move_in(self, role: str, name: str, opd_code: str) -> SandboxUser:
        """Let one more person come to work, known already."""
        place = len(self.people) + 1
        phone = f"+62812345000{place:02}"
        user = await self.sandbox.add_person(name, phone=phone, role=role)
        async with self.app.database.write() as work:
            opd = await people.opd_by_code(work, opd_code)
            nip = f"1980010120050110{place:02}"
            await _known(work, user, role, phone=phone, nip=nip, opd_id=opd.id if opd else None)
        await user.open_link()
        await user.wait_for("Layanan DKISP")
        return user

    async def judge(self) -> None:
        """Look at what every talk leaves behind: no refused call, no button that spins, no gap in what is read."""
        refused = [(call["method"], str(call["description"])) for call in await self.sandbox.refusals()]
        unforeseen = [f"{method}: {why}" for method, why in refused if not why.startswith(self.refusable)]
        assert unforeseen == [], unforeseen
        async with asyncio.timeout(ANSWER_SECONDS):
            while await self.sandbox.unanswered():  # noqa: ASYNC110 - it can only be asked
                await asyncio.sleep(0.02)
        read = [message.text for user in self.people.values() for message in await user.messages()]
        gaping = [text for text in read if "\n\n\n" in text]
        assert gaping == [], f"more than one empty line on end: {gaping}"

    def __getitem__(self, role: str) -> SandboxUser:
        return self.people[role]


@contextlib.asynccontextmanager
async def town_of(
    sandbox: Sandbox, folder: Path, database_url: str | None = None, *, signing: Mapping[str, Any] = {}, **about: Any
) -> AsyncIterator[Town]:
    """Open a town whose people are known already, on a file unless told otherwise; close it at the end."""
    settings = _settings(sandbox.url, folder, database_url, OfficeSettings(**about), **signing)
    database = Database(settings.database)
    fleet = PretendFleet()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)  # also where a talk fails: others would hear of what was left open
        bot = await stack.enter_async_context(open_bot(settings))
        await migrations.upgrade(database)
        office = make_office(settings, our_sops(), fleet, bot.username)
        app = App(settings=settings, database=database, office=office, bot=bot)
        town = Town(app, sandbox, fleet, await _move_in(sandbox, database))
        async with town.running:
            await town.running.enter_async_context(working(app))
            sandbox.pause = town.rest
            for user in town.people.values():
                await user.open_link()
                await user.wait_for("Layanan DKISP")
            yield town
            await town.judge()


@contextlib.asynccontextmanager
async def working(app: App) -> AsyncIterator[None]:
    """Run the bot's parts; leaving the block stops them as a restart would."""

    async def prepared(update: Any) -> Act:
        found = await prepare(app, update)
        return lambda work: route(app, work, update, found)

    handlers = UpdateHandlers(app.database, app.bot, prepared)
    sender = OutboxSender(
        app.database, app.bot, lambda work, row: render(app, work, row), clock=lambda: time.monotonic() * FASTER
    )
    await handlers.load()
    background = {**runtime.background_parts(app)}
    background.pop("moves").close()  # tests of moves take each step by hand
    parts = [handlers.run(), sender.run(), *background.values()]
    async with present(app.database) as watch:
        workers = [asyncio.create_task(part) for part in (*parts, watch())]
        try:
            async with runtime.receiving(app, UpdateInbox(app.database, handlers, SecretMessages(app))):
                yield
        finally:
            async with app.database.write():  # none is cut off while it holds the file's lock: this process lives on
                for worker in workers:
                    worker.cancel()
                ends = await asyncio.gather(*workers, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
            raise end


def _settings(url: str, folder: Path, database_url: str | None, office: OfficeSettings, **more: Any) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it, its stub does not say so
        bot_token=SecretStr(DEFAULT_TOKEN),
        telegram_api_url=url,
        admin_telegram_ids=(ADMIN_ID,),
        secret_keys=SecretStr(new_key()),
        zone=ZONE,
        office=office,
        data_dir=folder,
        database_url=database_url or newest_file(folder),
        **more,
    )


async def _move_in(sandbox: Sandbox, database: Database) -> dict[str, SandboxUser]:
    people_here = {}
    async with database.write() as work:
        await opds.seed(work)
        opd = await people.opd_by_code(work, "DINKES")
        assert opd is not None
        for place, (role, name) in enumerate(NAMES.items(), start=1):
            phone = f"+62812345000{place:02}"
            user = await sandbox.add_person(name, phone=phone, role=role)
            nip, opd_id = f"19800101200501100{place}", opd.id if role in OF_OPD else None
            await _known(work, user, role, phone=phone, nip=nip, opd_id=opd_id)
            people_here[role] = user
        people_here["admin"] = await sandbox.add_person("Administrator", person_id=ADMIN_ID, phone="+628123450099")
        await members.appoint_admin(work, ADMIN_ID)
        work.add(
            Server(
                name="Server web 1",
                host="192.0.2.10",
                host_key="ssh-ed25519 AAAA",
                zone=ZONE,
                name_server="192.0.2.53",
                created_at=work.now,
            )
        )
    return people_here


async def _known(work: UnitOfWork, user: SandboxUser, role: str, *, phone: str, nip: str, opd_id: int | None) -> None:
    person = Person(telegram_id=user.id, name=user.name, nip=nip, phone=phone, created_at=work.now)
    work.add(person)
    await work.flush()
    work.add(MandateRow(person_id=person.id, role=role, opd_id=opd_id, starts_on=dt.date(2026, 1, 1)))

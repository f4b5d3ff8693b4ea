"""Twenty requests are approved within a minute, on two servers: each server is asked a few times, and nobody waits.

The cases are brought before the Kepala by the office's own use cases; the twenty approvals are pressed in chat.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.demo.lab_server import take_in
from provisioning.agent import names
from provisioning.agent.apache import GENERATION
from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet
from provisioning.lab import Lab, LabServer
from tests.server.hosting.conftest import Hostings, outside_of, visitors_of
from tests.stories import play
from tests.stories.town import Town, open_town
from workflows import servers
from workflows.casework.open_case import open_case
from workflows.casework.press_button import press
from workflows.people import members
from workflows.store import hostings, people
from workflows.store.unit_of_work import UnitOfWork

pytestmark = [pytest.mark.server, pytest.mark.every_database]

COUNT = 20
RELOADS_MAX = 3  # of a server that was at work while its ten were approved: the one under way, and the rest at once
MINUTE = 60.0
PLENTY_MB = 200_000  # the lab's disk is memory; what is promised is not taken
REQUEST: dict[str, Any] = {
    "cara_surat": "buatkan",
    "tanggal_surat": "2026-11-23",
    "perihal": "Permohonan hosting",
    "aplikasi": "e-Arsip",
    "tujuan": "Mengelola arsip surat dinas.",
    "jenis": "php",
    "versi_php": "8.2",
    "basis_data": True,
    "paket": "kecil",
    "tim_teknis": [{"name": "Siti", "nip": "199001012015012001", "phone": "+6281250009003"}],
    "pernyataan": True,
}
PATH: list[tuple[str, str, dict[str, Any] | None]] = [
    ("bagian_umum", "agendakan", {"sifat": "biasa", "klasifikasi": "500.12.3", "tanggal_diterima": "2026-11-24"}),
    ("bagian_umum", "teruskan", None),
    ("kepala_dkisp", "disposisikan", {"diteruskan_kepada": ["kabid_aplikasi"], "instruksi": ["proses"]}),
    ("kabid", "pilih_server", {"paket": "kecil"}),
    ("kabid", "rekomendasi_setuju", {}),
]


@pytest.fixture
async def two_servers(lab: Lab, web: LabServer) -> AsyncIterator[list[LabServer]]:
    started = [await asyncio.to_thread(lab.start, name) for name in ("many-1", "many-2")]
    yield started
    for server in started:
        await asyncio.to_thread(server.stop)


async def bring_before_the_head(town: Town, fleet: Fleet, subdomains: list[str]) -> list[str]:
    """Lay a case for each name before the Kepala, by turns on the one server and the other; return their numbers."""
    office = bootstrap.make_office(town.settings, bootstrap.load_sops(), fleet, "layanan_bot")

    async def member(work: UnitOfWork, role: str) -> members.Member:
        opd = await people.opd_by_code(work, "DISDIK") if role == "kepala_opd" else None
        return await members.member(work, (await members.holders(work, role, opd.id if opd else None))[0])

    numbers = []
    async with town.database.write() as work:
        stand = await hostings.servers(work)
        for server in stand:
            server.facts = dataclasses.replace(server.facts, disk_total_mb=PLENTY_MB, disk_free_mb=PLENTY_MB)
        for place, name in enumerate(subdomains):
            case = await open_case(
                office, work, await member(work, "kepala_opd"), REQUEST | {"subdomain": name}, sop_code="hosting"
            )
            for role, action, answers in PATH:
                asked = None if answers is None else dict(answers)
                if action == "pilih_server" and asked is not None:
                    asked["server"] = stand[place % len(stand)].name
                by = await member(work, role)
                await press(office, work, by, case_id=case.id, action_id=action, revision=case.revision, answers=asked)
            numbers.append(case.number)
    return numbers


@contextlib.asynccontextmanager
async def busy(taken: list[LabServer]) -> AsyncIterator[None]:
    """Hold the servers' locks, as a long piece of work does that was begun just before."""
    hold = "rm -f /run/done; flock /run/layanan-agent.lock sh -c 'until [ -e /run/done ]; do sleep 0.05; done'"
    held = [asyncio.create_task(asyncio.to_thread(server.run, hold)) for server in taken]
    try:
        yield
    finally:
        for server in taken:
            server.run("touch /run/done")
        await asyncio.gather(*held)


@contextlib.contextmanager
def taking_up(server: LabServer) -> Iterator[set[str]]:
    """Collect the configurations Apache was given meanwhile, each once however often it had to be woken for it."""
    found: set[str] = set()
    watch = f"until [ -e /run/counted ]; do cat {names.SITES_DIR / GENERATION}; sleep 0.05; done"
    before = server.run(f"cat {names.SITES_DIR / GENERATION}").stdout
    with ThreadPoolExecutor(max_workers=1) as pool:
        seen = pool.submit(server.run, watch)
        try:
            yield found
        finally:
            server.run("touch /run/counted")
        found.update(set(seen.result().stdout.splitlines()) - set(before.splitlines()))


async def test_twenty_approvals_in_a_minute_on_two_servers(
    two_servers: list[LabServer], tmp_path: Path, database_url: str
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        town = await stack.enter_async_context(open_town(tmp_path, server=two_servers[0], database_url=database_url))
        town.sandbox.timeout_s = MINUTE
        key = bootstrap.read_ssh_key(town.settings)
        await take_in(town.database, two_servers[1], key)
        fleet = AgentFleet(key)
        stack.push_async_callback(fleet.aclose)
        async with town.database.read() as work:
            addresses = {row.name: servers.address(row) for row in await hostings.servers(work)}
        neighbours = [
            await Hostings(fleet, addresses[server.name], server, tmp_path).make(database=False)
            for server in two_servers
        ]
        subdomains = [f"ramai{number:02}" for number in range(1, COUNT + 1)]
        numbers = await bring_before_the_head(town, fleet, subdomains)
        await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')", 0, within=5 * MINUTE)
        taken_up = {server.name: stack.enter_context(taking_up(server)) for server in two_servers}
        seen = [stack.enter_context(visitors_of(neighbour)) for neighbour in neighbours]
        begun = time.monotonic()
        async with busy(two_servers):
            await asyncio.gather(*(play.approve(town["kepala_dkisp"], number) for number in numbers))
            await town.until("SELECT count(*) FROM ledger WHERE action = 'case.setujui'", COUNT, within=MINUTE)
        pressed = time.monotonic() - begun
        assert pressed < MINUTE
        await town.until("SELECT count(*) FROM ledger WHERE action = 'case.hosting_ready'", COUNT, within=2 * MINUTE)
        took = time.monotonic() - begun
        print(f"{COUNT} approved in {pressed:.1f} s and seen from outside after {took:.1f} s")

        for server in two_servers:
            outside = outside_of(server, tmp_path)
            for (name,) in town.rows(
                "SELECT domain FROM hostings JOIN servers ON servers.id = server_id WHERE servers.name = ?", server.name
            ):
                assert outside.dig(name) == [server.address]
                assert (await asyncio.to_thread(outside.curl, f"https://{name}/")).status == 200
        for visitors in seen:
            assert visitors.wrong == []
            assert len(visitors.seconds) > 10
        assert town.rows("SELECT count(*) FROM jobs WHERE state != 'done' OR attempt != 1") == [(0,)]
        assert side_by_side(town)
        await each_is_told_once(town)
    for name, configurations in taken_up.items():
        assert 1 <= len(configurations) <= RELOADS_MAX, (name, configurations)
    assert town.bot.complaints() == []


def side_by_side(town: Town) -> bool:
    """Whether the two servers worked at the same time."""
    query = (
        "SELECT min(jobs.started_at), max(jobs.finished_at) FROM jobs JOIN hostings ON hostings.id = hosting_id "
        "GROUP BY server_id"
    )
    (first, first_end), (second, second_end) = (
        [dt.datetime.fromisoformat(str(at)) for at in row] for row in town.rows(query)
    )
    return max(first, second) < min(first_end, second_end)


async def each_is_told_once(town: Town) -> None:
    """Its own request's letter and the answer: each once in the chat of the OPD's head, and nothing left to be sent."""
    await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind = 'letter'", 0)
    query = (
        "SELECT case_id, count(*) FROM outbox WHERE kind = 'letter' AND state = 'sent' AND chat_id = ? GROUP BY case_id"
    )
    head = town["kepala_opd"].id
    assert [count for _, count in town.rows(query, head)] == [2] * COUNT
    assert town.rows("SELECT count(*) FROM outbox WHERE doubtful") == [(0,)]
    assert await town.undeclared_refusals() == []

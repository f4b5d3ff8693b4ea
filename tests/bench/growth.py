"""What a store that has grown costs: the same screens and the same sweeps with 100, 10,000 and 200,000 cases.

One case is played to its end in a town; the others are copies of all its rows, under names of their own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from sqlalchemy import text

from bot.app import App
from bot.process import log
from bot.sandbox.client import Sandbox
from bot.sandbox.runner import sandbox_process
from bot.screens.registry import named_screen
from bot.screens.render import render
from tests.bench.copies import APART, MONTHLY, Original
from tests.bench.report import Line, Section, median
from tests.databases import running_cluster
from tests.unit.conversation.test_ten_steps import test_a_case_goes_through_all_ten_steps as play_to_the_end
from tests.unit.conversation.town import Town, town_of
from workflows.people import members
from workflows.store import cases, hostings, inbox, ledger, outbox, saved_searches
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork
from workflows.words import WITA

SIZES = (100, 10_000, 200_000)
ROUNDS = 15
GOAL = 1.5  # times the smallest
WARM = 3
WRITING = ("a line of the ledger", "search")
Look = Callable[[UnitOfWork], Awaitable[object]]


class NothingKeptError(Exception):
    """Ends a transaction of which nothing is to stay."""


async def on_sqlite() -> Section:
    """Grow a file from size to size, and look at the same things at each."""
    with tempfile.TemporaryDirectory(prefix="layanan-bench-", dir="/var/tmp") as folder:
        return await _measure("SQLite", Path(folder), None)


async def on_postgresql() -> Section:
    """Grow a database of a PostgreSQL cluster of our own, tuned as Debian brings it."""
    with (
        tempfile.TemporaryDirectory(prefix="layanan-bench-", dir="/var/tmp") as folder,
        running_cluster("") as cluster,
    ):
        return await _measure("PostgreSQL", Path(folder), cluster.new_database("template0"))


async def _measure(kind: str, folder: Path, database_url: str | None) -> Section:
    log.configure("CRITICAL", [])
    taken: dict[str, list[float]] = {}
    async with _grown(folder, database_url) as town:
        original = await Original.of(town.app.database)
        for size in SIZES:
            await original.copy(size)
            await _know_sizes(town.app.database)
            for name, milliseconds in (await _looks(town, size)).items():
                taken.setdefault(name, []).append(milliseconds)
    title = f"The store with {', '.join(f'{size:,}' for size in SIZES)} cases, on {kind}"
    return Section(title, [*_lines(taken)], (f"medians of {ROUNDS}", f"{MONTHLY} cases began in each month"))


def _lines(taken: dict[str, list[float]]) -> list[Line]:
    lines = []
    for name, values in taken.items():
        for size, value in zip(SIZES, values, strict=True):
            ratio = None if size == SIZES[0] else value / values[0]
            lines.append(Line(what=f"{name}, {size:,} cases", value=value, ratio=ratio, to=f"{SIZES[0]} (goal {GOAL})"))
    return lines


@contextlib.asynccontextmanager
async def _grown(folder: Path, database_url: str | None) -> AsyncIterator[Town]:
    """Open a town in which one case has ended; its bot stands still."""
    async with (
        sandbox_process("--port", "0", "--no-flood-limits") as url,
        Sandbox(url) as sandbox,
        town_of(sandbox, folder, database_url) as town,
    ):
        await play_to_the_end(town)
        await town.stop()
        yield town


async def _know_sizes(database: Database) -> None:
    """Bring PostgreSQL's statistics up to date, as autovacuum does a minute after many rows came."""
    if database.shared:
        async with database.write() as work:
            await work.session.execute(text("ANALYZE"))


async def _looks(town: Town, size: int) -> dict[str, float]:
    app, database = town.app, town.app.database
    newest = size  # ids of copies follow each other
    day = (dt.datetime.now(WITA) + APART * (size - 2 * MONTHLY)).date()  # of a month that is whole
    month, year = {"year": day.year, "month": day.month}, {"year": day.year, "month": 0}
    looks: dict[str, Look] = {
        "menu": _screen(app, town["kepala_dkisp"].id, "menu"),
        "tasks": _screen(app, town["kabid"].id, "tasks"),
        "cases of DKISP": _screen(app, town["kepala_dkisp"].id, "cases"),
        "cases of an OPD": _screen(app, town["kepala_opd"].id, "cases"),
        "hostings of an OPD": _screen(app, town["kepala_opd"].id, "hosting"),
        "hostings of DKISP": _screen(app, town["engineer"].id, "hosting"),
        "card": _card(app, town["kepala_dkisp"].id, newest),
        "search, one found": _found(app, town["kabid"].id, f"e-arsip-{newest}"),
        "search, all found": _found(app, town["kabid"].id, "arsip"),
        "search, none found": _found(app, town["kabid"].id, "tidak ada"),
        "search of an OPD, none found": _found(app, town["kepala_opd"].id, "tidak ada"),
        "search, a state": _found(app, town["kabid"].id, "selesai"),
        "search, words and a year": _found(app, town["kabid"].id, "arsip tahun ini"),
        "search, words and a rare state": _found(app, town["kabid"].id, "arsip ditolak"),
        "report of a month": _screen(app, town["kepala_dkisp"].id, "reports", **month),
        "report of a year": _screen(app, town["kepala_dkisp"].id, "reports", **year),
        "register of configuration": _screen(app, town["kepala_dkisp"].id, "register", register="konfigurasi"),
        "sweep: messages due": outbox.due,
        "sweep: next message": outbox.next_due,
        "sweep: updates waiting": inbox.waiting,
        "sweep: jobs": hostings.open_jobs,
        "sweep: letters without PDF": cases.unrendered_letters,
        "a line of the ledger": lambda work: ledger.append(work, "case.bench", case_id=newest),
    }
    return {name: await _timed(database, look, writes=name.startswith(WRITING)) for name, look in looks.items()}


def _screen(app: App, telegram_id: int, name: str, **arguments: object) -> Look:
    async def look(work: UnitOfWork) -> object:
        screen = await named_screen(app, work, await members.whois(work, telegram_id), name, arguments)
        assert screen is not None, name
        return screen

    return look


def _found(app: App, telegram_id: int, typed: str) -> Look:
    async def look(work: UnitOfWork) -> object:
        member = await members.whois(work, telegram_id)
        assert member is not None, typed
        search = await saved_searches.keep(work, member.person.id, typed)
        return await named_screen(app, work, member, "found", {"search": search.id})

    return look


def _card(app: App, telegram_id: int, case_id: int) -> Look:
    async def look(work: UnitOfWork) -> object:
        row = OutboxMessage(chat_id=telegram_id, kind="card", params={"case": case_id}, case_id=case_id)
        screen = await render(app, work, row)
        assert screen is not None, case_id
        return screen

    return look


async def _timed(database: Database, look: Look, *, writes: bool) -> float:
    """Return the median of several looks, each in a transaction of its own that is given up."""
    taken = []
    for turn in range(ROUNDS + WARM):
        started = time.perf_counter()
        with contextlib.suppress(NothingKeptError):
            async with database.write() if writes else database.read() as work:
                await look(work)
                raise NothingKeptError
        if turn >= WARM:
            taken.append((time.perf_counter() - started) * 1000)
    return median(taken)

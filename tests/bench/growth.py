"""What a store that has grown costs: the same screens and the same sweeps with 100, 10,000 and 200,000 cases.

One case is played to its end in a town; the others are copies of all its rows, under names of their own.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from bot import log
from bot.app import App
from bot.sandbox.client import Sandbox
from bot.sandbox.runner import sandbox_process
from bot.screens.named import named_screen
from bot.screens.render import render
from tests.bench.copies import Original
from tests.bench.report import Line, Section, median
from tests.unit.conversation.test_ten_steps import test_a_case_goes_through_all_ten_steps as play_to_the_end
from tests.unit.conversation.town import Town, town_of
from workflows import people
from workflows.store import cases, hostings, inbox, ledger, outbox, searches
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database, UnitOfWork

SIZES = (100, 10_000, 200_000)
ROUNDS = 15
GOAL = 1.5  # times the smallest
WARM = 3
WRITING = ("a line of the ledger", "search")
Look = Callable[[UnitOfWork], Awaitable[object]]


class NothingKeptError(Exception):
    """Ends a transaction of which nothing is to stay."""


async def measure() -> Section:
    """Grow the store from size to size, and look at the same things at each."""
    log.configure("CRITICAL", [])
    taken: dict[str, list[float]] = {}
    sizes: list[float] = []
    with tempfile.TemporaryDirectory(prefix="layanan-bench-", dir="/var/tmp") as folder:
        async with _grown(Path(folder)) as town:
            original = await Original.of(town.app.database)
            for size in SIZES:
                await original.copy(size)
                sizes.append(_megabytes(Path(folder)))
                for name, milliseconds in (await _looks(town, size)).items():
                    taken.setdefault(name, []).append(milliseconds)
    return Section(
        f"The store with {', '.join(f'{size:,}' for size in SIZES)} cases", [*_lines(taken)], _remarks(sizes)
    )


def _lines(taken: dict[str, list[float]]) -> list[Line]:
    lines = []
    for name, values in taken.items():
        for size, value in zip(SIZES, values, strict=True):
            ratio = None if size == SIZES[0] else value / values[0]
            lines.append(Line(what=f"{name}, {size:,} cases", value=value, ratio=ratio, to=f"{SIZES[0]} (goal {GOAL})"))
    return lines


def _remarks(sizes: list[float]) -> tuple[str, ...]:
    return (f"database: {', '.join(f'{size:,.0f} MB' for size in sizes)}", f"medians of {ROUNDS}")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("layanan.db*")) / 1e6


@contextlib.asynccontextmanager
async def _grown(folder: Path) -> AsyncIterator[Town]:
    """Open a town in which one case has ended; its bot stands still."""
    async with (
        sandbox_process("--port", "0", "--no-flood-limits") as url,
        Sandbox(url) as sandbox,
        town_of(sandbox, folder) as town,
    ):
        await play_to_the_end(town)
        await town.stop()
        yield town


async def _looks(town: Town, size: int) -> dict[str, float]:
    app, database = town.app, town.app.database
    newest = size  # ids of copies follow each other
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
        screen = await named_screen(app, work, await people.whois(work, telegram_id), name, arguments)
        assert screen is not None, name
        return screen

    return look


def _found(app: App, telegram_id: int, typed: str) -> Look:
    async def look(work: UnitOfWork) -> object:
        member = await people.whois(work, telegram_id)
        assert member is not None, typed
        search = await searches.keep(work, member.person.id, typed)
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

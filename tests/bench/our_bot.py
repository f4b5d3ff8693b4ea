"""The product's own bot as a process: real database, inbox and outbox; only the pace towards Telegram is let go.

Our own brake (30 messages a second, `bot/delivery/flood.py`) would hide what the code costs, and the sandbox's is
off for both.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from pathlib import Path

from bot import bootstrap
from bot.delivery.flood import Flood
from bot.demo.stage import demo_settings
from bot.process import log, runtime
from workflows.store import people
from workflows.store.tables import MandateRow, Person
from workflows.store.unit_of_work import Database

FIRST_ID = 1_000


async def main(url: str, folder: Path, crowd: int, database_url: str = "") -> None:
    """Make `crowd` people known, run, and say so on standard output; without `database_url` on SQLite."""
    for rate in ("OVERALL", "CALL_RATE", "CALL_BURST", "PRIVATE_RATE", "PRIVATE_BURST"):
        setattr(Flood, rate, 1_000_000)
    log.configure("CRITICAL", [])
    settings = demo_settings(url, folder)
    if database_url:
        settings = settings.model_copy(update={"database_url": database_url})
    async with bootstrap.open_app(settings) as app:
        await _make_known(app.database, crowd)

        async def started() -> None:
            print("ready", flush=True)

        await runtime.run(app, started=started)


async def _make_known(database: Database, crowd: int) -> None:
    async with database.write() as work:
        opd = await people.opd_by_code(work, "DISDIK")
        if opd is None:
            raise LookupError("DISDIK")
        if await people.by_telegram_id(work, FIRST_ID) is not None:
            return
        for place in range(crowd):
            person = Person(
                telegram_id=FIRST_ID + place, name=f"Pegawai {place}", phone=f"+62812{place:08}", created_at=work.now
            )
            work.add(person)
            await work.flush()
            start = dt.date(2026, 1, 1)
            work.add(MandateRow(person_id=person.id, role="kepala_opd", opd_id=opd.id, starts_on=start))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]))

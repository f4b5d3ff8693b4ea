"""What was destroyed is nowhere in the database's file."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from workflows.store import migrations
from workflows.store.tables import Setting
from workflows.store.unit_of_work import Database

MARK = "kata-sandi-tersegel-" * 200  # some pages long


async def test_a_page_that_is_free_again_holds_nothing_of_what_stood_there(tmp_path: Path) -> None:
    file = tmp_path / "layanan.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrations.upgrade(database)
    async with database.write() as work:
        work.add(Setting(key="sandi", value={"sealed": MARK}))
    async with database.engine.connect() as connection:
        await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert _holds_mark(tmp_path), "before it is destroyed it is there"
    async with database.write() as work:
        await work.session.delete(await work.session.get_one(Setting, "sandi"))
    await database.close()
    assert not _holds_mark(tmp_path)


def _holds_mark(folder: Path) -> bool:
    return any(MARK[:20].encode() in file.read_bytes() for file in folder.iterdir())

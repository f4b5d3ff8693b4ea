"""The ledger's commands as an auditor types them, and the checkpoint that administrators get by day."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.unit.record.conftest import Layanan, behind_its_back, render_letters
from tests.unit.workflows.conftest import Desk, desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from tests.unit.workflows.test_ledger import let_be_changed
from workflows.people import members
from workflows.record.audit import audit
from workflows.record.daily import audit_daily
from workflows.record.office_key import replace_key
from workflows.store import ledger
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import Database

__all__ = ["desk"]


@pytest.mark.usefixtures("folder")
def test_the_auditor_is_told_how_many_lines_hold(layanan: Layanan) -> None:
    layanan("checkpoint")
    told = layanan("verify-ledger")
    assert told.exit_code == 0
    assert "lines of the ledger are as they were written" in told.stdout


@pytest.mark.parametrize("database_url", ["sqlite+aiosqlite:///{data_dir}/layanan.db"])
def test_the_auditor_changes_nothing_in_a_file_and_makes_none(folder: Path, layanan: Layanan) -> None:
    told = layanan("verify-ledger")
    assert (told.exit_code, "names no database yet" in told.stderr) == (2, True)
    assert not (folder / "layanan.db").exists()
    layanan("checkpoint")
    before = (folder / "layanan.db").read_bytes()
    assert layanan("verify-ledger").exit_code == 0
    assert (folder / "layanan.db").read_bytes() == before


@pytest.mark.usefixtures("folder")
def test_a_checkpoint_kept_elsewhere_shows_what_was_taken_away(
    database_url: str, layanan: Layanan, tmp_path: Path
) -> None:
    kept = tmp_path / "from-the-chat.txt"
    kept.write_text(
        f"Titik periksa, harap disimpan:\n{layanan('checkpoint').stdout.replace(' ', chr(10))}\nTerima kasih."
    )
    told = layanan("verify-ledger", "--checkpoint", kept)
    assert told.exit_code == 0
    assert "are those that the checkpoint of" in told.stdout
    with behind_its_back(database_url) as database:
        database.run("DELETE FROM ledger WHERE sequence = (SELECT max(sequence) FROM ledger)")
    assert layanan("verify-ledger").exit_code == 0
    told = layanan("verify-ledger", "--checkpoint", kept)
    assert told.exit_code == 1
    assert "was taken away" in told.stderr


@pytest.mark.usefixtures("folder")
def test_no_checkpoint_is_made_of_a_ledger_that_does_not_hold(database_url: str, layanan: Layanan) -> None:
    layanan("checkpoint")
    with behind_its_back(database_url) as database:
        database.run("UPDATE ledger SET action = 'x' WHERE sequence = 1")
    told = layanan("checkpoint")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "Line 1 of the ledger: its content was changed." in told.stderr


@pytest.mark.usefixtures("folder")
def test_a_checkpoint_that_was_changed_cut_or_made_elsewhere_is_refused(
    layanan: Layanan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = layanan("checkpoint").stdout.strip()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/another-office.db")
        foreign = layanan("checkpoint").stdout.strip()
    kept = tmp_path / "kept.txt"
    size = line.split()[2]
    for wrong, why in (
        (line.replace(f" {size} ", f" {int(size) - 1} ", 1), "was not signed by this office's key, or was changed"),
        (foreign, "was not signed by this office's key, or was changed"),
        (line[:-1], "is cut off or was changed"),
        ("nothing", "there is no checkpoint in it"),
    ):
        kept.write_text(wrong)
        told = layanan("verify-ledger", "--checkpoint", kept)
        assert told.exit_code == 1
        assert why in told.stderr


async def test_documents_that_the_ledger_names_are_looked_at_too(office: Desk, layanan: Layanan, folder: Path) -> None:
    await push(office, await bring_to_decision(office, await ask(office)), "kepala_dkisp", "setujui")
    await render_letters(office)
    told = await asyncio.to_thread(layanan, "verify-ledger", "--files")
    assert told.exit_code == 0, told.output
    assert "All 3 documents that it names are as they were kept." in told.stdout
    changed, gone, _ = sorted(path for path in folder.glob("files/??/*"))  # noqa: ASYNC240
    changed.write_bytes(b"another letter")
    gone.unlink()
    told = await asyncio.to_thread(layanan, "verify-ledger", "--files")
    assert told.exit_code == 1
    assert f"its document {changed.name} is not as it was kept." in told.stderr
    assert f"its document {gone.name} is not there." in told.stderr


async def messages(database: Database) -> list[OutboxMessage]:
    async with database.read() as work:
        query = select(OutboxMessage).where(OutboxMessage.kind == "notice").order_by(OutboxMessage.id)
        return [row for row in await work.session.scalars(query) if row.params["text"].startswith("catatan.")]


@pytest.fixture
async def administered(desk: Desk) -> Desk:
    async with desk.database.write() as work:
        await members.appoint_admin(work, 900)
        await members.appoint_admin(work, 901)
    return desk


async def test_each_administrator_gets_one_checkpoint_a_day_where_the_ledger_grew(administered: Desk) -> None:
    desk = administered
    for _ in range(3):
        await audit_daily(desk.office, desk.database)
    assert [row.chat_id for row in await messages(desk.database)] == [900, 901]
    desk.clock.pass_time(days=1)
    await audit_daily(desk.office, desk.database)
    assert len(await messages(desk.database)) == 2
    async with desk.database.write() as work:
        await ledger.append(work, "something")
    desk.clock.pass_time(days=1)
    await audit_daily(desk.office, desk.database)
    assert len(await messages(desk.database)) == 4


async def test_nothing_is_sent_before_the_hour(administered: Desk) -> None:
    administered.clock.pass_time(hours=-5)  # 5:00 WITA
    await audit_daily(administered.office, administered.database)
    assert await messages(administered.database) == []


async def test_the_administrators_are_told_of_a_ledger_that_does_not_hold(administered: Desk) -> None:
    desk = administered
    await audit_daily(desk.office, desk.database)
    await let_be_changed(desk.database)
    async with desk.database.engine.begin() as connection:
        await connection.execute(text("UPDATE ledger SET action = 'x' WHERE sequence = 2"))
    desk.clock.pass_time(days=1)
    await audit_daily(desk.office, desk.database)
    told = (await messages(desk.database))[2:]
    assert [(row.chat_id, row.params["text"], row.params["params"]["line"]) for row in told] == [
        (900, "catatan.rusak", 2),
        (901, "catatan.rusak", 2),
    ]


async def test_a_chain_that_was_computed_anew_is_told_every_day_and_never_signed(administered: Desk) -> None:
    desk = administered
    await audit_daily(desk.office, desk.database)
    await let_be_changed(desk.database)
    async with desk.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM ledger"))
    async with desk.database.write() as work:
        for _ in range(3):
            await ledger.append(work, "forged")
        assert not (await audit(ledger.lines(work))).faults
    for _ in range(2):
        desk.clock.pass_time(days=1)
        await audit_daily(desk.office, desk.database)
    told = [row.params["text"] for row in (await messages(desk.database))[2:]]
    assert told == ["catatan.rusak"] * 4


async def test_a_chain_computed_anew_shows_by_the_checkpoint_of_a_key_that_was_replaced(administered: Desk) -> None:
    desk = administered
    await audit_daily(desk.office, desk.database)
    assert await replace_key(desk.office.vault, desk.database, "sudah lama") is not None
    await let_be_changed(desk.database)
    async with desk.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM ledger"))
    async with desk.database.write() as work:
        for _ in range(3):
            await ledger.append(work, "forged")
    desk.clock.pass_time(days=1)
    await audit_daily(desk.office, desk.database)
    told = [row.params["text"] for row in (await messages(desk.database))[2:]]
    assert told == ["catatan.kunci_diganti"] * 2 + ["catatan.rusak"] * 2

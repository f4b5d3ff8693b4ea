"""`layanan doctor` as an administrator runs it."""

from __future__ import annotations

import re
import sqlite3

from bot.sandbox.client import Sandbox, SandboxUser
from tests.installation import Installation, admin, installation, sandbox_apart

__all__ = ["admin", "installation", "sandbox_apart"]


async def test_a_new_installation_is_well_and_nothing_is_changed(installation: Installation) -> None:
    code, said = await installation.say("doctor")
    assert code == 0, said
    assert "ok   Telegram: @layanan_sandbox_bot answers." in said
    assert "ok   Clock: as Telegram's." in said
    assert "ok   Database: new" in said
    assert "Everything that `layanan run` needs is there." in said
    assert "BAD" not in said
    assert [path.name for path in (installation.folder / "data").iterdir()] == ["ssh"]


async def test_the_key_that_signs_for_the_office_is_named_as_it_is_published(installation: Installation) -> None:
    _, published = await installation.say("fingerprint")
    _, said = await installation.say("doctor")
    assert f"ok   Signing key: {published.strip()}" in said


async def test_everything_that_is_wrong_is_told_at_once(
    installation: Installation, admin: SandboxUser, sandbox_apart: Sandbox
) -> None:
    async with installation.running():
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
    await sandbox_apart.revoke_token("1000001:a-new-token-that-opens-the-sandbox-1")
    data = installation.folder / "data"
    with sqlite3.connect(data / "layanan.db") as file:
        file.execute(
            "INSERT INTO outbox (chat_id, kind, params, state, attempts, doubtful, not_before, created_at) VALUES "
            "(42, 'notice', '{}', 'pending', 0, 0, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000')"
        )
    (data / "ssh" / "id_ed25519").chmod(0o644)
    code, said = await installation.say("doctor")
    assert code == 1
    assert "BAD  Telegram: BOT_TOKEN is not accepted by Telegram: ask @BotFather" in said
    assert re.search(r"BAD  Database: \d+ messages wait, the oldest for \d+ minutes", said)
    assert "chmod go= data/ssh/id_ed25519" in said
    assert "3 of these must be mended." in said
    assert "Traceback" not in said


async def test_a_damaged_database_file_is_told(installation: Installation, admin: SandboxUser) -> None:
    async with installation.running():
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
    file = installation.folder / "data" / "layanan.db"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    file.write_bytes(content)
    code, said = await installation.say("doctor")
    assert code == 1
    assert "Database: the file is damaged" in said


async def test_a_ledger_whose_guards_were_taken_away_is_told(installation: Installation, admin: SandboxUser) -> None:
    async with installation.running():
        await admin.open_link()
        await admin.wait_for(lambda message: bool(message.labels), timeout_s=30)
    _, said = await installation.say("doctor")
    assert "ok   Ledger: the database refuses to change or delete its lines." in said
    with sqlite3.connect(installation.folder / "data" / "layanan.db") as database:
        database.execute("DROP TRIGGER ledger_no_update")
    code, said = await installation.say("doctor")
    assert code == 1
    assert "BAD  Ledger: the database no longer keeps its lines from being changed (ledger_no_update is gone)." in said

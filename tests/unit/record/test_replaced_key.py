"""The office's key is replaced: what the old one signed still counts, what it signs from then on does not."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.by_hand import as_json, by_hand
from tests.unit.record.conftest import Layanan, approve_one
from tests.unit.workflows.conftest import Desk
from workflows.record import checkpoint
from workflows.record.office_key import office_key
from workflows.record.signing import fingerprint
from workflows.secrets import vault
from workflows.store import ledger

REASON = "mesin lama dicuri"


def replace_key(layanan: Layanan) -> None:
    told = layanan("replace-key", "--reason", REASON)
    assert told.exit_code == 0, told.output


async def test_checkpoints_of_either_key_verify(office: Desk, layanan: Layanan, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text((await asyncio.to_thread(layanan, "checkpoint")).stdout)
    for _ in range(2):
        await asyncio.to_thread(replace_key, layanan)
        with kept.open("a") as file:
            file.write((await asyncio.to_thread(layanan, "checkpoint")).stdout)
    told = await asyncio.to_thread(layanan, "verify-ledger", "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    assert told.stdout.count("that the checkpoint of") == 3


async def test_who_stole_the_old_key_is_not_believed_about_what_came_after(
    office: Desk, layanan: Layanan, tmp_path: Path
) -> None:
    stolen = await office_key(office.office.vault, office.database)
    await asyncio.to_thread(replace_key, layanan)
    async with office.database.read() as work:
        newest = await ledger.newest(work)
        assert newest is not None
        assert newest.action == "record.key_replaced"
        forged = checkpoint.make(stolen, newest.sequence, "0" * 64, work.now)
    kept = tmp_path / "forged.txt"
    kept.write_text(forged.line)
    told = await asyncio.to_thread(layanan, "verify-ledger", "--checkpoint", kept)
    assert told.exit_code == 1
    assert "was not signed by this office's key, or was changed" in told.stderr


async def test_bundles_of_either_key_verify_and_the_new_one_under_an_old_checkpoint(
    office: Desk, layanan: Layanan, tmp_path: Path
) -> None:
    await approve_one(office)
    old, new, kept = tmp_path / "old.zip", tmp_path / "new.zip", tmp_path / "kept.txt"
    published = (await asyncio.to_thread(layanan, "fingerprint")).stdout.strip()
    assert (await asyncio.to_thread(layanan, "export", "HST-2026-0001", "--to", old)).exit_code == 0
    kept.write_text((await asyncio.to_thread(layanan, "checkpoint")).stdout)
    await asyncio.to_thread(replace_key, layanan)
    told = await asyncio.to_thread(layanan, "export", "HST-2026-0001", "--to", new, "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    now, before = (await asyncio.to_thread(layanan, "fingerprint")).stdout.splitlines()
    assert before.endswith(published)
    for bundle, expected in ((old, published), (new, now)):
        told = await asyncio.to_thread(layanan, "verify-bundle", bundle, "--fingerprint", expected)
        assert told.exit_code == 0, told.output
    told = await asyncio.to_thread(layanan, "verify-bundle", new, "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    assert (await asyncio.to_thread(layanan, "verify-bundle", new, "--fingerprint", published)).exit_code == 1


async def test_the_ledger_and_the_administrators_know_of_it_and_a_rotation_keeps_both_keys(
    office: Desk, database_url: str, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await office_key(office.office.vault, office.database)
    await asyncio.to_thread(replace_key, layanan)
    new = await office_key(office.office.vault, office.database)
    with by_hand(database_url) as database:
        ((action, data),) = database.rows("SELECT action, data FROM ledger ORDER BY sequence DESC LIMIT 1")
        notices = "SELECT CAST(params AS TEXT) FROM outbox WHERE CAST(params AS TEXT) LIKE '%catatan.kunci_diganti%'"
        ((params,),) = database.rows(notices)
    assert action == "record.key_replaced"
    assert as_json(data) == {"public_key": new.public.hex(), "former": old.public.hex(), "reason": REASON}
    assert fingerprint(new.public) in params
    assert REASON in params
    monkeypatch.setenv("SECRET_KEYS", f"{os.environ['SECRET_KEYS']},{vault.new_key(known=('k1',))}")
    assert (await asyncio.to_thread(layanan, "rotate-keys")).exit_code == 0
    shown = (await asyncio.to_thread(layanan, "fingerprint")).stdout
    assert [fingerprint(key.public) in shown for key in (old, new)] == [True, True]


def test_without_a_key_or_a_reason_nothing_is_replaced(folder: Path, layanan: Layanan) -> None:
    told = layanan("replace-key", "--reason", REASON)
    assert (told.exit_code, "There is no key to replace yet" in told.stderr) == (1, True)
    first = layanan("fingerprint").stdout
    told = layanan("replace-key", "--reason", " ")
    assert (told.exit_code, "--reason is to say" in told.stderr) == (1, True)
    assert layanan("fingerprint").stdout == first

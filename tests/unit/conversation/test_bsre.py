"""Letters that their signer signs by BSrE: what is typed is used once, and lies readable nowhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.sandbox.client import Sandbox, SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town, town_of
from tests.unit.signing.authority import OFFICE
from tests.unit.signing.bsre_service import NIK, PASSWORD, SECRET, USER, BsreStandIn
from workflows.signing.check import signatures
from workflows.store import cases, ledger
from workflows.store.tables import InboxUpdate, OutboxMessage, Setting


@pytest.fixture
def stand_in(tmp_path: Path) -> BsreStandIn:
    return BsreStandIn(tmp_path)


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path, database_url: str, stand_in: BsreStandIn) -> AsyncIterator[Town]:
    async with TestServer(stand_in.app) as server:
        signing = {
            "signing_method": "bsre",
            "signing_bsre_url": str(server.make_url("/")).rstrip("/"),
            "signing_bsre_user": USER,
            "signing_bsre_password": PASSWORD,
        }
        async with town_of(sandbox, tmp_path, database_url, signing=signing) as town:
            yield town


async def asked_to_sign(town: Town) -> SandboxUser:
    await walk.until_decision(town)
    await walk.approve(town)
    kepala = town["kepala_dkisp"]
    await kepala.wait_for(lambda m: m.file is not None and "tanda tangani secara elektronik" in m.text, since=0)
    await kepala.press("Tanda tangani")
    await kepala.wait_for("Ketik NIK Anda")
    return kepala


async def type_both(kepala: SandboxUser) -> None:
    await kepala.send_text(NIK)
    await kepala.wait_for("Ketik kata sandi (passphrase) BSrE")
    await kepala.send_text(SECRET)


async def kept(town: Town) -> str:
    """All that is kept of what was said and typed, as it reads."""
    async with town.app.database.read() as work:
        rows: list[Any] = [row.payload for row in await work.session.scalars(select(InboxUpdate))]
        rows += [row.params for row in await work.session.scalars(select(OutboxMessage))]
        rows += [[row.key, row.value] for row in await work.session.scalars(select(Setting))]
        rows += [dict(line.data) async for line, _ in ledger.lines(work)]
    return json.dumps(rows)


async def test_the_signer_types_once_and_the_letter_goes_out_signed(town: Town, stand_in: BsreStandIn) -> None:
    kepala = await asked_to_sign(town)
    await kepala.send_text("12345")
    await kepala.wait_for("NIK terdiri atas 16 angka")
    await kepala.send_text(NIK)
    await kepala.wait_for("Ketik kata sandi (passphrase) BSrE")
    await kepala.send_text("bukan-sandi-saya")
    await kepala.wait_for("Kata sandi (passphrase) BSrE salah")
    await kepala.send_text(SECRET)
    await kepala.wait_for("sudah ditandatangani secara elektronik")
    sent = await town["kepala_opd"].wait_for(
        lambda m: m.file is not None and m.text.startswith("Surat Balasan"), since=0
    )
    (found,) = await signatures(await town["kepala_opd"].download(sent), ())
    assert (found.signer, found.holds, stand_in.signed) == (OFFICE, True, 1)

    said = [message.text for message in await kepala.messages()]
    everything = await kept(town)
    for secret in (NIK, SECRET, "bukan-sandi-saya"):
        assert secret not in said
        assert secret not in everything
    assert 'passphrase"' not in everything  # nor sealed: it was used
    assert '"typed:' not in everything

    async with town.app.database.read() as work:
        letter = (await cases.letters(work, 1, "surat_balasan"))[0]
        actions = [line.action async for line, _ in ledger.lines(work) if line.data.get("number") == letter.number]
    assert [one for one in actions if one.startswith("letter")] == ["letter", "letter.signed"]
    await town["tim_teknis"].open_link(f"surat-{letter.short_code}")
    await town["tim_teknis"].wait_for(f"Tanda tangan elektronik utuh, atas nama {OFFICE}")


async def test_a_service_that_is_down_keeps_the_letter_and_signs_when_it_is_back(
    town: Town, stand_in: BsreStandIn
) -> None:
    kepala = await asked_to_sign(town)
    stand_in.down = True
    await type_both(kepala)
    told = await kepala.wait_for("layanan BSrE sedang terganggu")
    assert told.text.startswith("⚠️ Surat Balasan 500.12.3/")
    assert "SIGNING" not in told.text
    await town["admin"].wait_for("layanan BSrE tidak dapat dihubungi", since=0)
    assert SECRET not in await kept(town)
    stand_in.down = False
    town.app.database.wake("letters")
    await kepala.wait_for("sudah ditandatangani secara elektronik")


async def test_nobody_signs_for_another(town: Town) -> None:
    await asked_to_sign(town)
    kabid = town["kabid"]
    refused = await kabid.press_data("d1:sign:1", await kabid.wait_for("Langkah", since=0))
    assert "bukan wewenang Anda" in refused.text


async def test_who_does_not_sign_now_finds_the_letter_in_the_menu(town: Town) -> None:
    kepala = await asked_to_sign(town)
    await kepala.press("Tidak jadi")
    await kepala.wait_for("surat belum ditandatangani")
    await kepala.send_command("menu")
    await kepala.press("Menunggu tanda tangan")
    await kepala.press("Surat Balasan")
    await kepala.wait_for("Ketik NIK Anda")


async def test_a_passphrase_that_comes_after_its_question_was_left_is_kept_nowhere(town: Town) -> None:
    kepala = await asked_to_sign(town)
    await kepala.send_text(NIK)
    await kepala.wait_for("Ketik kata sandi (passphrase) BSrE")
    await town.rest()  # it is read; it is noted which message it is
    await kepala.send_command("menu")
    await kepala.wait_for("Layanan DKISP")
    await kepala.send_text(SECRET)
    await kepala.wait_for("dihapus dan tidak disimpan")
    said = [message.text for message in await kepala.messages()]
    assert not any("Ketik kata sandi" in text or SECRET in text for text in said)
    everything = await kept(town)
    assert SECRET not in everything
    assert '"typed:' not in everything
    await kepala.send_text("bukan rahasia")
    await kepala.wait_for("Ketuk /menu")
    assert "bukan rahasia" in await kept(town)


async def test_a_passphrase_that_looks_like_a_command_is_veiled_and_a_command_is_none(town: Town) -> None:
    kepala = await asked_to_sign(town)
    await kepala.send_text(NIK)
    await kepala.wait_for("Ketik kata sandi (passphrase) BSrE")
    await kepala.send_text("/Rahasia-Kepala 2026")
    await kepala.wait_for("Kata sandi (passphrase) BSrE salah")
    assert "Rahasia-Kepala" not in await kept(town)
    assert not any("Rahasia-Kepala" in message.text for message in await kepala.messages())
    await kepala.send_command("bantuan")
    await kepala.wait_for("Bantuan")


async def test_what_is_typed_for_a_form_after_the_question_was_left_is_asked_for_once_more(town: Town) -> None:
    kepala = await asked_to_sign(town)
    await kepala.send_command("cari")
    await kepala.wait_for("Tuliskan nomor permohonan")
    await kepala.send_text("HST-2026-0001")
    await kepala.wait_for("ketik sekali lagi")
    await kepala.send_text("HST-2026-0001")
    await kepala.wait_for("Hasil pencarian")

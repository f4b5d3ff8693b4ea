"""Passwords for an OPD without Telegram: one sheet for a sealed envelope, which lies nowhere and is made once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re

from sqlalchemy import select

from bot.sandbox.client import SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.test_on_paper import enter_paper, made, text_of
from tests.unit.conversation.town import Town
from workflows.store import cases, hostings, ledger
from workflows.store.tables import OutboxMessage

PASSWORD = re.compile(r"Kata sandi : (\w{20})")


async def until_delivery(town: Town) -> None:
    """A request on paper, up to the step at which its letters are handed over."""
    await enter_paper(town)
    await walk.enter(town)
    await walk.dispose(town)
    await walk.choose_server(town)
    await walk.recommend(town)
    await walk.approve(town)
    kabid = town["kabid"]
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    await made(town, "laporan_hosting")
    await town["bagian_umum"].wait_for("Langkah 8 dari 10", since=0)


async def printed(umum: SandboxUser) -> bytes:
    await umum.press("Cetak kredensial")
    await umum.wait_for("dibuat satu kali, untuk Anda cetak")
    await umum.press("Ya, buat surat")
    sheet = await umum.wait_for(lambda m: m.file is not None and m.file.name == "Surat-Kredensial-HST-2026-0001.pdf")
    assert "terhapus sendiri dalam 15 menit" in sheet.text
    return await umum.download(sheet)


async def noted(town: Town) -> None:
    """Wait until it is written down that Telegram has the sheet."""
    async with asyncio.timeout(10):
        while True:
            async with town.app.database.read() as work:
                newest = [line async for line, _ in ledger.lines(work)][-1]
            if newest.action == "credentials.printed":
                return
            await asyncio.sleep(0.1)


async def test_the_sheet_is_made_once_noted_and_kept_nowhere(town: Town) -> None:
    umum = town["bagian_umum"]
    await until_delivery(town)
    pdf = await printed(umum)
    words = text_of(pdf)
    assert "Kepala Dinas Pendidikan" in words
    assert "Yang menyerahkan" in words
    passwords = PASSWORD.findall(words)
    assert len(set(passwords)) == 2

    await noted(town)
    async with town.app.database.read() as work:
        hosting = await hostings.of_case(work, 1)
        assert hosting is not None
        stored = await hostings.credentials(work, hosting.id)
        lines = [line async for line, _ in ledger.lines(work) if line.action.startswith("credentials.")]
        rows = list(await work.session.scalars(select(OutboxMessage)))
    assert [(row.sealed, row.shown_to is not None) for row in stored] == [(None, True), (None, True)]
    assert [(line.action, line.case_id) for line in lines] == [("credentials.printed", 1)]
    assert any(row.kind == "delete" and row.chat_id == umum.id for row in rows)
    kept = json.dumps([row.params for row in rows])
    assert not any(password in kept for password in passwords)
    assert not town.app.office.files.path(hashlib.sha256(pdf).hexdigest()).exists()
    for path in town.app.office.files.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found = text_of(content) if content.startswith(b"%PDF") else content.decode(errors="replace")
            assert not any(password in found for password in passwords), path

    refused = await umum.press("Cetak kredensial")
    assert "sudah ditampilkan kepada Rina Wati" in refused.text


async def test_only_who_hands_over_prints_and_only_what_was_asked_on_paper(town: Town) -> None:
    await until_delivery(town)
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    kabid = town["kabid"]
    card = await kabid.wait_for("Langkah 8 dari 10", since=0)
    assert card.button("Cetak kredensial") is None
    refused = await kabid.press_data(f"k1:1:kredensial_cetak:{case.revision}", card)
    assert "bukan wewenang Anda" in refused.text


async def test_an_opd_on_telegram_is_shown_its_passwords_and_nobody_prints_them(town: Town) -> None:
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)
    await town["kabid"].press("Terbitkan dan kirim")
    await town["kabid"].press("Ya, terbitkan")
    await town["kepala_opd"].wait_for("Langkah 8 dari 10", since=0)
    umum = town["bagian_umum"]
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    refused = await umum.press_data(f"k1:1:kredensial_cetak:{case.revision}", await umum.wait_for("Langkah", since=0))
    assert "bukan dari kertas" in refused.text

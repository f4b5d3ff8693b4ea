"""The SOP's registers: looked at in chat, printed, calculated with; engineers add what they maintain."""

from __future__ import annotations

import io
import zipfile

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows import servers
from workflows.store import hostings, ledger

WORK = '=HYPERLINK("http://jahat.test") memori <b>16 GB</b>'


async def test_a_hosting_stands_in_each_register_and_each_is_printed(town: Town) -> None:
    await walk.until_decision(town)
    await walk.approve(town)
    kabid = town["kabid"]
    async with town.app.database.write() as work:
        await servers.add_address(work, (await hostings.servers(work))[0], "192.0.2.77", dedicated=True)
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.send_command("menu")
    await kabid.press("Register")
    await kabid.press("Konfigurasi hosting")
    told = await kabid.wait_for("Register Konfigurasi Hosting")
    assert all(word in told.text for word in ("e-arsip.", "Dinas Kesehatan", "Server web 1", "PHP 8.", "HST-2026-0001"))
    await kabid.press("PDF")
    assert (await kabid.download(await kabid.wait_for_file())).startswith(b"%PDF")
    for button, title, word in (
        ("Alamat IP", "Register IP dan Subdomain", "192.0.2.77"),
        ("Penggunaan", "Register Penggunaan", "e-arsip."),
        ("Pemeliharaan", "Register Pemeliharaan", "Belum ada catatan"),
    ):
        await kabid.press("Semua register")
        await kabid.press(button)
        assert word in (await kabid.wait_for(title)).text


async def test_an_engineer_notes_maintenance_and_no_formula_leaves_us(town: Town) -> None:
    engineer, chief = town["engineer"], town["kepala_dkisp"]
    await engineer.send_command("menu")
    await engineer.press("Register")
    await engineer.press("Pemeliharaan")
    await engineer.press("Catatan pemeliharaan: Server web 1")
    await engineer.press("Hari ini")
    await engineer.wait_for("Apa yang dikerjakan")
    await engineer.send_text(WORK)
    await engineer.press("Simpan catatan")
    assert WORK in (await engineer.wait_for("Register Pemeliharaan")).text
    await chief.send_command("menu")
    await chief.press("Register")
    await chief.press("Pemeliharaan")
    told = await chief.wait_for("Register Pemeliharaan")
    assert WORK in told.text
    assert told.button("Catatan pemeliharaan") is None
    await chief.press("XLSX")
    book = zipfile.ZipFile(io.BytesIO(await chief.download(await chief.wait_for_file())))
    assert "memori" in book.read("xl/sharedStrings.xml").decode()
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    async with town.app.database.read() as work:
        newest = await ledger.newest(work)
    assert newest is not None
    assert (newest.action, newest.data["text"]) == ("maintenance", WORK)
    assert "bukan wewenang Anda" in (await chief.press_data("d1:maintenance:1", told)).text

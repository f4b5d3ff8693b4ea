"""An OPD without Telegram renews by its head's letter; what nobody could be told does not count as told."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation.standing import DOMAIN, add_hosting, all_on_card, card_of, lines, the_hosting
from tests.unit.conversation.test_on_paper import SCAN
from tests.unit.conversation.test_renewal import ASKED, OVER, due_in, due_in_a_year, told
from tests.unit.conversation.town import Town
from workflows import words
from workflows.hosting import renewal
from workflows.people import members
from workflows.store import cases, ledger, people, renewals
from workflows.store.tables import Opd

UNREACHED = "belum sampai kepada OPD"
NUMBER = "400.3/812/DINKES/XI/2026"
ENTER = "Catat perpanjangan"


async def without_people(town: Town) -> None:
    """Let nobody of the town's OPD hold an office any more."""
    async with town.app.database.write() as work:
        opd = await the_opd(town)
        for role in ("kepala_opd", "tim_teknis"):
            for _, row in await people.holding(work, role, members.today(work), opd.id):
                await members.end_mandate(work, None, row.id)


async def the_opd(town: Town) -> Opd:
    async with town.app.database.read() as work:
        opd = await people.opd_by_code(work, "DINKES")
    assert opd is not None
    return opd


async def fill_in_letter(town: Town, role: str) -> None:
    person = town[role]
    await person.wait_for("nomor surat Kepala OPD")
    await person.send_text(NUMBER)
    await person.wait_for("surat itu dibuat")
    await person.press("Hari ini")
    await person.wait_for("Kirim pindaian surat itu")
    await person.send_document(SCAN, "surat-kepala.pdf")
    await person.wait_for("Periksa kembali isian")


async def test_the_heads_letter_renews_for_a_year_and_is_kept(town: Town) -> None:
    await add_hosting(town)
    await without_people(town)
    await due_in(town, 60)
    umum = town["bagian_umum"]
    message = await umum.wait_for(UNREACHED, since=0)
    assert DOMAIN in message.text
    assert "Dinas Kesehatan" in message.text
    await umum.press(ENTER, message=message)
    await fill_in_letter(town, "bagian_umum")
    await umum.press("Perpanjang satu tahun")
    await umum.wait_for(f"dengan surat nomor {NUMBER}", since=0)
    await due_in_a_year(town)
    assert await lines(town) == ["hosting.renew"]
    async with town.app.database.read() as work:
        kept = [line async for line, _ in ledger.lines(work) if line.action == "letter.of_head"]
        row = await cases.paper(work, 1)
        entered_by = await people.by_telegram_id(work, umum.id)
    assert row is not None
    assert entered_by is not None
    told_of = [(line.data["number"], line.data["sha256"], line.person_id) for line in kept]
    assert told_of == [(NUMBER, row.sha256, entered_by.id)]
    assert await town.app.office.files.read(row.sha256)
    assert ENTER not in await all_on_card(umum), "it is answered"
    kabid = town["kabid"]
    assert [m.text for m in await kabid.messages() if m.button(ENTER)] == []


async def test_what_nobody_could_be_told_is_told_to_who_becomes_head(town: Town) -> None:
    await add_hosting(town)
    await without_people(town)
    for days in (60, 45, 30):
        await due_in(town, days)
    due_on = dt.datetime.now(words.WITA).date() + dt.timedelta(days=30)
    await town["kabid"].wait_for(f"ditunggu sampai {words.date(due_on)}")
    assert await told(town, "kabid", UNREACHED) == 2, "once for each reminder that was due"
    assert await told(town, "kepala_opd", ASKED) == 0
    opd = await the_opd(town)
    async with town.app.database.write() as work:
        person = await people.by_telegram_id(work, town["kepala_opd"].id)
        assert person is not None
        await members.grant(work, person.id, role="kepala_opd", opd_id=opd.id, starts=members.today(work))
        await renewal.ask_what_is_due(work)
    await town["kepala_opd"].wait_for(ASKED)


async def test_the_kabid_reads_that_the_letter_is_what_lacks_and_may_enter_it(town: Town) -> None:
    await add_hosting(town)
    await without_people(town)
    await due_in(town, -1)
    kabid = town["kabid"]
    message = await kabid.wait_for(OVER, since=0)
    assert "suratnya belum dicatat" in message.text
    assert [label in message.labels for label in (ENTER, "Tangguhkan", "Arsipkan")] == [True, True, True]
    await kabid.press(ENTER, message=message)
    await fill_in_letter(town, "kabid")
    await kabid.press("Perpanjang satu tahun")
    await kabid.wait_for(f"dengan surat nomor {NUMBER}", since=0)


async def test_who_enters_letters_finds_it_among_their_tasks_and_nobody_else(town: Town) -> None:
    await add_hosting(town)
    await without_people(town)
    await due_in(town, 20)
    for role in ("bagian_umum", "kabid"):
        await town[role].send_command("tugas")
        assert DOMAIN in (await town[role].wait_for("Tugas Anda")).text, role
    for role in ("engineer", "kepala_dkisp"):
        await town[role].send_command("tugas")
        await town[role].wait_for("Tidak ada tugas")
    engineer = town["engineer"]
    assert "Catat perpanjangan" not in await all_on_card(engineer)
    refused = await engineer.press_data("d1:order:renew_letter:1:1", await card_of(engineer))
    assert "bukan wewenang Anda" in refused.text
    async with town.app.database.read() as work:
        row = await renewals.newest(work, (await the_hosting(town)).id)
    assert row is not None
    assert row.confirmed_at is None

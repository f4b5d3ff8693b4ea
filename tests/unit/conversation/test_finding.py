"""DKISP finds cases in chat: how the search was understood, how many there are, page by page."""

from __future__ import annotations

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows import words
from workflows.people import members
from workflows.store import cases
from workflows.store.tables import Case

COPIES = 20


async def copies_of_the_first(town: Town) -> None:
    async with town.app.database.write() as work:
        first = await cases.get(work, 1)
        assert first is not None
        for place in range(2, COPIES + 2):
            work.add(
                Case(
                    number=f"HST-2026-{place:04}",
                    sop_code=first.sop_code,
                    sop_version=first.sop_version,
                    opd_id=first.opd_id,
                    opened_by=first.opened_by,
                    subject=f"Salinan arsip {place}",
                    step="agenda",
                    status="closed" if place % 2 else "refused",
                    facts={},
                    subdomain=f"salinan-{place}",
                    created_at=work.now,
                    changed_at=work.now,
                )
            )


async def test_many_are_counted_and_shown_page_by_page(town: Town) -> None:
    await walk.ask(town)
    await copies_of_the_first(town)
    kabid = town["kabid"]
    await kabid.send_command("cari", "salinan hari ini")
    first = await kabid.wait_for(f"Ditemukan {COPIES} permohonan")
    async with town.app.database.read() as work:
        assert f"Diajukan: {words.date(members.today(work))}" in first.text
    assert "HST-2026-0021" in first.text
    assert "HST-2026-0013" not in first.text
    await kabid.press("Berikutnya")
    await kabid.wait_for(lambda message: "HST-2026-0013" in message.text and "HST-2026-0021" not in message.text)
    await kabid.press("Berikutnya")
    await kabid.wait_for("HST-2026-0002")
    await kabid.send_command("cari", "ditolak arsip 20")
    assert "Keadaan: Ditolak" in (await kabid.wait_for("Ditemukan 1 permohonan")).text


async def test_a_search_is_its_owners_and_a_day_that_is_none_is_said(town: Town) -> None:
    await walk.ask(town)
    kabid, head = town["kabid"], town["kepala_opd"]
    await kabid.send_command("cari", "e-arsip")
    await kabid.wait_for("Ditemukan 1 permohonan")
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    await head.press_data("n1:found:1:0", menu)
    await kabid.send_command("cari", "31 November 2026")
    await kabid.wait_for("tidak ada pada kalender")
    await kabid.send_command("cari", "kemarin selesai")
    told = await kabid.wait_for("Tidak ada permohonan yang cocok")
    assert "tanda kutip" in told.text
    assert not any("Ditemukan" in message.text for message in await head.messages())

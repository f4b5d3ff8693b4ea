"""A Kepala who never joined Telegram: entered by name, signing on paper, served by Bagian Umum to the end of a case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.client import Sandbox
from tests.unit.conversation import walk
from tests.unit.conversation.test_becoming_known import invite, stranger
from tests.unit.conversation.test_on_paper import SCAN, sign, sign_disposition, text_of
from tests.unit.conversation.town import Town, town_of
from workflows.cases.on_paper import PaperRule
from workflows.people import members
from workflows.store import cases, ledger

HEAD = "Hendra Arfandi, AP., M.Si"
NIP = "197505161995011001"
INVITED = f"{HEAD}; {NIP}; 0812 9999 0001"


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """A town in which the office of the Kepala is empty, and decisions may be entered from paper."""
    async with town_of(sandbox, tmp_path, database_url, on_paper=PaperRule.DECISIONS) as town:
        async with town.app.database.write() as work:
            kepala = await members.whois(work, town["kepala_dkisp"].id)
            assert kepala is not None
            await members.end_mandate(work, None, kepala.mandates[0].id)
        yield town


async def enter_head(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Daftar orang")
    await admin.press("Pejabat tanpa Telegram")
    await admin.wait_for("Siapa nama lengkapnya")
    await admin.send_text(HEAD)
    await admin.wait_for("Berapa NIP-nya")
    await admin.send_text("19750516 199501 1 00")
    await admin.wait_for("18 angka")
    await admin.send_text("19750516 199501 1 001")
    await admin.press("Simpan pejabat")
    shown = await admin.wait_for("Telegram: belum terhubung")
    assert "Jabatan: Kepala DKISP" in shown.text


async def until_paper_decision(town: Town) -> None:
    umum = town["bagian_umum"]
    await enter_head(town)
    await walk.ask(town)
    await walk.enter(town)
    await sign_disposition(town, HEAD)
    await walk.choose_server(town)
    kabid = town["kabid"]
    await kabid.press("Rekomendasikan disetujui")
    await kabid.press("Kirim rekomendasi")
    await umum.wait_for(lambda m: "Langkah 5 dari 10" in m.text and bool(m.button("Catat persetujuan kertas")), since=0)


async def approve_on_paper(town: Town) -> None:
    umum = town["bagian_umum"]
    await umum.press("Catat persetujuan kertas")
    await sign(town, HEAD)
    await umum.press("Lanjutkan")
    await umum.press("Ya, catat persetujuan")


async def test_a_case_goes_to_its_end_by_what_the_head_signed_on_paper(town: Town) -> None:
    umum, head, kabid = town["bagian_umum"], town["kepala_opd"], town["kabid"]
    await until_paper_decision(town)
    await umum.send_command("tugas")
    await umum.wait_for("HST-2026-0001")
    await approve_on_paper(town)
    printed = await umum.wait_for(lambda m: m.file is not None and "Mohon cetak surat ini" in m.text, since=0)
    assert f"{HEAD} tidak memakai Telegram, sehingga surat ini ditandatangani pada kertas" in printed.text
    letter = text_of(await umum.download(printed))
    assert HEAD in letter
    assert "Disahkan melalui" not in letter
    assert "dipindai oleh" not in letter  # the scan itself shows the hand
    assert not any(m.text.startswith("Surat Balasan") for m in await head.messages() if m.file)
    await umum.press("Unggah pindaian", message=printed)
    await umum.wait_for("Kirim pindaian surat")
    await umum.send_document(SCAN, "balasan.pdf")
    await umum.press("Simpan pindaian")
    sent = await head.wait_for(lambda m: m.file is not None and m.text.startswith("Surat Balasan"), since=0)
    assert await head.download(sent) == SCAN

    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    report = await umum.wait_for(lambda m: m.text.startswith("Laporan Pelaksanaan") and m.file is not None, since=0)
    assert f"Mohon cetak untuk {HEAD}, yang tidak memakai Telegram" in report.text
    assert f"{HEAD} (tanda tangan basah, dipindai oleh Rina Wati)" in text_of(await umum.download(report))
    await umum.wait_for("Langkah 10 dari 10", since=0)
    await umum.press("Catat selesai pada kertas")
    await umum.wait_for("Kapan laporan itu ditandatangani")
    await umum.press("Hari ini")
    await umum.wait_for("Kirim pindaian laporan pelaksanaan")
    await umum.send_document(SCAN, "laporan.pdf")
    await umum.press("Simpan pernyataan selesai")
    await head.wait_for("dinyatakan selesai pada kertas oleh Kepala DKISP, lalu dipindai oleh Rina Wati", since=0)
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
        lines = [line async for line, _ in ledger.lines(work) if isinstance(line.data.get("on_paper"), dict)]
    assert case is not None
    assert case.status == "closed"
    assert [line.action for line in lines] == ["case.disposisi_basah", "case.setujui_basah", "case.selesai_basah"]
    assert not any("belum ada pejabatnya" in m.text for m in await town["admin"].messages())


async def test_who_joins_later_is_the_same_person_in_the_same_office(town: Town) -> None:
    await enter_head(town)
    link = await invite(town, role="Kepala DKISP", person=INVITED)
    hendra = await stranger(town)
    await hendra.open_link(link)
    await hendra.tap("Bagikan nomor telepon saya")
    await hendra.wait_for("terdaftar sebagai Kepala DKISP")
    async with town.app.database.read() as work:
        held = await members.whois(work, hendra.id)
        everybody = [member for member in await members.everybody(work) if member.person.nip == NIP]
    assert held is not None
    assert [(mandate.role, mandate.acting) for mandate in held.mandates] == [("kepala_dkisp", "")]
    assert len(everybody) == 1
    await walk.ask(town)
    await walk.enter(town)
    await hendra.wait_for("Langkah 3 dari 10", since=0)


async def test_an_office_that_is_held_and_a_person_who_is_on_telegram_are_not_entered(town: Town) -> None:
    await enter_head(town)
    admin = town["admin"]
    for name, nip, told in (
        ("Orang Lain", "197605161996011001", f"{HEAD} sudah memegang jabatan ini"),
        ("Rina Wati", "198001012005011003", "Rina Wati sudah terdaftar dengan nomor telepon"),
    ):
        if name == "Rina Wati":
            await _free_the_office(town)
        await admin.send_command("menu")
        await admin.press("Daftar orang")
        await admin.press("Pejabat tanpa Telegram")
        await admin.wait_for("Siapa nama lengkapnya")
        await admin.send_text(name)
        await admin.wait_for("Berapa NIP-nya")
        await admin.send_text(nip)
        refused = await admin.press("Simpan pejabat")
        assert refused is not None
        await admin.wait_for(told)
        await admin.send_command("batal")


async def _free_the_office(town: Town) -> None:
    async with town.app.database.write() as work:
        for member in await members.everybody(work):
            for mandate in member.mandates:
                if mandate.role == "kepala_dkisp":
                    await members.end_mandate(work, None, mandate.id)


async def test_only_administrators_enter_officials(town: Town) -> None:
    kabid = town["kabid"]
    await kabid.send_command("menu")
    menu = await kabid.wait_for("Layanan DKISP")
    await kabid.press_data("d1:enter_official", menu)
    assert not any("Siapa nama lengkapnya" in message.text for message in await kabid.messages())


async def test_where_decisions_may_not_be_entered_the_office_hears_why_the_case_waits(
    sandbox: Sandbox, tmp_path: Path, database_url: str
) -> None:
    async with town_of(sandbox, tmp_path, database_url) as town:
        async with town.app.database.write() as work:
            kepala = await members.whois(work, town["kepala_dkisp"].id)
            assert kepala is not None
            await members.end_mandate(work, None, kepala.mandates[0].id)
        await enter_head(town)
        await town["admin"].wait_for("OFFICE_ON_PAPER=decisions", since=0)
        await walk.ask(town)
        await walk.enter(town)
        await sign_disposition(town, HEAD)
        await walk.choose_server(town)
        await town["kabid"].press("Rekomendasikan disetujui")
        await town["kabid"].press("Kirim rekomendasi")
        await town["admin"].wait_for(f"menunggu Kepala DKISP, {HEAD}, yang tidak memakai Telegram", since=0)

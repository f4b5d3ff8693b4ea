"""Alihkan ke OPD lain: the head of the other OPD is asked, and the Kabid hands nothing to who does not take it."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.sandbox.client import SandboxUser
from tests.unit.conversation.standing import the_hosting
from tests.unit.conversation.test_changes import approve, ask, by_letter, ready, refuse, spec_of, take
from tests.unit.conversation.town import Town
from workflows.hosting import receiving
from workflows.people import members
from workflows.store import cases, ledger, people
from workflows.store.tables import MandateRow, Opd

OWNER = "Dinas Lingkungan Hidup"


@pytest.fixture
async def new_head(town: Town) -> SandboxUser:
    """The head of another OPD, to which a hosting is offered."""
    await ready(town)
    head = await town.move_in("kepala_opd", "drs. Hijau", "DLH")
    await ask(town["kepala_opd"], "Alihkan ke OPD lain", OWNER)
    return head


async def revision(town: Town) -> int:
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    return case.revision


async def test_nothing_is_decided_before_the_other_head_takes_it(town: Town, new_head: SandboxUser) -> None:
    kabid, head = town["kabid"], town["kepala_opd"]
    for reader in (head, kabid):
        card = await reader.wait_for("Jawaban OPD baru: menunggu Kepala OPD baru", since=0)
        assert card.button("Setujui") is None
    early = await kabid.press_data(f"k1:1:setujui:{await revision(town)}", card)
    assert "belum menyatakan menerima" in early.text
    await new_head.send_command("tugas")
    task = await new_head.wait_for("mengusulkan agar OPD Anda mengelolanya")
    await new_head.press((await the_hosting(town)).domain, message=task)
    assert "Apakah OPD Anda menerimanya?" in (await new_head.wait_for("mengusulkan agar hosting")).text
    said = await new_head.press("Terima hosting")
    assert said.text == "Jawaban Anda disampaikan kepada Kabid Aplikasi Informatika."
    await kabid.wait_for("Jawaban OPD baru: menerima (drs. Hijau)", since=0)
    await new_head.send_command("tugas")
    await new_head.wait_for("Tidak ada")
    await approve(kabid)
    await new_head.wait_for("kini dikelola")
    assert (await spec_of(town)).owner == OWNER


async def test_who_does_not_take_it_may_think_better_of_it_until_it_is_decided(
    town: Town, new_head: SandboxUser
) -> None:
    kabid = town["kabid"]
    await new_head.press("Tidak menerima")
    card = await kabid.wait_for("Jawaban OPD baru: tidak menerima (drs. Hijau)", since=0)
    assert card.button("Setujui") is None
    assert card.button("Tolak") is not None
    await take(new_head)
    await kabid.wait_for("Jawaban OPD baru: menerima (drs. Hijau)", since=0)
    await new_head.press("Tidak menerima")
    await kabid.wait_for("tidak menerima (drs. Hijau)", since=0)
    answered = await new_head.wait_for("OPD tidak menerima", since=0)
    await refuse(kabid)
    await town["kepala_opd"].wait_for("ditolak", since=0)
    late = await new_head.press("Terima hosting", message=answered)
    assert "tidak lagi menunggu jawaban" in late.text
    async with town.app.database.read() as work:
        said = [line.action async for line, _ in ledger.lines(work) if line.action.startswith("receiving.")]
    assert said == ["receiving.declines", "receiving.agrees", "receiving.declines"]


async def test_nobody_answers_for_another_opd(town: Town, new_head: SandboxUser) -> None:
    await new_head.wait_for("mengusulkan agar hosting", since=0)
    team = await town.move_in("tim_teknis", "Teknisi Hijau", "DLH")
    for who, why in ((town["kepala_opd"], "milik OPD lain"), (team, "bukan wewenang"), (town["kabid"], "wewenang")):
        await who.send_command("menu")
        menu = await who.wait_for("Layanan DKISP")
        for verb in ("receive", "receive_not"):
            assert why in (await who.press_data(f"d1:{verb}:1", menu)).text
        await who.press_data("n1:receiving:1", menu)
        await who.wait_for("Tombol ini tidak berlaku lagi")
    assert "tidak ditemukan" in (await new_head.press_data("d1:receive:9", await new_head.wait_for("mengusulkan"))).text


async def test_a_head_who_is_not_on_telegram_says_it_by_a_letter_that_is_kept(town: Town) -> None:
    await ready(town)
    await ask(town["kepala_opd"], "Alihkan ke OPD lain", OWNER)
    card = await town["kabid"].wait_for("Jawaban OPD baru: menunggu", since=0)
    assert card.button("Setujui") is None
    await by_letter(town)
    async with town.app.database.read() as work:
        assert len(await cases.papers(work, 1, "surat_penerima")) == 1
    await approve(town["kabid"])
    await town["kepala_opd"].wait_for("selesai", since=0)
    assert (await spec_of(town)).owner == OWNER


async def test_who_comes_into_the_office_later_finds_the_question_and_each_is_asked_once_a_day(town: Town) -> None:
    await ready(town)
    await ask(town["kepala_opd"], "Alihkan ke OPD lain", OWNER)
    late = await town.move_in("kepala_opd", "drs. Susulan", "DLH")
    for _ in range(3):
        async with town.app.database.write() as work:
            await receiving.remind(town.app.office, work)
    await late.wait_for("Apakah OPD Anda menerimanya?", since=0)
    asked = [message for message in await late.messages(deleted=True) if "menerimanya" in message.text]
    assert len(asked) == 1
    await late.send_command("tugas")
    await late.wait_for("Jawaban Anda ditunggu")


async def test_it_goes_to_whose_head_took_it_whatever_that_opd_is_called_by_then(
    town: Town, new_head: SandboxUser
) -> None:
    await take(new_head)
    async with town.app.database.write() as work:
        asked = await people.opd_by_name(work, OWNER)
        assert asked is not None
        asked.name = "Dinas Lingkungan Hidup dan Kehutanan"
        work.add(Opd(code="DLH2", name=OWNER, head_title="Kepala Dinas", active=True))
    await approve(town["kabid"])
    await new_head.wait_for("kini dikelola")
    assert (await the_hosting(town)).opd_id == asked.id


async def test_who_answered_for_the_other_opd_does_not_decide(town: Town, new_head: SandboxUser) -> None:
    await take(new_head)
    async with town.app.database.write() as work:
        member = await members.whois(work, new_head.id)
        assert member is not None
        work.add(MandateRow(person_id=member.person.id, role="kabid", starts_on=dt.date(2026, 1, 1)))
    refused = await new_head.press_data(f"k1:1:setujui:{await revision(town)}", await new_head.wait_for("OPD menerima"))
    assert refused.text == "Anda tidak dapat memutuskan permohonan OPD Anda sendiri."
    assert (await spec_of(town)).owner != OWNER


async def test_the_question_says_when_it_waits_no_more(town: Town, new_head: SandboxUser) -> None:
    head = town["kepala_opd"]
    await new_head.wait_for("Apakah OPD Anda menerimanya?", since=0)
    await head.press("Tarik permohonan")
    await head.press("Ya, tarik")
    over = await new_head.wait_for("tidak lagi menunggu jawaban", since=0)
    assert over.button("Terima hosting") is None

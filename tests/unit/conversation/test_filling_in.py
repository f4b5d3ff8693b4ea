"""A form in the hands of people: wrong answers, detours, changes, restarts."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest
from sqlalchemy import select

from bot.chat_context import ChatContext
from bot.forms.form_specs import form_spec_of
from bot.sandbox.client import SandboxUser
from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town, working
from workflows.people import members
from workflows.people.members import Member
from workflows.store import drafts, hostings, people
from workflows.store.tables import InboxUpdate
from workflows.store.unit_of_work import UnitOfWork

READING_SECONDS = 2.0  # what is sent right after a piece of a long text may be its next piece; dates are whole seconds


async def at_subdomain(head: SandboxUser) -> None:
    """Answer up to the question for the subdomain."""
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.press("Buatkan surat")
    await head.press("Lewati")
    await head.press("Hari ini")
    for question, answer in (
        ("perihal", "Permohonan hosting"),
        ("nama aplikasi", "Arsip"),
        ("kegunaan", "Mengelola arsip surat."),
    ):
        await head.wait_for(question)
        await head.send_text(answer)
    await head.wait_for("(subdomain)")


async def test_a_wrong_answer_gets_a_reason_and_the_question_stands(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    for wrong, reason in (
        ("-a", "tanda hubung"),
        ("a..b", "tanpa titik"),
        ("WWW", "dicadangkan"),
        ("a" * 64, "63 karakter"),
        ("arsíp", "hanya huruf a-z"),
    ):
        await head.send_text(wrong)
        answer = await head.wait_for(reason)
        assert "7/12" in answer.text
        assert "(subdomain)" in answer.text
    await head.send_text("e-arsip")
    await head.wait_for("jenis aplikasinya")


async def test_a_subdomain_asked_for_by_another_case_is_said_at_once(town: Town) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 10")
    await at_subdomain(head)
    await head.send_text("e-arsip")
    await head.wait_for("sedang diminta pada permohonan lain")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Arsip</b> & <script>", "<b>Arsip</b> & <script>"),
        ("#set page(width: 1pt) *Arsip*", "#set page(width: 1pt) *Arsip*"),
        ("Arsip 📁 digital", "Arsip 📁 digital"),
    ],
)
async def test_markup_and_emoji_are_data(town: Town, text: str, shown: str) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.press("Ubah")
    await head.press("Perihal")
    await head.wait_for("perihal surat")
    await head.send_text(text)
    assert shown in (await head.wait_for("Ringkasan")).text


async def test_hidden_marks_and_endless_text_are_refused(town: Town) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.press("Ubah")
    await head.press("Perihal")
    await head.wait_for("perihal surat")
    await head.send_text("arsip \u202egnp.exe")
    await head.wait_for("tanda yang tidak terlihat")
    await head.send_text("a" * 4_000)
    await head.wait_for("terlalu panjang")


async def test_the_rest_of_a_text_that_the_app_broke_is_no_answer(town: Town) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.press("Ubah")
    await head.press("Kegunaan")
    await head.wait_for("kegunaan")
    await head.send_text("a" * 4_096)
    await head.send_text("b" * 904)
    await head.wait_for("terlalu panjang", since=0)
    await asyncio.sleep(READING_SECONDS)
    await head.send_text("Mengelola arsip kota.")
    summary = await head.wait_for("Ringkasan")
    assert "Mengelola arsip kota." in summary.text


async def test_what_is_typed_at_the_summary_is_answered_with_how_to_change(town: Town) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.send_text("e-Arsip kota")
    told = await head.wait_for("ketuk Ubah")
    assert "Ringkasan" in told.text
    await head.press("Ubah")
    asked = await head.wait_for("Jawaban mana")
    assert asked.button("Versi PHP") is not None
    await head.press("Kembali")
    await head.wait_for("Periksa kembali isian")


async def test_a_form_that_was_sent_leaves_its_result_and_nothing_else(town: Town) -> None:
    head = town["kepala_opd"]
    summary = await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 10")
    await head.wait_gone(summary)
    await fill_request(head, subdomain="e-surat")
    await head.press("Batal")
    await head.wait_for("dihentikan")
    await fill_request(head, subdomain="e-surat")


async def test_who_types_fast_sees_a_question_once(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    before = len(await head.messages())
    async with town.app.database.write() as work:
        member = await members.whois(work, head.id)
        assert member is not None
        context = ChatContext(app=town.app, work=work, member=member, chat_id=head.id)
        for _ in range(3):
            await context.show_form()
    await head.send_text("e-arsip")
    await head.wait_for("jenis aplikasinya")
    assert len(await head.messages()) <= before + 3


async def test_a_search_is_one_question_and_no_form_to_come_back_to(town: Town) -> None:
    clerk = town["bagian_umum"]
    await clerk.send_command("cari")
    question = await clerk.wait_for("Cari")
    await clerk.send_command("tugas")
    await clerk.wait_for("menunggu tindakan")
    await clerk.wait_gone(question)
    await clerk.send_command("cari")
    again = await clerk.wait_for("Cari")
    await clerk.send_text("arsip")
    await clerk.wait_gone(again)
    assert not any("Lanjutkan pengisian?" in message.text for message in await clerk.messages())


async def test_one_answer_is_changed_and_the_rest_is_not_asked_again(town: Town) -> None:
    head = town["kepala_opd"]
    await fill_request(head)
    await head.press("Ubah")
    await head.press("Jenis")
    await head.press("Statis (HTML)")
    summary = await head.wait_for("Ringkasan")
    assert "Versi PHP" not in summary.text
    assert "e-arsip" in summary.text


async def test_a_form_survives_a_restart_and_a_detour(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    await town.stop()
    async with working(town.app):
        await head.send_command("bantuan")
        await head.wait_for("Memulai: Ajukan hosting", since=0, timeout_s=40)
        await head.wait_for("Lanjutkan pengisian?", since=0)
        await head.press("Lanjutkan")
        question = await head.wait_for("(subdomain)")
        assert "7/12" in question.text
        await head.send_text("e-arsip")
        await head.wait_for("jenis aplikasinya")


async def test_a_form_is_stopped_by_command_or_button(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    await head.send_command("batal")
    await head.wait_for("dihentikan")
    await head.send_command("batal")
    await head.wait_for("Tidak ada isian yang sedang berjalan")
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.press("Batal")
    await head.wait_for("dihentikan")


async def test_a_second_form_waits_for_the_first(town: Town) -> None:
    head = town["kepala_opd"]
    await at_subdomain(head)
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.wait_for("Lanjutkan pengisian?")
    await head.press("Hentikan isian")
    await head.wait_for("dihentikan")
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.wait_for("Bagaimana surat permohonan disampaikan")


async def test_what_is_not_expected_gets_one_helpful_sentence(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_text("halo")
    await head.wait_for("/menu")
    await head.send_command("entah")
    await head.wait_for("/menu")
    await head.send_document(b"%PDF-1.4", "surat.pdf")
    await head.wait_for("bukan berkas yang dikeluarkan")
    await head.share_contact()
    await head.wait_for("sudah terdaftar")


async def test_the_team_prepares_and_the_head_sends(town: Town) -> None:
    team, head = town["tim_teknis"], town["kepala_opd"]
    await fill_request(team)
    await team.press("Simpan untuk Kepala OPD")
    await team.wait_for("Langkah 1 dari 10")
    await head.wait_for("Langkah 1 dari 10", since=0)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 10")


async def test_who_writes_again_has_unblocked_the_bot(town: Town) -> None:
    head = town["kepala_opd"]
    async with town.app.database.write() as work:
        person = await people.by_telegram_id(work, head.id)
        assert person is not None
        person.blocked_at = work.now
    await head.send_command("menu")
    await head.wait_for("Layanan DKISP")
    async with town.app.database.read() as work:
        person = await people.by_telegram_id(work, head.id)
        assert person is not None
        assert person.blocked_at is None


async def test_search_finds_by_any_word(town: Town) -> None:
    head, umum = town["kepala_opd"], town["bagian_umum"]
    await fill_request(head)
    await head.press("Kirim permohonan")
    await umum.send_command("cari", "arsip")
    await umum.wait_for("HST-2026-0001")
    await umum.send_command("cari")
    await umum.wait_for("Tuliskan nomor permohonan")
    await umum.send_text("kesehatan")
    await umum.wait_for("Hasil pencarian")
    await umum.send_command("cari", "tidak ada ini")
    await umum.wait_for("Tidak ada permohonan yang cocok")
    await umum.send_command("tugas")
    await umum.wait_for("Tugas Anda (1)")


async def test_a_form_of_another_version_is_in_nobodys_way(town: Town) -> None:
    head = town["kepala_opd"]
    async with town.app.database.write() as work:
        person = (await _member(town, work, "kepala_opd")).person.id
        await drafts.start(work, person, form="x", purpose={"of_old": 1}, answers={}, position="x")
    await head.send_text("halo")
    await head.wait_for("tidak dikenali")
    await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("HST-2026-0001")


async def test_only_php_that_some_server_has_is_offered(town: Town) -> None:
    async with town.app.database.write() as work:
        (server,) = await hostings.servers(work)
        server.facts = dataclasses.replace(server.facts, php_versions=("8.2", "8.4"))
        spec = await form_spec_of(town.app, work, await _member(town, work, "kepala_opd"), {"open": "hosting"}, {})
    assert [choice.label for choice in spec.form.field("versi_php").choices] == ["PHP 8.4", "PHP 8.2"]


async def _member(town: Town, work: UnitOfWork, role: str) -> Member:
    member = await members.whois(work, town[role].id)
    assert member is not None
    return member


async def test_who_corrects_a_sent_message_hears_that_it_is_not_read_and_its_words_are_not_kept(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_text("halo")
    mine = [message for message in await head.messages() if not message.from_bot][-1]
    for words in ("rahasia satu", "rahasia dua"):
        await head.edit_text(mine, words)
    await head.wait_for("tidak dibaca", since=0)
    async with town.app.database.read() as work:
        kept = [json.dumps(row.payload) for row in await work.session.scalars(select(InboxUpdate))]
    assert [payload for payload in kept if "rahasia" in payload] == []
    assert len([message for message in await head.messages() if "tidak dibaca" in message.text]) == 1

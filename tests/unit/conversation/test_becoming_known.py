"""Strangers, invitations and contacts; what an administrator does in chat."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from bot import command_lists
from bot.sandbox.client import SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.intruder import attempt, text
from tests.unit.conversation.town import Town
from workflows.people import members
from workflows.store import people
from workflows.store.tables import MandateRow

INVITED = "Hasan Basri; 198505052010011001; 0812 9999 0001"


LINK = "t.me/"


async def invite(town: Town, *, role: str = "Bagian Umum", person: str = INVITED, answer: str = LINK) -> str:
    """Invite somebody in chat; return the link, or "" where another answer is expected."""
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Undang orang")
    await admin.press(role, message=await admin.wait_for("Sebagai apa orang ini diundang"))
    await admin.wait_for("Siapa yang diundang")
    await admin.send_text(person)
    await admin.press("Buat undangan")
    if answer != LINK:
        await admin.wait_for(answer)
        return ""
    told = await admin.wait_for(LINK)
    found = re.search(r"https://t\.me/\S+", told.text)
    assert found is not None
    return found.group()


async def stranger(town: Town, phone: str = "+6281299990001") -> SandboxUser:
    return await town.sandbox.add_person("Hasan", phone=phone)


async def test_a_stranger_gets_one_sentence_and_nothing_else(town: Town) -> None:
    somebody = await stranger(town)
    for act in ("/start", "/menu", "halo", "/tugas"):
        await somebody.send_text(act)
        answer = await somebody.wait_for("undang")
        assert answer.labels == ()
        assert "HST" not in answer.text


async def test_an_invited_person_comes_in_and_the_administrator_hears_of_it(town: Town) -> None:
    link = await invite(town)
    hasan = await stranger(town)
    await hasan.open_link(link)
    asked = await hasan.wait_for("Bagian Umum")
    assert "Hasan Basri" in asked.text
    await hasan.tap("Bagikan nomor telepon saya")
    await hasan.wait_for("terdaftar sebagai Bagian Umum")
    await hasan.wait_for("Layanan DKISP", since=0)
    await town["admin"].wait_for("Hasan Basri telah bergabung", since=0)
    assert "cari" in await hasan.command_names()


async def test_who_comes_into_an_office_gets_the_cards_that_wait_there(town: Town) -> None:
    await walk.ask(town)
    link = await invite(town)
    hasan = await stranger(town)
    await hasan.open_link(link)
    await hasan.wait_for("Bagian Umum")
    await hasan.tap("Bagikan nomor telepon saya")
    card = await hasan.wait_for(lambda message: message.button("Agendakan") is not None, since=0)
    assert "HST-2026-0001" in card.text


async def _filled_in(town: Town, role: str, person: str) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Undang orang")
    await admin.press(role)
    await admin.wait_for("Siapa yang diundang")
    await admin.send_text(person)
    await admin.press("Buat undangan")


async def test_a_number_typed_wrong_gives_nobody_elses_office_away(town: Town) -> None:
    """The number is what lets somebody in: the Kabid's own would have made the Kabid what Hasan should be."""
    await _filled_in(town, "Kepala DKISP", "Hasan Basri; 198505052010011001; 0812 3450 0005")
    await town["admin"].wait_for("Nomor telepon itu milik Dewi Lestari", since=0)
    await town["admin"].wait_for("Ringkasan", since=0)
    assert not any("t.me/" in message.text for message in await town["admin"].messages())


async def test_nobody_is_invited_twice_into_one_office(town: Town) -> None:
    await _filled_in(town, "Kepala Bidang Aplikasi Informatika", "Dewi Lestari; 198001012005011005; 0812 3450 0005")
    await town["admin"].wait_for("Dewi Lestari sudah memegang jabatan ini", since=0)
    assert not any("t.me/" in message.text for message in await town["admin"].messages())


@pytest.mark.parametrize(
    "way",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1_764_000_000, "sender_user_name": "Hasan"}},
        {"via_bot": {"id": 99, "is_bot": True, "first_name": "Bot lain", "username": "bot_lain"}},
    ],
    ids=["forwarded", "by another bot"],
)
async def test_a_contact_that_came_another_way_than_by_the_button_lets_nobody_in(
    town: Town, way: dict[str, Any]
) -> None:
    link = await invite(town)
    thief = await stranger(town, phone="+6281299990009")
    await thief.open_link(link)
    await thief.wait_for("Bagian Umum")
    contact = {"contact": {"phone_number": "+6281299990001", "first_name": "Hasan", "user_id": thief.id}}
    got = await attempt(town.app, text(thief.id, "", **contact, **way))
    assert "bukan milik Anda" in got.words
    assert "mandates" not in got.written
    assert "mandates" in (await attempt(town.app, text(thief.id, "", **contact))).written, "by the button it would"


async def test_telegram_is_told_no_commands_for_a_chat_that_does_not_exist_yet(town: Town) -> None:
    later = await town.sandbox.add_person("Administrator kedua", phone="+6281299990008")
    async with town.app.database.write() as work:
        await members.appoint_admin(work, later.id)
    await command_lists.refresh(town.app)
    await later.open_link()
    await later.wait_for("Layanan DKISP")
    assert "cari" in await later.command_names()


async def test_an_office_held_by_two_mandates_is_named_once(town: Town) -> None:
    async with town.app.database.write() as work:
        known = await people.by_telegram_id(work, town["kabid"].id)
        assert known is not None
        work.add(MandateRow(person_id=known.id, role="kabid", starts_on=dt.date(2026, 1, 1)))
    await town["kabid"].send_command("menu")
    menu = await town["kabid"].wait_for("Layanan DKISP")
    assert menu.text.count("Kepala Bidang Aplikasi Informatika") == 1


async def test_an_invitation_works_once(town: Town) -> None:
    link = await invite(town)
    hasan = await stranger(town)
    await hasan.open_link(link)
    await hasan.tap("Bagikan nomor telepon saya")
    await hasan.wait_for("terdaftar")
    other = await stranger(town, phone="+6281299990002")
    await other.open_link(link)
    await other.wait_for("sudah dipakai")


async def test_the_contact_must_be_ones_own_and_the_invited_number(town: Town) -> None:
    link = await invite(town)
    thief = await stranger(town, phone="+6281299990003")
    await thief.open_link(link)
    await thief.wait_for("diundang")
    await thief.share_foreign_contact(phone="+6281299990001", name="Hasan", user_id=None)
    await thief.wait_for("bukan milik Anda")
    await thief.tap("Bagikan nomor telepon saya")
    await thief.wait_for("berbeda dengan nomor yang diundang")
    assert not thief.reply_keyboard, "the button would not help"
    await thief.send_text("/menu")
    await thief.wait_for("khusus bagi pegawai yang diundang")


async def test_an_expired_invitation_says_so(town: Town) -> None:
    link = await invite(town)
    async with town.app.database.write() as work:
        row = await people.invite(work, 1)
        assert row is not None
        row.expires_at = work.now
    hasan = await stranger(town)
    await hasan.open_link(link)
    await hasan.wait_for("sudah tidak berlaku")


async def test_a_wrong_link_is_said_to_be_wrong(town: Town) -> None:
    somebody = await stranger(town)
    await somebody.open_link("undang-" + "x" * 32)
    await somebody.wait_for("tidak dikenali")


async def test_a_deputy_is_invited_with_decree_and_dates(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Undang orang")
    await admin.press("Kepala OPD")
    await admin.press("Badan Kepegawaian dan Pengembangan Sumber Daya Manusia")
    await admin.wait_for("Siapa yang diundang")
    await admin.send_text("Hasan Basri; 19850505201001100; 0812 9999 0001")
    assert "18 angka" in (await admin.wait_for("NIP")).text
    await admin.send_text(INVITED)
    await admin.press("Ubah", message=await admin.wait_for("Ringkasan"))
    await admin.press("Kedudukan")
    await admin.press("Pelaksana Tugas (Plt.)")
    await admin.wait_for("nomor surat perintah")
    await admin.send_text("800/45/BKPSDM/XI/2026")
    await admin.press("Hari ini")
    await admin.press("Lewati")
    await admin.press("Buat undangan")
    assert "Plt. Kepala OPD" in (await admin.wait_for("t.me/")).text


async def test_an_office_that_is_held_is_given_to_nobody_else_until_it_is_ended(town: Town) -> None:
    kabid = "Kepala Bidang Aplikasi Informatika"
    await invite(town, role=kabid, answer="Jabatan ini masih dipegang Dewi Lestari. Akhiri terlebih dahulu jabatannya")
    admin = town["admin"]
    await admin.send_command("batal")
    await admin.send_command("menu")
    await admin.press("Daftar orang")
    await admin.press("Dewi Lestari")
    await admin.press(f"Akhiri {kabid}")
    await admin.press("Ya, akhiri")
    await admin.wait_for("Dewi Lestari")
    assert LINK in await invite(town, role=kabid)


async def test_an_office_is_ended_after_one_more_question(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Daftar orang")
    assert "Rina Wati: Bagian Umum\n" in (await admin.wait_for("Daftar orang (8)")).text
    await admin.press("Rina Wati")
    await admin.press("Akhiri Bagian Umum")
    await admin.wait_for("akan diakhiri sekarang")
    await admin.press("Ya, akhiri")
    person = await admin.wait_for("Rina Wati")
    assert "Jabatan" not in person.text
    await town["bagian_umum"].send_command("menu")
    await town["bagian_umum"].wait_for("khusus bagi pegawai")


async def test_the_list_of_opds_is_kept_in_chat(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Daftar OPD")
    await admin.press("Tambah OPD")
    await admin.wait_for("nama lengkap OPD")
    await admin.send_text("Badan Baru")
    await admin.wait_for("sebutan jabatan")
    await admin.send_text("Kepala Badan Baru")
    await admin.press("Simpan OPD")
    await admin.press("Nonaktifkan")
    await admin.wait_for("Keadaan: nonaktif")
    await admin.press("Aktifkan kembali")
    await admin.press("Ganti nama")
    await admin.press("Ubah")
    await admin.press("Nama OPD")
    await admin.wait_for("nama lengkap OPD")
    await admin.send_text("Badan Lebih Baru")
    await admin.press("Simpan OPD")
    await admin.wait_for("Pimpinan: Kepala Badan Baru")


async def test_only_an_administrator_administers(town: Town) -> None:
    umum = town["bagian_umum"]
    await umum.send_command("menu")
    menu = await umum.wait_for("Layanan DKISP")
    for forged in ("d1:invite", "d1:end_mandate:1", "d1:opd_off:1", "n1:people", "n1:person:1"):
        press = await umum.press_data(forged, menu)
        assert press.text
    assert len(await umum.messages()) == 4

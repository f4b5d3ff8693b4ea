"""A site is suspected: Kabid and engineers see why and decide, the Tim Teknis hears what to look at, nobody else."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from bot.sandbox.screen import ScreenMessage
from provisioning.pages.rules import Seen, Views
from provisioning.scan_report import ScanReport, Suspect, Trait
from provisioning.spec import HostingSpec
from tests.unit.conversation.standing import add_hosting, card_of
from tests.unit.conversation.town import PretendFleet, Town
from workflows.store.tables import Hosting, Inspection, Person
from workflows.watch.inspections import look_through

HOUR = dt.timedelta(hours=1)
DOMAIN = "e-lama.tarakankota.go.id"
CLEAN = "<title>Dinas</title><p>berita</p>"
ADVERT = "<title>SLOT GACOR <b>&</b></title><p>slot gacor maxwin situs slot rtp live togel online</p>"
TITLE = "Situs dicurigai disusupi"


class Infected(PretendFleet):
    """What a look through the town's one site finds."""

    page = ADVERT
    path = "public/<b>a&b</b>.php"

    async def tour(self, server: Any, spec: HostingSpec, **options: Any) -> list[Views]:
        url = f"https://{spec.domains[0]}/"
        return [Views(url=url, visitor=Seen(status=200, body=CLEAN), engine=Seen(status=200, body=self.page))]

    async def scan(self, server: Any, spec: HostingSpec, *, since: float, after: str) -> ScanReport:
        found: tuple[Suspect, ...] = ()
        if self.path:
            trait = Trait(id="perintah_dari_masukan", weight=100, line=3, excerpt="<?php eval($_POST['<i>']);")
            found = (Suspect(path=self.path, size=44, changed=1.0, sha256="a" * 64, traits=(trait,), opinion=None),)
        return ScanReport(began=1, files=1, read=1, bytes=1, closed=0, next=None, asked=False, suspects=found)


@pytest.fixture
async def site(town: Town) -> Infected:
    town.fleet.__class__ = Infected
    assert isinstance(town.fleet, Infected)
    await add_hosting(town, "e-lama")
    return town.fleet


async def look(town: Town) -> None:
    async with town.app.database.write() as work:
        await work.session.execute(update(Inspection).values(pages_due_at=work.now, files_due_at=work.now, night=None))
    await look_through(town.app.office, town.app.database, HOUR)


async def alarm(town: Town, who: str) -> ScreenMessage:
    return await town[who].wait_for(lambda m: TITLE in m.text and "a&b" in m.text and DOMAIN in m.text, since=0)


async def only_one(town: Town, who: str) -> None:
    """Wait until a newer message has taken the place of the one before."""
    for _ in range(200):
        shown = [m for m in await town[who].messages() if TITLE in m.text]
        if len(shown) == 1:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{who} sees {len(shown)} of it")


async def test_why_it_is_suspected_is_said_in_words_to_whom_it_concerns(town: Town, site: Infected) -> None:
    await look(town)
    for who in ("kabid", "engineer"):
        told = await alarm(town, who)
        assert "mesin pencari diberi halaman lain" in told.text
        assert "menjalankan perintah yang dikirim dari luar" in told.text
        assert site.path in told.text, "what a stranger named is text"
    await look(town)
    for who in ("kabid", "engineer"):
        await only_one(town, who)
    heard = await town["tim_teknis"].wait_for(lambda m: "DKISP sedang memeriksanya" in m.text, since=0)
    assert DOMAIN in heard.text
    plainly = await town["kepala_opd"].wait_for(lambda m: "Tim Teknis OPD Anda sudah diberi tahu" in m.text, since=0)
    assert site.path not in plainly.text, "what is to be cleaned is the team's"
    for who in set(town.people) - {"kabid", "engineer", "tim_teknis", "kepala_opd"}:
        assert not [m for m in await town[who].messages() if "dicurigai" in m.text], who
    assert await town.refusals() == []


async def test_the_evidence_names_files_by_hash_and_keeps_the_page(town: Town, site: Infected) -> None:
    await look(town)
    kabid = town["kabid"]
    await kabid.press("Lihat bukti", message=await alarm(town, "kabid"))
    shown = await kabid.wait_for("Bukti temuan")
    assert "a" * 64 in shown.text
    assert "eval($_POST['<i>']);" in shown.text
    assert "baris 3" in shown.text
    file = await kabid.wait_for_file()
    assert await kabid.download(file) == ADVERT.encode()


async def test_it_is_set_aside_with_a_reason_and_not_told_again(town: Town, site: Infected) -> None:
    await look(town)
    engineer = town["engineer"]
    await engineer.press("Abaikan", message=await alarm(town, "engineer"))
    await engineer.wait_for("Mengapa temuan ini diabaikan?")
    await engineer.send_text("Sudah dibaca, berita tentang penangkapan.")
    await engineer.press("Abaikan temuan")
    for who in ("kabid", "engineer"):
        await town[who].wait_for(lambda m: "tidak ada lagi temuan yang terbuka" in m.text, since=0)
    await look(town)
    for who in ("kabid", "engineer"):
        assert not [m for m in await town[who].messages() if TITLE in m.text], who


async def test_what_is_gone_says_so_in_the_same_message(town: Town, site: Infected) -> None:
    await look(town)
    first = await alarm(town, "kabid")
    site.page, site.path = CLEAN, ""
    await look(town)
    last = await town["kabid"].wait_for(lambda m: "tidak ada lagi temuan" in m.text, since=0)
    assert last.id == first.id


async def test_a_stolen_button_does_nothing(town: Town, site: Infected) -> None:
    await look(town)
    message = await alarm(town, "kabid")
    head = town["kepala_opd"]
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    for label in ("Lihat bukti", "Abaikan"):
        data = message.button(label)
        assert data is not None
        answer = await head.press_data(data.data or "", menu)
        assert "bukan wewenang Anda" in answer.text


async def test_the_kabid_closes_the_site_in_one_tap_and_nobody_else_can(town: Town, site: Infected) -> None:
    await look(town)
    kabid, engineer = town["kabid"], town["engineer"]
    message = await alarm(town, "kabid")
    button = message.button("Karantina")
    assert button is not None
    theirs = await alarm(town, "engineer")
    assert theirs.button("Karantina") is None
    answer = await engineer.press_data(button.data or "", theirs)
    assert "bukan wewenang Anda" in answer.text
    await kabid.press("Karantina", message=message)
    closed = await kabid.wait_for(lambda m: "Situs dikarantina" in m.text, since=0)
    assert closed.button("Karantina") is None
    await town["kepala_opd"].wait_for(lambda m: DOMAIN in m.text and "dicurigai disusupi" in m.text, since=0)
    async with town.app.database.read() as work:
        row = await work.session.get_one(Hosting, 1)
    assert row.spec["state"] == "suspended"
    assert row.spec["suspension_reason"] == "dicurigai disusupi"
    again = await kabid.press_data(button.data or "", closed)
    assert "tidak berlaku" in again.text


async def test_what_is_suspected_is_found_again_without_the_message_that_rang(town: Town, site: Infected) -> None:
    await look(town)
    kabid = town["kabid"]
    rang = await alarm(town, "kabid")
    await kabid.send_command("tugas")
    listed = await kabid.wait_for("menunggu keputusan")
    assert DOMAIN in listed.text
    await kabid.press(DOMAIN, message=listed)
    card = await kabid.wait_for("2 temuan terbuka")
    await kabid.press("Lihat temuan", message=card)
    again = await kabid.wait_for(lambda m: TITLE in m.text and m.id > rang.id, since=0)
    assert again.button("Karantina") is not None
    theirs = await card_of(town["kepala_opd"])
    assert "Dicurigai disusupi pihak lain; DKISP sedang memeriksanya" in theirs.text
    assert theirs.button("Lihat temuan") is None
    answer = await town["kepala_opd"].press_data(_data(card, "Lihat temuan"), theirs)
    assert "bukan wewenang Anda" in answer.text
    await town["kepala_opd"].send_command("tugas")
    assert DOMAIN not in (await town["kepala_opd"].wait_for("Tidak ada permohonan")).text


async def test_who_opens_a_closed_site_again_reads_first_what_still_stands(town: Town, site: Infected) -> None:
    await look(town)
    kabid = town["kabid"]
    await kabid.press("Karantina", message=await alarm(town, "kabid"))
    await kabid.wait_for(lambda m: "Situs dikarantina" in m.text, since=0)
    await town["kepala_opd"].wait_for(lambda m: "ditangguhkan oleh DKISP" in m.text, since=0)
    await kabid.press("Aktifkan kembali", message=await card_of(kabid))
    asked = await kabid.wait_for("Masih ada 2 temuan terbuka")
    await kabid.press("Ya, aktifkan", message=asked)
    await kabid.wait_for("sudah aktif kembali")


async def test_where_no_team_is_on_telegram_the_head_reads_what_is_to_be_cleaned(town: Town, site: Infected) -> None:
    async with town.app.database.write() as work:
        await work.session.execute(
            update(Person).where(Person.name == town["tim_teknis"].name).values(telegram_id=None)
        )
    await look(town)
    await town["kepala_opd"].wait_for(lambda m: site.path in m.text and DOMAIN in m.text, since=0)


def _data(message: ScreenMessage, label: str) -> str:
    button = message.button(label)
    assert button is not None
    return button.data or ""

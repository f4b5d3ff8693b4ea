"""Tangguhkan and Aktifkan kembali from the hosting's card: who may, who hears, and what a failure looks like."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.client import SandboxUser
from provisioning.plan import Applied
from provisioning.spec import HostingSpec, State
from tests.unit.conversation.standing import DOMAIN, add_hosting, card_of, lines, press_on_card, the_hosting
from tests.unit.conversation.town import PretendFleet, Town, failure, working

REASON = "Situs disisipi <b>halaman judi</b>; sedang dibersihkan."


async def suspend(user: SandboxUser, *, until: str = "") -> None:
    await press_on_card(user, "Tangguhkan")
    await user.wait_for("Apa alasannya")
    await user.send_text(REASON)
    await user.wait_for("ditinjau lagi?")
    if until:
        await user.send_text(until)
    else:
        await user.press("Lewati")
    await user.wait_for("Periksa kembali isian")
    await user.press("Tangguhkan")
    await user.press("Ya, tangguhkan")


async def test_an_engineer_closes_it_the_opd_hears_why_and_the_kabid_gives_it_back(town: Town) -> None:
    await add_hosting(town)
    engineer, head, kabid = town["engineer"], town["kepala_opd"], town["kabid"]
    await suspend(engineer, until="24 Desember 2030")
    told = await engineer.wait_for("sudah ditangguhkan")
    assert REASON in told.text
    assert "24 Desember 2030" in told.text
    for role in ("kepala_opd", "tim_teknis"):
        assert REASON in (await town[role].wait_for("ditangguhkan oleh DKISP")).text
    spec = (await the_hosting(town)).spec
    assert (spec.state, spec.suspension_reason) == (State.SUSPENDED, REASON)

    theirs = await card_of(head)
    assert all(word in theirs.text for word in ("ditangguhkan", REASON, engineer.name, "24 Desember 2030"))
    assert theirs.button("Aktifkan kembali") is None

    await press_on_card(kabid, "Aktifkan kembali")
    await kabid.press("Ya, aktifkan")
    await kabid.wait_for("sudah aktif kembali")
    await head.wait_for("sudah aktif kembali")
    spec = (await the_hosting(town)).spec
    assert (spec.state, spec.suspension_reason) == (State.ACTIVE, "")
    assert await lines(town) == ["hosting.suspend", "hosting.applied", "hosting.resume", "hosting.applied"]


async def test_an_old_card_and_a_stolen_one_do_nothing(town: Town) -> None:
    await add_hosting(town)
    engineer, head = town["engineer"], town["kepala_opd"]
    old = await card_of(engineer)
    data = (old.button("Tangguhkan") or old.buttons[0]).data or ""
    await suspend(engineer)
    await engineer.wait_for("sudah ditangguhkan")
    answer = await engineer.press_data(data, old)
    assert "tidak berlaku pada keadaan hosting" in answer.text
    opened = await card_of(engineer)
    resume = opened.button("Aktifkan kembali")
    assert resume is not None
    for stolen in (resume.data or "", (resume.data or "").replace("order:", "order_sure:")):
        answer = await head.press_data(stolen, await card_of(head))
        assert "bukan wewenang Anda" in answer.text
    assert await lines(town) == ["hosting.suspend", "hosting.applied"]


async def test_a_day_that_is_over_is_refused_where_it_is_asked_for(town: Town) -> None:
    await add_hosting(town)
    engineer = town["engineer"]
    await press_on_card(engineer, "Tangguhkan")
    asked = await engineer.wait_for("Apa alasannya")
    assert DOMAIN in asked.text, "which of several is said"
    await engineer.send_text(REASON)
    await engineer.wait_for("ditinjau lagi")
    await engineer.send_text("24 Desember 2020")
    await engineer.wait_for("sudah lewat")
    await engineer.press("Lewati")
    assert REASON in (await engineer.wait_for("Ringkasan")).text
    assert (await the_hosting(town)).wanted_revision == 1


async def test_what_fails_is_told_to_the_engineers_who_try_again(town: Town) -> None:
    await add_hosting(town)
    engineer, kabid = town["engineer"], town["kabid"]
    town.fleet.failures.append(failure())
    await suspend(kabid)
    await kabid.wait_for("Engineer DKISP sudah diberi tahu")
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    assert "Tangguhkan" in alert.text
    await engineer.press("Ambil alih", message=alert)
    alert = await engineer.wait_for(f"Diambil alih oleh {engineer.name}")
    again = alert.button("Coba lagi")
    assert again is not None
    await engineer.press("Coba lagi", message=alert)
    await kabid.wait_for("sudah ditangguhkan")
    assert await lines(town) == ["hosting.suspend", "hosting.failed", "hosting.applied"]
    answer = await engineer.press_data(again.data or "", alert)
    assert "Rencana sudah berubah" in answer.text


async def test_two_who_press_at_once_close_it_once(town: Town) -> None:
    await add_hosting(town)
    first, second = town["engineer"], await town.move_in("engineer", "Rudi Hartono", "")
    for user in (first, second):
        await press_on_card(user, "Tangguhkan")
        await user.send_text(REASON)
        await user.press("Lewati")
        await user.wait_for("Periksa kembali isian")
        await user.press("Tangguhkan")
    await asyncio.gather(first.press("Ya, tangguhkan"), second.press("Ya, tangguhkan"))
    await town["kepala_opd"].wait_for("ditangguhkan oleh DKISP", since=0)
    assert (await lines(town)).count("hosting.suspend") == 1


class Slow(PretendFleet):
    """A server that is still at work when the bot dies."""

    begun = asyncio.Event()
    may_end = asyncio.Event()

    async def apply(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Applied:
        self.begun.set()
        await self.may_end.wait()
        return await super().apply(server, spec, secrets, **options)


async def test_a_bot_that_ends_in_the_middle_goes_on_and_tells_everybody_once(town: Town) -> None:
    await add_hosting(town)
    kabid, head = town["kabid"], town["kepala_opd"]
    Slow.begun, Slow.may_end = asyncio.Event(), asyncio.Event()
    town.fleet.__class__ = Slow
    await suspend(kabid)
    await Slow.begun.wait()
    await town.stop()
    Slow.may_end.set()
    async with working(town.app):
        await kabid.wait_for("sudah ditangguhkan")
        await head.wait_for("ditangguhkan oleh DKISP")
    assert len([m for m in await kabid.messages() if "sudah ditangguhkan" in m.text]) == 1
    assert len([m for m in await head.messages() if "ditangguhkan oleh DKISP" in m.text]) == 1
    assert await lines(town) == ["hosting.suspend", "hosting.applied"]


async def test_an_engineer_does_not_open_again_what_the_kabid_closed(town: Town) -> None:
    await add_hosting(town)
    engineer, kabid = town["engineer"], town["kabid"]
    await suspend(kabid)
    await kabid.wait_for("sudah ditangguhkan")
    card = await card_of(engineer)
    assert card.button("Aktifkan kembali") is None
    for verb in ("order", "order_sure"):
        answer = await engineer.press_data(f"d1:{verb}:resume:1:2", card)
        assert "atas keputusan Kabid" in answer.text
    assert await lines(town) == ["hosting.suspend", "hosting.applied"]
    await press_on_card(kabid, "Aktifkan kembali")
    await kabid.press("Ya, aktifkan")
    await kabid.wait_for("sudah aktif kembali")


async def test_the_kabid_opens_sftp_for_cleaning_the_team_hears_what_to_do_and_it_is_closed_again(town: Town) -> None:
    await add_hosting(town)
    kabid, engineer, team = town["kabid"], town["engineer"], town["tim_teknis"]
    await suspend(kabid)
    await kabid.wait_for("sudah ditangguhkan")
    assert (await card_of(engineer)).button("Buka SFTP untuk pembersihan") is None, "the Kabid closed it"
    await press_on_card(kabid, "Buka SFTP untuk pembersihan")
    await kabid.press("Lewati", message=await kabid.wait_for("Sampai tanggal berapa SFTP terbuka"))
    await kabid.press("Buka SFTP", message=await kabid.wait_for(lambda m: m.button("Buka SFTP") is not None))
    await kabid.wait_for("terbuka untuk pembersihan sampai")
    told = await team.wait_for("terbuka untuk pembersihan sampai", since=0)
    assert all(word in told.text for word in ("Ganti kata sandi", "Pulihkan", "plugin"))
    spec = (await the_hosting(town)).spec
    assert (spec.state, spec.cleaning) == (State.SUSPENDED, True)
    theirs = await card_of(team)
    assert "SFTP terbuka untuk pembersihan" in theirs.text
    assert theirs.button("Tutup kembali") is None
    await press_on_card(engineer, "Tutup kembali")
    await engineer.wait_for("tertutup kembali")
    await team.wait_for("masa pembersihan berakhir", since=0)
    assert not (await the_hosting(town)).spec.cleaning

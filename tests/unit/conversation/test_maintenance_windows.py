"""An engineer plans maintenance from a server's card; the OPD hears of it, of its move and of its end."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation.standing import add_hosting
from tests.unit.conversation.town import Town
from workflows import servers, words

WORK = "Memasang <b>pembaruan</b> & mematikan situs 10 menit."


def day(after: int) -> str:
    return words.date((dt.datetime.now(words.WITA) + dt.timedelta(days=after)).date())


async def test_planned_moved_and_cancelled_and_everybody_concerned_hears_each_once(town: Town) -> None:
    engineer, head, team = town["engineer"], town["kepala_opd"], town["tim_teknis"]
    await add_hosting(town, "e-lama")
    await servers.refresh(town.app.office, town.app.database)
    await engineer.send_command("menu")
    await engineer.press("Server")
    await engineer.press("Server web 1", message=await engineer.wait_for("Pilih server"))
    await engineer.press("Rencanakan pemeliharaan", message=await engineer.wait_for("1 hosting"))
    await engineer.wait_for("Tanggal berapa")
    await engineer.send_text(day(10))
    await engineer.wait_for("Dari pukul berapa")
    await engineer.send_text("malam hari")
    assert "Contoh: 21.00-23.30" in (await engineer.wait_for("Bentuknya belum sesuai")).text
    await engineer.send_text("21.00-29.30")
    await engineer.wait_for("Apa yang dikerjakan")
    await engineer.send_text(WORK)
    await engineer.press("Umumkan rencana")
    await engineer.wait_for("belum dapat dibaca sebagai jam")
    await engineer.press("Ubah")
    await engineer.press("Jam (WITA)")
    await engineer.send_text("21.00-23.30")
    await engineer.press("Umumkan rencana")
    card = await engineer.wait_for(lambda m: day(10) in m.text and m.button("21.00") is not None)
    for person in (head, team):
        told = await person.wait_for("Rencana pemeliharaan server", since=0)
        assert all(said in told.text for said in (WORK, day(10), "e-lama.tarakankota.go.id"))
        assert "Server web 1" not in told.text

    await engineer.press("21.00", message=card)
    await engineer.press("Pindahkan", message=await engineer.wait_for(lambda m: m.button("Pindahkan") is not None))
    await engineer.press("Ubah")
    await engineer.press("Tanggal")
    await engineer.send_text(day(11))
    await engineer.press("Umumkan rencana")
    moved = await head.wait_for("Pemeliharaan server berubah")
    assert day(10) in moved.text
    assert day(11) in moved.text

    card = await engineer.wait_for(lambda m: day(11) in m.text and m.button("21.00") is not None)
    await engineer.press("21.00", message=card)
    await engineer.press("Batalkan", message=await engineer.wait_for(lambda m: m.button("Batalkan") is not None))
    await engineer.press("Ya, batalkan")
    await head.wait_for("dibatalkan")
    await engineer.wait_for(lambda m: "1 hosting" in m.text and m.button("21.00") is None)
    assert len([m for m in await head.messages() if "emeliharaan server" in (m.text or "")]) == 3


async def test_who_is_no_engineer_plans_nothing(town: Town) -> None:
    kabid, head = town["kabid"], town["kepala_opd"]
    await kabid.send_command("menu")
    await kabid.press("Server")
    await kabid.press("Server web 1", message=await kabid.wait_for("Pilih server"))
    card = await kabid.wait_for(lambda m: "Server web 1" in m.text and m.button("Semua server") is not None)
    assert card.button("Rencanakan") is None
    assert "bukan wewenang Anda" in (await kabid.press_data("d1:window_plan:1", card)).text
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    assert menu.button("Server") is None
    await head.press_data("n1:one_server:1", menu)
    assert not [m for m in await head.messages() if "Server web 1" in (m.text or "")]

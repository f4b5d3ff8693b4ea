"""People are told what is kept about them, get it, and see who opened their cases."""

from __future__ import annotations

import json

from bot.sandbox.screen import ScreenMessage
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town


def is_json(message: ScreenMessage) -> bool:
    return message.file is not None and message.file.name.endswith(".json")


async def test_somebody_gets_all_that_is_kept_about_them_and_nothing_of_others(town: Town) -> None:
    await walk.ask(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await kabid.send_command("cari", "rahasia kabid")
    assert (await kabid.wait_for("Hasil pencarian")).button("Cari lagi")
    await head.send_command("privasi")
    await head.press("Data saya (JSON)")
    found = json.loads(await head.download(await head.wait_for(is_json)))["data"]
    assert [one["uraian"] for one in found["Nama"]] == ["dr. Siti Rahma"]
    assert [one["permohonan"] for one in found["Permohonan yang diajukan"]] == ["HST-2026-0001"]
    (office,) = (one["uraian"] for one in found["Jabatan"])
    assert office == "Kepala OPD; Dinas Kesehatan; sejak 1 Januari 2026"
    await head.send_command("menu")
    await head.press("Bantuan")
    await head.press("Data pribadi saya")
    await head.wait_for("Yang tercatat tentang Anda")
    assert "Kirim permohonan" in [one["uraian"] for one in found["Tindakan pada rekam jejak"]]
    assert found["Pencarian"] == []
    await head.press("Data saya (PDF)")
    assert (await head.download(await head.wait_for_file())).startswith(b"%PDF")
    await kabid.send_command("privasi")
    await kabid.press("Data saya (JSON)")
    theirs = json.loads(await kabid.download(await kabid.wait_for(is_json)))["data"]
    assert [one["uraian"] for one in theirs["Pencarian"]] == ["rahasia kabid"]
    assert theirs["Permohonan yang diajukan"] == []


async def test_whoever_asked_sees_who_opened_their_case_and_the_administrator_sees_all(town: Town) -> None:
    await walk.ask(town)
    head, kabid, admin = town["kepala_opd"], town["kabid"], town["admin"]
    await kabid.send_command("permohonan")
    await kabid.press("HST-2026-0001")
    await kabid.wait_for("Langkah 2 dari 10")
    await kabid.press("Lihat permohonan")
    await kabid.press("Lihat permohonan")
    await head.send_command("permohonan")
    await head.press("HST-2026-0001")
    await head.send_command("privasi")
    await head.press("Siapa yang membaca")
    told = await head.wait_for("Petugas yang membuka permohonan yang Anda ajukan")
    assert told.button("Data pribadi saya")
    kabid_lines = [line for line in told.text.splitlines() if "HST-2026-0001" in line]
    assert sorted(line.rpartition(" · ")[2] for line in kabid_lines) == ["kartu permohonan", "surat dan berkas"]
    await admin.send_command("menu")
    await admin.press("Catatan baca")
    assert "surat dan berkas" in (await admin.wait_for("Siapa membuka permohonan mana")).text
    menu = await kabid.wait_for("Langkah 2 dari 10", since=0)
    await kabid.press_data("n1:readings:0", menu)
    assert not any("Siapa membuka" in message.text for message in await kabid.messages())

"""What a hosting uses, as its OPD sees it in chat: on the card, as a picture, as the report of a month."""

from __future__ import annotations

import datetime as dt

from provisioning.usage_report import DayTraffic, HostingMeasurement, Measurement
from tests.unit.conversation.standing import DOMAIN, SLUG, add_hosting, card_of, card_saying, press_on_card
from tests.unit.conversation.town import Town
from workflows import words
from workflows.usage.figures import MB
from workflows.usage.hourly_count import count_due_servers
from workflows.words import WITA


async def counted(town: Town, *, disk: int) -> None:
    """Let the server be asked what its hostings use."""
    today = dt.datetime.now(WITA).date()
    traffic = DayTraffic(requests=1234, received_bytes=MB, sent_bytes=9 * MB, client_errors=3, server_errors=2)
    one = HostingMeasurement(slug=SLUG, disk_bytes=disk, inodes=500, database_bytes=0, days={today: traffic})
    town.fleet.measurement = Measurement(whole=True, hostings=(one,))
    await count_due_servers(town.app.office, town.app.database)


async def test_the_opd_sees_it_on_the_card_as_a_picture_and_as_a_report(town: Town) -> None:
    await add_hosting(town)
    head = town["kepala_opd"]
    assert "belum diukur" in (await card_of(head)).text
    await counted(town, disk=1024 * MB)
    card = await card_of(head)
    assert "Disk: ▓▓▓▓▓░░░░░ 50% · 1 GB dari 2 GB" in card.text
    assert "Lalu lintas 30 hari: 10 MB, 1.234 permintaan, 2 gagal" in card.text
    assert "Basis data" not in card.text
    await press_on_card(head, "Penggunaan")
    shown = await head.wait_for_file()
    assert (await head.download(shown)).startswith((b"\x89PNG", b"\xff\xd8"))
    assert shown.text.splitlines() == [
        f"Penggunaan {DOMAIN}, 30 hari terakhir",
        "Ruang berkas: 1 GB dari 2 GB (50%)",
        "Jumlah berkas (inode): 500 dari 200.000 (0%)",
        "Lalu lintas 10 MB, tertinggi 10 MB sehari",
        "Permintaan: 1.234, Ditolak (4xx): 3, Kesalahan server (5xx): 2",
    ]
    await press_on_card(head, "Laporan bulanan")
    await head.wait_for("Pilih bulan")
    today = dt.datetime.now(WITA).date()
    await head.press(f"{words.month(today.month)} {today.year}")
    assert (await head.download(await head.wait_for_file())).startswith(b"%PDF")
    await head.press("Kembali ke hosting")
    await head.wait_for("Keadaan:")


async def test_who_comes_near_a_limit_is_told_in_words(town: Town) -> None:
    await add_hosting(town)
    await counted(town, disk=1950 * MB)
    for role in ("kepala_opd", "tim_teknis", "engineer"):
        told = await town[role].wait_for("hampir penuh", since=0)
        assert f"Ruang disk {DOMAIN}" in told.text
        assert "Terpakai 95%: 1,9 GB dari 2 GB" in told.text


async def test_another_opd_gets_neither_card_nor_picture_nor_report(town: Town) -> None:
    await add_hosting(town)
    await counted(town, disk=MB)
    card = await card_saying(town["kepala_opd"], "Penggunaan")
    stranger = await town.move_in("kepala_opd", "drg. Lain", "DISDIK")
    menu = (await stranger.messages())[-1]
    hosting = card.button("Penggunaan")
    assert hosting is not None
    number = (hosting.data or "").rsplit(":", 1)[-1]
    for data in (hosting.data or "", f"d1:use_report:{number}:2026:11"):
        assert "bukan wewenang Anda" in (await stranger.press_data(data, menu)).text
    await stranger.press_data(f"n1:use_months:{number}", menu)
    await stranger.send_command("menu")
    await stranger.wait_for("Layanan DKISP")
    seen = await stranger.messages()
    assert not [message for message in seen if message.file or DOMAIN in message.text]

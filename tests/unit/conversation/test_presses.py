"""Presses that must not do anything: stale, doubled, forged, by the wrong person."""

from __future__ import annotations

import asyncio

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town


async def test_a_press_on_an_old_card_says_who_did_what_and_when(town: Town) -> None:
    kepala = town["kepala_dkisp"]
    await walk.until_decision(town)
    old = await kepala.wait_for("Langkah 5 dari 10", since=0)
    await walk.approve(town)
    await kepala.wait_for("Langkah 7 dari 10", since=0)
    late = await kepala.press("Setujui", message=old)
    assert late.text.startswith("HST-2026-0001 sudah disetujui oleh Andi Saputra pada")
    assert late.show_alert
    head = town["kepala_opd"]
    await head.wait_for("Surat Balasan", since=0)
    letters = [message for message in await head.messages() if message.text.startswith("Surat Balasan")]
    assert len(letters) == 1


async def test_two_presses_at_once_decide_once(town: Town) -> None:
    kepala = town["kepala_dkisp"]
    await walk.until_decision(town)
    await kepala.press("Setujui")
    question = await kepala.wait_for("akan disetujui")
    first, second = await asyncio.gather(
        kepala.press("Ya, setujui", message=question), kepala.press("Ya, setujui", message=question)
    )
    toasts = sorted([first.text, second.text], key=len)
    assert toasts[0] == "HST-2026-0001 disetujui."
    assert "sudah disetujui oleh Andi Saputra pada" in toasts[1]


async def test_nobody_presses_what_is_not_theirs(town: Town) -> None:
    await walk.ask(town)
    sub = town["sub_koordinator"]
    await sub.send_command("menu")
    menu = await sub.wait_for("Layanan DKISP")
    refused = await sub.press_data("c1:1:agendakan:2", menu)
    assert "bukan wewenang Anda" in refused.text
    unknown = await sub.press_data("c1:99:agendakan:1", menu)
    assert "tidak ditemukan" in unknown.text
    for forged in ("", "c1:1:agendakan", "x" * 64, "c1:1:hapus_semua:2", "n1:rahasia", "f1:pick:subdomain:x", "d1:rm"):
        if forged:
            assert (await sub.press_data(forged, menu)).text
    card = await town["bagian_umum"].wait_for("Langkah 2 dari 10", since=0)
    assert card.button("Agendakan") is not None


async def test_whoever_presses_for_a_screen_that_is_not_theirs_hears_that_the_button_leads_nowhere(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    for forged in ("n1:one_server:1", "n1:one_hosting:99"):
        await head.press_data(forged, menu)
        await head.wait_for("Tombol ini tidak berlaku lagi. Ketuk /menu")
    assert (await head.current(menu)).text == menu.text, "what was pressed stands as it was"


async def test_another_opd_sees_nothing_of_the_case(town: Town) -> None:
    await walk.ask(town)
    other = await town.move_in("kepala_opd", "dr. Lain Orang", "DISDIK")
    await other.send_command("permohonan")
    assert "HST" not in (await other.wait_for("Belum ada permohonan")).text
    menu = await other.wait_for("Belum ada permohonan")
    assert "OPD lain" in (await other.press_data("c1:1:tarik:2", menu)).text
    await other.press_data("n1:fresh_case:1", menu)
    await other.send_command("hosting")
    await other.wait_for("Belum ada hosting")
    assert not any("HST" in message.text for message in await other.messages())


async def test_a_button_of_an_earlier_question_changes_nothing(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    question, _ = await head.find_button("Unggah surat")
    await head.press("Buatkan surat", message=question)
    await head.wait_for("nomor surat")
    late = await head.press("Unggah surat", message=question)
    assert "sudah dijawab" in late.text
    assert (await head.wait_for("nomor surat", since=0)).button("Lewati") is not None

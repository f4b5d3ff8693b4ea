"""Every year the head says whether a hosting is still needed; who does not answer is reminded, the Kabid decides."""

from __future__ import annotations

import datetime as dt

import pytest

from provisioning.spec import State
from tests.unit.conversation.standing import (
    DOMAIN,
    add_hosting,
    all_on_card,
    card_of,
    lines,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.town import Town
from workflows.hosting import renewal, undecided
from workflows.hosting.renewal import anniversary, stage
from workflows.store import endings, hostings, renewals
from workflows.words import WITA

ASKED = "Apakah hosting ini masih diperlukan?"
OVER = "Hosting tidak diperpanjang"


@pytest.mark.parametrize(
    ("left", "messages"),
    [(61, 0), (60, 1), (31, 1), (30, 2), (7, 3), (1, 3), (0, 4), (-1, 5), (-7, 5), (-8, 6), (-15, 7)],
)
def test_each_message_has_its_day(left: int, messages: int) -> None:
    assert stage(left) == messages


@pytest.mark.parametrize(
    ("made", "after", "due"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1), dt.date(2027, 3, 1)),
        (dt.date(2024, 2, 29), dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), dt.date(2027, 12, 1), dt.date(2028, 2, 29)),
        (dt.date(2020, 6, 1), dt.date(2026, 5, 31), dt.date(2026, 6, 1)),
    ],
)
def test_it_is_due_on_its_anniversary(made: dt.date, after: dt.date, due: dt.date) -> None:
    assert anniversary(made, after) == due


async def due_in(town: Town, days: int) -> None:
    """Let the question about the town's hosting be due in so many days, and the office look."""
    async with town.app.database.write() as work:
        await renewal.ask_what_is_due(work)
        row = await renewals.newest(work, (await the_hosting(town)).id)
        assert row is not None
        row.due_on = work.now.astimezone(WITA).date() + dt.timedelta(days=days)
    for _ in range(2):
        async with town.app.database.write() as work:
            await renewal.ask_what_is_due(work)


async def told(town: Town, role: str, words: str) -> int:
    return len([message for message in await town[role].messages() if words in message.text])


async def test_the_head_is_reminded_four_times_and_answers_once(town: Town) -> None:
    await add_hosting(town)
    head = town["kepala_opd"]
    for count, days in enumerate((60, 30, 7, 0), start=1):
        await due_in(town, days)
        await head.wait_for(f"{days} hari lagi" if days else "(hari ini)")
        assert await told(town, "kepala_opd", ASKED) == count
    assert await told(town, "kabid", OVER) == 0
    reminder = await head.wait_for("(hari ini)", since=0)
    await head.send_command("tugas")
    listed = await head.wait_for("Tugas Anda")
    assert DOMAIN in listed.text
    assert listed.button(DOMAIN) is not None
    await head.press("Masih diperlukan", message=reminder)
    question = await head.wait_for("Masih benar?")
    assert town["tim_teknis"].name in question.text
    await head.press("Ya, masih benar")
    await head.wait_for("Periksa kembali isian")
    await head.press("Perpanjang satu tahun")
    await head.wait_for("Keadaan:")
    await due_in_a_year(town)
    assert await lines(town) == ["hosting.renew"]
    card = await card_of(head)
    assert card.button("Masih diperlukan") is None
    answer = await head.press_data("d1:order:renew:1:1", card)
    assert "belum waktunya" in answer.text
    assert await told(town, "kepala_opd", "Masih benar?") == 0, "no form began"
    await head.wait_for("dinyatakan masih diperlukan", since=0)
    assert [m.text for m in await head.messages() if m.button("Masih diperlukan")] == []


async def due_in_a_year(town: Town) -> None:
    async with town.app.database.write() as work:
        await renewal.ask_what_is_due(work)
        row = await renewals.newest(work, (await the_hosting(town)).id)
        assert row is not None
        assert row.confirmed_at is None
        assert (row.due_on - work.now.date()).days > 300


async def test_nobody_answers_and_the_kabid_decides_by_button(town: Town) -> None:
    await add_hosting(town)
    kabid = town["kabid"]
    await due_in(town, -1)
    message = await kabid.wait_for(OVER, since=0)
    assert await told(town, "kepala_opd", ASKED) == 0
    assert (await the_hosting(town)).spec.state is State.ACTIVE, "time decides nothing"
    for role, listed in (("kabid", True), ("kepala_opd", True), ("tim_teknis", False), ("kepala_dkisp", False)):
        await town[role].send_command("tugas")
        tasks = await town[role].wait_for("Tugas Anda" if listed else "Tidak ada tugas")
        assert (DOMAIN in tasks.text) is listed, role
    await kabid.press("Arsipkan", message=message)
    await kabid.wait_for("Apa alasannya")
    await kabid.send_text("Tidak diperpanjang.")
    await kabid.wait_for("Periksa kembali isian")
    await kabid.press("Arsipkan")
    await kabid.press("Ya, arsipkan")
    await town["kepala_opd"].wait_for("sudah diarsipkan")
    await due_in(town, -8)
    assert await told(town, "kabid", OVER) == 1, "what was decided is asked no more"


async def test_what_was_archived_is_removed_after_its_time_and_stays_in_the_record(town: Town) -> None:
    await add_hosting(town)
    kabid, head = town["kabid"], town["kepala_opd"]
    await press_on_card(kabid, "Arsipkan")
    await kabid.send_text("Tidak diperlukan lagi.")
    await kabid.wait_for("Periksa kembali isian")
    await kabid.press("Arsipkan")
    await kabid.press("Ya, arsipkan")
    await head.wait_for("sudah diarsipkan")
    assert "Hapus" not in await all_on_card(kabid), "its time has not come"
    assert "baru boleh dihapus mulai" in (await kabid.press_data("d1:order:remove:1:2", await card_of(kabid))).text
    engineer = town["engineer"]
    assert "Aktifkan kembali" not in await all_on_card(engineer), "the Kabid archived it"
    answer = await engineer.press_data("d1:order_sure:resume:1:2", await card_of(engineer))
    assert "atas keputusan Kabid" in answer.text
    async with town.app.database.write() as work:
        row = await endings.present(work, (await the_hosting(town)).id)
        assert row is not None
        row.remove_on = work.now.astimezone(WITA).date()
    for _ in range(2):
        async with town.app.database.write() as work:
            await undecided.remind(work)
    await kabid.wait_for("Masa simpan arsip")
    assert await told(town, "kabid", "Masa simpan arsip") == 1
    await kabid.press("Hapus", message=await kabid.wait_for("Masa simpan arsip", since=0))
    await kabid.wait_for("cadangan terakhir")
    await kabid.send_text("Lemari 2, e-lama.age")
    await kabid.wait_for("Periksa kembali isian")
    await kabid.press("Hapus")
    await kabid.press("Ya, hapus")
    await head.wait_for("sudah dihapus dari server")
    gone = await the_hosting(town)
    assert (gone.state, gone.spec.state) == ("released", State.REMOVED)
    assert await lines(town) == ["hosting.archive", "hosting.applied", "hosting.remove", "hosting.applied"]
    await head.send_command("hosting")
    await head.wait_for("Belum ada hosting")
    async with town.app.database.read() as work:
        assert not await hostings.domain_held(work, DOMAIN, except_case=None), "the name is free again"

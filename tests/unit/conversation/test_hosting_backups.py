"""Cadangkan and Pulihkan from the hosting's card: who may, what is asked, what is told, and what engineers hear."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest

from bot.sandbox.client import SandboxUser
from provisioning.agent.backup.wire import RestorePart
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from tests.unit.conversation.standing import (
    add_hosting,
    all_on_card,
    card_of,
    card_saying,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.town import DRILLED, Town
from workflows.calendar.nights import night_of
from workflows.hosting.backups import nightly, ordering
from workflows.hosting.opening import new_job
from workflows.store import backups, hostings, ledger
from workflows.store.tables import Move
from workflows.words import WITA

AWAY = ProvisioningError(ErrorCode.BACKUP_UNREACHABLE, "dial tcp: connection refused", step="backup")


@pytest.fixture
async def kept(town: Town) -> Town:
    """A town whose server keeps backups, with one hosting."""
    await add_hosting(town)
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
    return town


async def back_up(user: SandboxUser) -> None:
    await press_on_card(user, "Cadangkan")
    await user.wait_for("sudah dibuat")


async def choose(user: SandboxUser, part: str, place: str, *, path: str = "") -> None:
    await press_on_card(user, "Pulihkan")
    await user.wait_for("cadangan yang mana?")
    await user.press("diminta")
    await user.wait_for("Apa yang dipulihkan?")
    await user.press(part)
    if path:
        await user.wait_for("diawali public/")
        await user.send_text(path)
    await user.wait_for("Ke mana hasil pemulihan")
    await user.press(place)
    await user.press("Pulihkan")


async def test_a_path_that_cannot_be_is_refused_as_it_is_typed(kept: Town) -> None:
    team = kept["tim_teknis"]
    await back_up(team)
    await press_on_card(team, "Pulihkan")
    await team.wait_for("cadangan yang mana?")
    await team.press("diminta")
    await team.wait_for("Apa yang dipulihkan?")
    await team.press("Satu berkas atau folder")
    for wrong in ("etc/passwd", "public/../private", "unggah/foto.jpg"):
        await team.wait_for("diawali public/")
        await team.send_text(wrong)
        await team.wait_for("public/unggah/foto.jpg")
    await team.send_text("public/unggah/foto.jpg")
    await team.wait_for("Ke mana hasil pemulihan")


async def test_an_order_that_cannot_be_given_yet_keeps_its_answers_until_it_can(kept: Town) -> None:
    team = kept["tim_teknis"]
    await back_up(team)
    hosting = await the_hosting(kept)
    await press_on_card(team, "Pulihkan")
    await team.wait_for("cadangan yang mana?")
    await team.press("diminta")
    await team.wait_for("Apa yang dipulihkan?")
    await team.press("Semua berkas dan basis data")
    await team.wait_for("Ke mana hasil pemulihan")
    await team.press("Ke folder baru (private)")
    async with kept.app.database.write() as work:
        move = Move(
            hosting_id=hosting.id, source_id=1, target_id=1, uuid=str(uuid.uuid4()), phase="agreed", attempt=0,
            error={}, asked_by=1, due_at=work.now, created_at=work.now,
        )  # fmt: skip
        work.add(move)
    await team.press("Pulihkan")
    await team.press("Ya, pulihkan")
    await team.wait_for("sedang dikerjakan")
    async with kept.app.database.write() as work:
        (await work.session.get_one(Move, move.id)).phase = "undone"
    await team.press("Pulihkan")
    await team.press("Ya, pulihkan")
    await team.wait_for("sudah dipulihkan")
    assert [str(order.part) for order in kept.fleet.restored] == ["whole"]


async def record(town: Town) -> list[str]:
    async with town.app.database.read() as work:
        return [line.action async for line, _ in ledger.lines(work) if line.action.startswith("backup.")]


async def test_the_tim_teknis_keeps_it_and_the_head_gets_one_file_back(kept: Town) -> None:
    team, head = kept["tim_teknis"], kept["kepala_opd"]
    await back_up(team)
    await choose(head, "Satu berkas atau folder", "Ganti isi sekarang", path="public/unggah/foto kita.jpg")
    await head.press("Ya, pulihkan")
    told = await head.wait_for("sudah dipulihkan")
    assert "disimpan sebagai cadangan" in told.text
    order = kept.fleet.restored[-1]
    colleague = await team.wait_for("memulihkan sebagian berkas", since=0)
    assert "dr. Siti Rahma" in colleague.text
    assert not [one for one in await head.messages() if "memulihkan sebagian" in one.text], "who did it knows"
    assert (order.part, order.path, order.beside) == (RestorePart.PATH, "public/unggah/foto kita.jpg", "")
    assert await record(kept) == ["backup.asked", "backup.snapshot", "backup.restore_asked", "backup.restore"]


async def taken_at(town: Town, *moments: dt.datetime) -> list[str]:
    """Let the town's hosting have nightly snapshots of these moments; return their ids in the repository."""
    hosting = await the_hosting(town)
    ids = [f"{place:064x}" for place in range(1, len(moments) + 1)]
    async with town.app.database.write() as work:
        for snapshot, moment in zip(ids, moments, strict=True):
            values = {
                "server_id": 1, "hosting_id": hosting.id, "deed": "snapshot", "reason": "nightly", "key": snapshot,
                "request_id": snapshot[-40:], "state": "done", "due_at": moment, "finished_at": moment,
                "snapshot": snapshot,
            }  # fmt: skip
            await backups.put(work, values)
    return ids


async def test_of_many_snapshots_the_month_is_chosen_first_and_the_question_names_what_is_lost(kept: Town) -> None:
    team = kept["tim_teknis"]
    old = [dt.datetime(2025, month, 3, 1, 40, tzinfo=WITA) for month in range(1, 11)]
    november = [dt.datetime(2025, 11, day, 1, 40, tzinfo=WITA) for day in range(1, 14)]
    ids = await taken_at(kept, *old, *november)
    await press_on_card(team, "Pulihkan")
    asked = await team.wait_for("Cadangan bulan apa?")
    assert asked.labels[0] == "November 2025 (13)"
    assert asked.button("Januari 2025 (1)") is not None
    await team.press("Februari 2025 (1)")
    listed = await team.wait_for("cadangan yang mana?")
    assert [label for label in listed.labels if "2025" in label] == ["3 Feb 2025 01.40 · malam"]
    await team.press("3 Feb 2025 01.40")
    await team.press("Semua berkas dan basis data", message=await team.wait_for("Apa yang dipulihkan?"))
    await team.press("Ganti isi sekarang", message=await team.wait_for("Ke mana hasil pemulihan"))
    await team.press("Ubah", message=await team.wait_for("Periksa kembali isian"))
    await team.press("Bulan")
    await team.press("Maret 2025 (1)", message=await team.wait_for("Cadangan bulan apa?"))
    await team.press("3 Mar 2025 01.40", message=await team.wait_for("cadangan yang mana?"))
    await team.press("Pulihkan", message=await team.wait_for("Periksa kembali isian"))
    question = await team.wait_for("digantikan isi cadangan 3 Maret 2025 pukul 01.40 WITA")
    assert "semua berkas dan basis data" in question.text
    await team.press("Ya, pulihkan")
    await team.wait_for("sudah dipulihkan")
    assert [order.snapshot for order in kept.fleet.restored] == [ids[2]]


async def test_beside_says_in_which_folder(kept: Town) -> None:
    team = kept["tim_teknis"]
    await back_up(team)
    await choose(team, "Semua berkas dan basis data", "Ke folder baru (private)")
    question = await team.wait_for("Pulihkan?")
    assert "situs tidak berubah" in question.text
    assert "digantikan" not in question.text
    await team.press("Ya, pulihkan")
    told = await team.wait_for("situs tidak berubah")
    assert f"private/{kept.fleet.restored[-1].beside}" in told.text


async def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_done(kept: Town) -> None:
    team, kabid = kept["tim_teknis"], kept["kabid"]
    assert "Pulihkan" not in await all_on_card(team), "there is nothing to restore from"
    nothing = await team.press_data("d1:order:restore:1:1", await card_of(team))
    assert "Belum ada cadangan" in nothing.text
    assert kept.fleet.restored == []
    card = await card_of(kabid)
    assert not {"Cadangkan", "Pulihkan"} & {*await all_on_card(kabid)}
    own = await card_saying(team, "Cadangkan")
    stolen = (own.button("Cadangkan") or own.buttons[0]).data or ""
    assert "bukan wewenang Anda" in (await kabid.press_data(stolen, card)).text


async def test_a_repository_that_is_away_is_told_to_the_engineers_and_to_who_asked(kept: Town) -> None:
    team, engineer = kept["tim_teknis"], kept["engineer"]
    refusal = ProvisioningError(ErrorCode.SNAPSHOT_MISSING, "the snapshot holds nothing at that place", step="restore")
    await back_up(team)
    kept.fleet.failures.append(refusal)
    await choose(team, "Basis data", "Ganti isi sekarang")
    await team.press("Ya, pulihkan")
    await team.wait_for("tetap seperti sebelum dipulihkan")
    alert = await engineer.wait_for("Cadangan gagal", since=0)
    assert "tidak ada di dalamnya" in alert.text
    assert alert.button("Lanjutkan tanpa cadangan") is None


async def test_a_change_that_waits_goes_on_by_an_engineers_button_alone(kept: Town) -> None:
    hosting = await the_hosting(kept)
    kept.fleet.failures.append(AWAY)
    async with kept.app.database.write() as work:
        waiting = await ordering.before_risky_change(work, hosting, new_job(work, hosting))
    assert waiting is not None
    engineer, kabid = kept["engineer"], kept["kabid"]
    alert = await engineer.wait_for("menunggu cadangannya", since=0)
    button = alert.button("Lanjutkan tanpa cadangan")
    assert button is not None
    assert "bukan wewenang Anda" in (await kabid.press_data(button.data or "", await card_of(kabid))).text
    await engineer.press("Lanjutkan tanpa cadangan", message=alert)
    async with kept.app.database.read() as work:
        row = await backups.get(work, waiting.id)
    assert row is not None
    assert row.state == "skipped"
    assert await record(kept) == ["backup.skipped"]


@pytest.mark.parametrize("is_whole", [True, False])
async def test_a_drill_is_told_to_engineers_and_kabid_and_kept_in_the_record(kept: Town, is_whole: bool) -> None:
    await back_up(kept["tim_teknis"])
    if not is_whole:
        different = ("public/<b>index</b>.php", "public/a.css")
        kept.fleet.drilled = dataclasses.replace(DRILLED, different=different, different_count=2, has_database=False)
    async with kept.app.database.write() as work:
        (drill,) = [order for order in await nightly.lacking(work, night_of(work.now)) if order["deed"] == "drill"]
        await backups.put(work, {**drill, "reason": "nightly", "request_id": str(uuid.uuid4()), "due_at": work.now})
    for role in ("engineer", "kabid"):
        told = (await kept[role].wait_for("Uji pemulihan bulanan", since=0)).text
        assert "1.234" in told
        assert ("berhasil" in told, "public/<b>index</b>.php" in told, "12 tabel" in told) == (
            is_whole,
            not is_whole,
            is_whole,
        )
    for role in ("kepala_opd", "tim_teknis", "bagian_umum"):
        assert not [m for m in await kept[role].messages() if "Uji pemulihan" in m.text]
    assert (await record(kept))[-1] == "backup.drill"


async def test_the_card_says_where_there_is_no_backup_and_marks_an_old_one(kept: Town) -> None:
    team = kept["tim_teknis"]
    assert "⚠️ Belum ada cadangan" in (await card_of(team)).text
    await back_up(team)
    assert "\nCadangan terakhir: " in (await card_of(team)).text, "a fresh one has no mark"
    async with kept.app.database.write() as work:
        row = (await backups.snapshots_of(work, 1, limit=1))[0]
        row.finished_at = work.now - dt.timedelta(days=2, hours=1)
    assert "⚠️ Cadangan terakhir: " in (await card_of(team)).text

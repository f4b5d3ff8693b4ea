"""A hosting's card has few buttons for everybody: what is next, then groups of what belongs together."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from bot.screens.hosting.groups import ROOM
from provisioning.agent.backup.wire import BackupAction, SnapshotReason
from provisioning.spec import Kind
from tests.unit.conversation.standing import add_hosting, all_on_card, card_of, press_on_card
from tests.unit.conversation.town import NAMES, Town
from workflows.store import backups, hostings
from workflows.store.tables import BackupState

FULL: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}
ONWARDS = ("Daftar hosting", "Menu")
GROUPED = {
    "kepala_opd": ["🔑 Akses", "🌐 Situs", "💾 Cadangan", "📊 Laporan", "⚙️ Layanan"],
    "tim_teknis": ["🔑 Akses", "🌐 Situs", "💾 Cadangan", "📊 Laporan", "⚙️ Layanan"],
    "engineer": ["🔍 Periksa", "💾 Cadangan", "📊 Laporan", "Tangguhkan", "🛠 Perawatan"],
}


@pytest.fixture
async def full(town: Town) -> Town:
    """A town whose hosting can do all that a hosting can."""
    await add_hosting(town, **FULL)
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
        taken = {
            "server_id": 1,
            "hosting_id": 1,
            "deed": BackupAction.SNAPSHOT,
            "reason": SnapshotReason.NIGHTLY,
            "snapshot": "a" * 64,
        }
        done = {"key": "night", "request_id": "night", "due_at": work.now, "state": BackupState.DONE}
        await backups.put(work, {**taken, **done, "finished_at": work.now})
    return town


def own(card: ScreenMessage) -> list[str]:
    """Return the card's buttons but for the ways to list and menu."""
    return [label for label in card.labels if not any(word in label for word in ONWARDS)]


async def open_group(user: SandboxUser, group: str) -> ScreenMessage:
    await user.press(group, message=await card_of(user))
    return await user.wait_for(lambda message: message.button("Kembali ke hosting") is not None)


async def test_everybody_reads_the_card_at_a_glance(full: Town) -> None:
    for role in NAMES:
        assert len(own(await card_of(full[role]))) <= ROOM, role
    for role, labels in GROUPED.items():
        assert own(await card_of(full[role])) == labels


async def test_a_group_says_what_it_is_for_and_leads_back(full: Town) -> None:
    head = full["kepala_opd"]
    opened = await open_group(head, "Layanan")
    assert "Paket, alamat, pengelola" in opened.text
    wanted = ["Ubah paket", "Tambah alamat", "Alihkan ke OPD lain", "Hentikan layanan", "Perbarui Tim Teknis"]
    assert set(opened.labels) == {*wanted, "Kembali ke hosting"}
    await head.press("Kembali ke hosting", message=opened)
    card = await head.wait_for("Keadaan: aktif")
    assert card.id == opened.id, "the message changes under the finger"


async def test_nothing_stands_twice_and_nothing_is_lost_behind_the_groups(full: Town) -> None:
    for role in ("kepala_opd", "tim_teknis", "engineer", "kabid"):
        labels = [label for label in await all_on_card(full[role]) if label != "Kembali ke hosting"]
        assert len(labels) == len({*labels}), role
    there = {re.sub(r"^\W+", "", label) for label in await all_on_card(full["tim_teknis"])}
    assert {"Ganti kata sandi", "Kunci SFTP", "Versi PHP", "Folder situs", "Tugas terjadwal", "Cadangkan", "Pulihkan",
            "Salin basis data", "Impor basis data", "Log situs", "Penggunaan", "Laporan bulanan"} <= there  # fmt: skip


async def test_what_is_next_stands_on_the_card_itself(full: Town) -> None:
    team, engineer = full["tim_teknis"], full["engineer"]
    await press_on_card(team, "Ganti kata sandi")
    await team.press("SFTP", message=await team.wait_for("Kata sandi mana"))
    await team.press("Ganti kata sandi", message=await team.wait_for("Yang diganti"))
    await team.press("Ya, ganti")
    await team.wait_for("sudah diganti")
    assert own(await card_of(team))[0] == "Tampilkan kredensial"
    await press_on_card(engineer, "Tangguhkan")
    await engineer.send_text("Situs disisipi halaman judi.")
    await engineer.press("Lewati")
    await engineer.wait_for("Periksa kembali isian")
    await engineer.press("Tangguhkan")
    await engineer.press("Ya, tangguhkan")
    await engineer.wait_for("sudah ditangguhkan")
    assert "Aktifkan kembali" in own(await card_of(engineer))


async def test_an_old_or_forged_group_shows_the_card_and_a_strangers_shows_nothing(full: Town) -> None:
    engineer = full["engineer"]
    card = await card_of(engineer)
    for group in ("akses", "kini", "apa", "situs", ""):
        await engineer.press_data(f"n1:hosting_group:1:{group}", card)
    await engineer.press("Perawatan", message=card)
    await engineer.wait_for("Pekerjaan DKISP")
    assert all(
        "Keadaan:" in version.text or "Pekerjaan" in version.text for version in (await engineer.current(card)).versions
    )
    assert [message for message in await engineer.messages() if "Akses" in message.text] == []
    neighbour = await full.move_in("kepala_opd", "drs. Tetangga", "DISDIK")
    await neighbour.press_data("n1:hosting_group:1:layanan", (await neighbour.messages())[-1])
    await neighbour.send_command("menu")
    await neighbour.wait_for("Layanan DKISP")
    assert not [message for message in await neighbour.messages() if message.button("Ubah paket")]


async def test_the_only_hosting_of_an_opd_is_shown_at_once_and_several_are_listed(full: Town) -> None:
    head = full["kepala_opd"]
    await head.send_command("menu")
    await head.press("Hosting")
    card = await head.wait_for("Keadaan: aktif")
    assert card.button("Layanan") is not None
    assert card.button("Daftar hosting") is None
    await add_hosting(full, "e-kedua")
    await head.send_command("hosting")
    listed = await head.wait_for("e-kedua")
    await head.press("e-kedua.tarakankota.go.id", message=listed)
    await head.press("Daftar hosting", message=await head.wait_for(lambda message: bool(message.button("Layanan"))))
    assert len((await head.wait_for("e-kedua")).buttons) == len(listed.buttons)

"""What the Tim Teknis changes of its hosting in chat: keys, PHP, the folder, timed scripts. What is wanted follows."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path
from typing import Any

from bot.sandbox.client import SandboxUser
from provisioning.spec import CronJob, HostingSpec, Kind, PhpSettings
from tests.unit.conversation.standing import add_hosting, all_on_card, lines, press_on_card, the_hosting
from tests.unit.conversation.town import Town
from workflows.store import hostings
from workflows.store.tables.servers import NOTHING_TOLD

PHP: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3"}


async def wanted(town: Town) -> HostingSpec:
    return (await the_hosting(town)).spec


def new_key(folder: Path, name: str) -> tuple[str, str]:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True)
    told = subprocess.run(["ssh-keygen", "-lf", str(path)], check=True, capture_output=True, text=True)
    return path.with_suffix(".pub").read_text(), told.stdout.split()[1]


async def change(user: SandboxUser, what: str) -> None:
    await user.press("Ubah", message=await user.wait_for("Ringkasan"))
    await user.press(what, message=await user.wait_for("Jawaban mana yang akan diubah"))


async def test_a_key_is_checked_shown_by_its_fingerprint_added_and_taken_away(town: Town, tmp_path: Path) -> None:
    await add_hosting(town)
    team, (line, fingerprint) = town["tim_teknis"], new_key(tmp_path, "budi-laptop")
    await press_on_card(team, "Kunci SFTP")
    await team.wait_for("kunci PUBLIK")
    await team.send_text((tmp_path / "budi-laptop").read_text())
    await team.wait_for("kunci PRIVAT")
    await team.send_text(line)
    summary = await team.wait_for("sidik jari")
    assert fingerprint in summary.text
    await team.press("Simpan")
    done = await team.wait_for("sudah ditambahkan")
    assert fingerprint in done.text
    assert (await wanted(town)).ssh_keys == (" ".join(line.split()[:2]),)
    assert fingerprint in (await town["kepala_opd"].wait_for("Budi Santoso menambahkan kunci SFTP", since=0)).text

    await press_on_card(team, "Kunci SFTP")
    asked = await team.wait_for("budi-laptop")
    assert all(word in asked.text for word in (fingerprint, "ditambahkan Budi Santoso"))
    await team.press("Hapus budi-laptop")
    await team.press("Simpan")
    await team.wait_for("tidak lagi membuka")
    assert (await wanted(town)).ssh_keys == ()
    assert await lines(town) == ["hosting.ssh_keys", "hosting.applied"] * 2


async def test_a_key_that_went_with_a_former_owner_can_be_added_again(town: Town, tmp_path: Path) -> None:
    await add_hosting(town)
    team, (line, _) = town["tim_teknis"], new_key(tmp_path, "budi-laptop")
    for _ in range(2):
        await press_on_card(team, "Kunci SFTP")
        await team.wait_for("kunci PUBLIK")
        await team.send_text(line)
        await team.press("Simpan")
        await team.wait_for("sudah ditambahkan")
        async with town.app.database.write() as work:
            hosting = await hostings.lock(work, (await the_hosting(town)).id)
            assert hosting is not None
            hosting.spec = dataclasses.replace(hosting.spec, ssh_keys=())


async def test_php_is_offered_in_the_versions_of_the_server_and_within_the_package(town: Town) -> None:
    await add_hosting(town, **PHP)
    async with town.app.database.write() as work:
        server = (await hostings.servers(work))[0]
        server.facts = dataclasses.replace(NOTHING_TOLD, php_versions=("8.2", "8.3", "8.4"))
    team = town["tim_teknis"]
    await press_on_card(team, "Versi PHP")
    summary = await team.wait_for("Memori skrip")
    assert all(word in summary.text for word in ("PHP 8.3", "64 MB", "128 MB", "30 detik", "WITA"))
    for what, choice in (("Versi PHP", "PHP 8.4"), ("Unggahan", "256 MB"), ("Zona waktu", "WIB")):
        await change(team, what)
        await team.press(choice)
    await change(team, "Memori skrip")
    question = await team.wait_for("Berapa memori")
    assert question.button("512 MB") is None
    await team.press("256 MB")
    await team.press("Terapkan")
    await team.wait_for("sudah diatur")
    spec = await wanted(town)
    assert spec.php_version == "8.4"
    assert spec.php == PhpSettings(upload_mb=256, memory_mb=256, timezone="Asia/Jakarta")


async def test_what_changes_nothing_is_said_so(town: Town) -> None:
    await add_hosting(town, **PHP)
    team = town["tim_teknis"]
    await press_on_card(team, "Versi PHP")
    await team.wait_for("Memori skrip")
    await team.press("Terapkan")
    await team.wait_for("tidak ada yang diubah")
    assert (await the_hosting(town)).wanted_revision == 1


async def test_a_folder_below_public_is_shown_and_no_other(town: Town) -> None:
    await add_hosting(town)
    team = town["tim_teknis"]
    await press_on_card(team, "Folder situs")
    await team.wait_for("Folder mana")
    for wrong in ("public/../private", "etc/passwd", "private", "public/.git"):
        await team.send_text(wrong)
        await team.wait_for("Bentuknya belum sesuai")
    await team.send_text("public/app/public")
    await team.press("Terapkan")
    await team.wait_for("public/app/public")
    assert (await wanted(town)).document_root == "public/app/public"


async def test_scripts_run_by_the_clock_at_most_five_and_are_taken_off_again(town: Town) -> None:
    present = tuple(CronJob(script=f"private/{n}.php", minutes=60) for n in range(4))
    await add_hosting(town, **PHP, cron=present)
    team = town["tim_teknis"]
    await press_on_card(team, "Tugas terjadwal")
    assert "1. private/0.php, tiap 60 menit" in (await team.wait_for("Apa yang Anda inginkan")).text
    await team.press("Tambah tugas")
    await team.wait_for("Skrip PHP mana")
    await team.send_text("private/tugas; rm -rf /")
    await team.wait_for("Bentuknya belum sesuai")
    await team.send_text("private/tugas/kirim.php")
    await team.press("Tiap minggu")
    await team.press("Minggu")
    await team.wait_for("Pukul berapa")
    await team.send_text("02.30")
    await team.press("Simpan")
    await team.wait_for("tiap Minggu pukul 02.30")
    job = CronJob(script="private/tugas/kirim.php", at="02:30", weekday="Sun")
    assert (await wanted(town)).cron == (*present, job)

    await press_on_card(team, "Tugas terjadwal")
    await team.press("Tambah tugas")
    await team.send_text("private/lagi.php")
    await team.press("Tiap 5 menit")
    await team.press("Simpan")
    await team.wait_for("sudah memiliki 5 tugas")

    await team.press("✏️ Ubah")
    await team.press("Perubahan")
    await team.press("Hapus nomor 2")
    await team.press("Simpan")
    await team.wait_for("sudah dihapus")
    assert (await wanted(town)).cron == (present[0], *present[2:], job)


async def test_a_static_site_has_no_php_to_set(town: Town) -> None:
    await add_hosting(town)
    there = await all_on_card(town["tim_teknis"])
    assert "Kunci SFTP" in there
    assert not {"Versi PHP", "Tugas terjadwal"} & {*there}

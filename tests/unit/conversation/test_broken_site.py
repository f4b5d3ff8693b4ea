"""A site whose own application answers with an error can be changed, and so repaired; its owner reads what is wrong."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.sandbox.client import SandboxUser
from provisioning.outside import NO_PAGE
from provisioning.spec import Kind
from tests.unit.conversation.standing import add_hosting, card_of, lines, press_on_card, the_hosting
from tests.unit.conversation.test_hosting_backups import back_up, choose
from tests.unit.conversation.test_own_files import ask_for_dump, ask_for_import
from tests.unit.conversation.test_own_passwords import ask_for, given, shown
from tests.unit.conversation.test_own_wishes import change
from tests.unit.conversation.town import Town, failure
from workflows.store import hostings
from workflows.store.tables.servers import NOTHING_TOLD

WITH_DATABASE: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.2", "database": True}


async def alarms(town: Town) -> list[str]:
    return [message.text for message in await town["engineer"].messages() if "🔴" in message.text]


async def test_an_import_mends_it(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    town.fleet.front = 500
    await ask_for_dump(team, "Folder private saja")
    done = await team.wait_for("sudah disalin")
    assert "menampilkan pesan kesalahan (500); perubahan sudah diterapkan" in done.text
    await ask_for_import(team, "salinan.sql.gz")
    await team.wait_for("sudah diimpor")
    assert town.fleet.loaded == ["salinan.sql.gz"]
    assert await alarms(town) == []
    assert await lines(town) == ["hosting.dump", "hosting.applied", "hosting.load", "hosting.applied"]


async def test_a_new_password_of_the_database_is_shown_to_whoever_can_mend_it_with_it(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, head = town["tim_teknis"], town["kepala_opd"]
    town.fleet.front_then = 500
    await ask_for(team, "Basis data")
    done = await team.wait_for("sudah diganti")
    assert "sekarang situs menampilkan pesan kesalahan (500)" in done.text
    assert "berkas konfigurasi situs; setelah itu situs terbuka lagi" in done.text
    await head.wait_for("menampilkan pesan kesalahan (500); sebelumnya terbuka", since=0)
    assert await shown(team) == given(town)
    assert await alarms(town) == []


async def test_whatever_a_look_says_the_password_that_holds_is_shown(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unseen = {"dns": "no address"}
    await ask_for(team, "Basis data")
    said = await team.wait_for("pemeriksaan dari luar belum lulus")
    assert "sudah diterapkan di server" in said.text
    assert "dns: no address" in (await engineer.wait_for("Perubahan hosting gagal", since=0)).text
    assert await shown(team) == given(town)
    town.fleet.unseen, town.fleet.failures = {}, [failure()]
    await ask_for(team, "SFTP")
    await team.wait_for("belum berhasil")
    assert (await card_of(team)).button("Tampilkan kredensial") is None, "the new one is not on the server"


async def test_a_choice_that_breaks_it_is_told_with_the_way_back(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    await offer_php(town)
    team, head = town["tim_teknis"], town["kepala_opd"]
    town.fleet.front_then = 500
    await choose_php(team, "PHP 8.3")
    told = await team.wait_for("sudah diatur")
    assert "Sebelum perubahan ini" in told.text
    assert "Kembalikan pilihan yang lama melalui" in told.text
    await head.wait_for("menampilkan pesan kesalahan (500); sebelumnya terbuka", since=0)
    town.fleet.front_then = 200
    await team.press("Versi PHP", message=told)
    await change(team, "Versi PHP")
    await team.press("PHP 8.2")
    await team.press("Terapkan")
    back = await team.wait_for("sudah diatur")
    assert "⚠️" not in back.text
    assert (await the_hosting(town)).spec.php_version == "8.2"
    assert await alarms(town) == []


async def offer_php(town: Town) -> None:
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].facts = dataclasses.replace(NOTHING_TOLD, php_versions=("8.2", "8.3"))


async def choose_php(user: SandboxUser, version: str) -> None:
    await press_on_card(user, "Versi PHP")
    await change(user, "Versi PHP")
    await user.press(version)
    await user.press("Terapkan")


async def test_it_is_restored_also_after_an_order_that_failed(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
    team = town["tim_teknis"]
    await back_up(team)
    town.fleet.front = 500
    town.fleet.failures.append(failure())
    await ask_for(team, "Basis data")
    await team.wait_for("belum berhasil")
    await choose(team, "Semua berkas dan basis data", "Ganti isi sekarang")
    await team.press("Ya, pulihkan")
    await team.wait_for("sudah dipulihkan")
    assert [str(order.part) for order in town.fleet.restored] == ["whole"]


async def test_what_was_asked_beside_is_done_whatever_a_look_says_and_engineers_hear_of_the_look(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unseen = {"dns": "no address"}
    await ask_for_import(team, "salinan.sql.gz")
    await team.wait_for("sudah diimpor")
    alarm = await engineer.wait_for("Pemeriksaan dari luar belum lulus", since=0)
    assert "dns: no address" in alarm.text
    assert alarm.button("Coba lagi") is None, "a second import would undo what was written since"


async def test_an_ended_certificate_and_a_site_that_is_silent_are_told_and_fail_nothing(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    town.fleet.front, town.fleet.expires = NO_PAGE, "2026-11-02T00:00:00+00:00"
    await ask_for_dump(team, "Folder private saja")
    done = await team.wait_for("sudah disalin")
    assert "tidak dapat dibuka; perubahan sudah diterapkan" in done.text
    assert "sudah berakhir 2 November 2026" in done.text
    assert await alarms(town) == []

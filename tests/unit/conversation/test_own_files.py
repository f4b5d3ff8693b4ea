"""Logs and the database in chat: to those who look after the site, as a message or a file, and never half done."""

from __future__ import annotations

from typing import Any

from bot.sandbox.client import SandboxUser
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import Kind
from tests.unit.conversation.standing import add_hosting, all_on_card, card_of, lines, press_on_card, the_hosting
from tests.unit.conversation.town import Town

WITH_DATABASE: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}


async def test_a_log_is_shown_and_a_long_one_comes_as_a_file(town: Town) -> None:
    await add_hosting(town)
    team, engineer, head = town["tim_teknis"], town["engineer"], town["kepala_opd"]
    for user in (team, engineer):
        await press_on_card(user, "Log situs")
        await user.press("Kunjungan")
        assert town.fleet.site_log in (await user.wait_for("token=")).text
    town.fleet.site_log = "galat <b>tebal</b>\n" * 400
    await press_on_card(head, "Log situs")
    await head.press("Kesalahan PHP")
    file = await head.wait_for_file()
    assert (await head.download(file)).decode() == town.fleet.site_log


async def test_a_log_is_not_read_for_another_opd(town: Town) -> None:
    await add_hosting(town)
    hosting = await the_hosting(town)
    stranger = await town.move_in("tim_teknis", "Teknisi Tetangga", "DISDIK")
    menu = await stranger.wait_for("Tim Teknis OPD", since=0)
    answer = await stranger.press_data(f"d1:site_log:access:{hosting.id}", menu)
    assert "OPD lain" in answer.text
    assert not any("token=" in message.text for message in await stranger.messages())


async def ask_for_dump(user: SandboxUser, where: str) -> None:
    await press_on_card(user, "Salin basis data")
    await user.press(where)
    await user.press("Salin")


async def test_a_dump_stays_in_the_hosting_unless_somebody_asks_for_it_here(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    await ask_for_dump(team, "Folder private saja")
    done = await team.wait_for("sudah disalin")
    assert "private/basisdata-" in done.text
    assert not [message for message in await team.messages() if message.file]
    await ask_for_dump(team, "Kirim juga ke percakapan")
    await team.wait_for("sudah disalin")
    file = await team.wait_for_file(since=0)
    assert await team.download(file) == town.fleet.dumped
    await town["kepala_opd"].wait_for("menyalin basis data e-lama.tarakankota.go.id dan menerimanya", since=0)
    assert await lines(town) == ["hosting.dump", "hosting.applied"] * 2


async def test_one_that_is_too_big_for_the_chat_is_said_to_be(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    town.fleet.dumped = bytes(45_000_001)
    await ask_for_dump(team, "Kirim juga ke percakapan")
    assert "terlalu besar" in (await team.wait_for("sudah disalin")).text
    assert not [message for message in await team.messages() if message.file]


async def ask_for_import(user: SandboxUser, name: str) -> None:
    await press_on_card(user, "Impor basis data")
    await user.wait_for("Unggah dahulu")
    await user.send_text(name)
    await user.press("Impor")
    await user.press("Ya, impor")


async def test_an_import_asks_once_more_and_tells_where_the_state_before_lies(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    await ask_for_import(team, "salinan.sql.gz")
    assert "sebelum-impor-20261126-1000.sql.gz" in (await team.wait_for("sudah diimpor")).text
    assert town.fleet.loaded == ["salinan.sql.gz"]


async def test_a_file_that_cannot_be_used_is_its_owners_to_mend(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unfit = ProvisioningError(ErrorCode.MARIADB_REFUSED, "ERROR 1064 at line 3 <x>", step="database")
    await ask_for_import(team, "salinan.sql")
    told = await team.wait_for("belum dapat diimpor")
    assert "ERROR 1064 at line 3 <x>" in told.text
    assert "Engineer" not in (await card_of(team)).text
    assert not any("gagal" in message.text for message in await engineer.messages())
    hosting = await the_hosting(town)
    assert hosting.applied_revision == hosting.wanted_revision
    town.fleet.unfit = None
    await ask_for_import(team, "salinan.sql")
    await team.wait_for("sudah diimpor")


async def test_an_import_that_is_tried_again_is_the_same_to_the_server(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unfit = ProvisioningError(ErrorCode.CONNECTION_LOST, "the agent ended", step="connection")
    await ask_for_import(team, "salinan.sql")
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    town.fleet.unfit = None
    await engineer.press("Coba lagi", message=alert)
    await team.wait_for("sudah diimpor", since=0)
    assert len(town.fleet.load_requests) == 2
    assert len({*town.fleet.load_requests}) == 1, "it may have been carried out, and must not be twice"


async def test_a_site_without_a_database_has_none_to_take_out(town: Town) -> None:
    await add_hosting(town)
    team = town["tim_teknis"]
    assert "Salin basis data" not in await all_on_card(team)
    card = await card_of(team)
    hosting = await the_hosting(town)
    answer = await team.press_data(f"d1:order_sure:dump:{hosting.id}:{hosting.wanted_revision}", card)
    assert "tidak berlaku" in answer.text

"""Ganti kata sandi: made anew, set on the server, shown once to whoever asked, and to nobody else."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.client import SandboxUser
from bot.sandbox.formatted import utf16_length
from bot.sandbox.screen import ScreenMessage
from provisioning.spec import HostingSecrets, Kind
from tests.unit.conversation.standing import add_hosting, card_of, lines, press_on_card, the_hosting
from tests.unit.conversation.town import Town, failure
from workflows.store import hostings

WITH_DATABASE: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}
PASSWORD = re.compile(r"Kata sandi: (\S+)")


async def ask_for(user: SandboxUser, what: str) -> None:
    await press_on_card(user, "Ganti kata sandi")
    await user.press(what, message=await user.wait_for("Kata sandi mana"))
    await user.press("Ganti kata sandi", message=await user.wait_for("Yang diganti"))
    await user.press("Ya, ganti")


async def shown(user: SandboxUser) -> list[str]:
    await user.press("Tampilkan kredensial")
    await user.press("Ya, tampilkan")
    message = await user.wait_for("Kata sandi:")
    found = [match[1] for match in PASSWORD.finditer(message.text)]
    assert [hidden_in(message, password) for password in found] == [True] * len(found)
    return found


def hidden_in(message: ScreenMessage, words: str) -> bool:
    """Whether these words are read only by who taps on them."""
    at = utf16_length(message.text[: message.text.index(words)])
    return any(
        entity["type"] == "spoiler" and entity["offset"] <= at < entity["offset"] + entity["length"]
        for entity in message.now.entities
    )


def given(town: Town) -> list[str]:
    secrets = town.fleet.given[-1]
    assert isinstance(secrets, HostingSecrets)
    both = (secrets.sftp_password, secrets.database_password)
    return [one.reveal() for one in both if one is not None]


async def test_both_are_changed_and_shown_once_to_whoever_asked(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, head = town["tim_teknis"], town["kepala_opd"]
    await ask_for(team, "Keduanya")
    done = await team.wait_for("sudah diganti")
    assert "berkas konfigurasi" in done.text
    assert (await card_of(head)).button("Tampilkan kredensial") is None
    seen = await shown(team)
    assert seen == given(town)
    assert len({*seen}) == 2
    told = await head.wait_for("Budi Santoso mengganti kata sandi SFTP dan basis data", since=0)
    assert not any(password in told.text for password in seen)
    await team.wait_for(lambda message: "Kata sandi: " in message.text)
    assert (await card_of(team)).button("Tampilkan kredensial") is None
    async with town.app.database.read() as work:
        rows = await hostings.credentials(work, (await the_hosting(town)).id)
    assert [(row.kind, row.sealed) for row in rows] == [("sftp", None), ("database", None)]
    assert await lines(town) == ["hosting.passwords", "hosting.applied"]


async def test_the_database_keeps_its_password_where_only_that_of_the_files_is_changed(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team = town["tim_teknis"]
    await ask_for(team, "SFTP")
    assert "berkas konfigurasi" not in (await team.wait_for("sudah diganti")).text
    assert len(await shown(team)) == 1
    secrets = town.fleet.given[-1]
    assert secrets is not None
    assert secrets.database_password is None


async def test_what_is_not_on_the_server_yet_is_shown_to_nobody_and_a_retry_sets_the_same(town: Town) -> None:
    await add_hosting(town, **WITH_DATABASE)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.failures.append(failure())
    await ask_for(team, "Basis data")
    await team.wait_for("Engineer DKISP sudah diberi tahu")
    card = await card_of(team)
    assert card.button("Tampilkan kredensial") is None
    hosting = await the_hosting(town)
    forged = await team.press_data(f"d1:order_sure:credentials:{hosting.id}:{hosting.wanted_revision}", card)
    assert "belum terpasang" in forged.text
    await engineer.wait_for("Perubahan hosting gagal", since=0)
    await engineer.press("Coba lagi")
    await team.wait_for("sudah diganti", since=0)
    assert await shown(team) == given(town)


async def test_another_change_takes_the_place_of_one_that_nobody_looked_at(town: Town) -> None:
    await add_hosting(town)
    team, head = town["tim_teknis"], town["kepala_opd"]
    await ask_for_the_only(team)
    await team.wait_for("sudah diganti")
    old = await card_of(team)
    assert old.button("Tampilkan kredensial") is not None
    await ask_for_the_only(head)
    await head.wait_for("sudah diganti")
    assert (await card_of(team)).button("Tampilkan kredensial") is None
    hosting = await the_hosting(town)
    answer = await team.press_data(f"d1:order_sure:credentials:{hosting.id}:{hosting.wanted_revision}", old)
    assert "Kata sandi sudah ditampilkan" in answer.text
    assert await shown(head) == given(town)


async def ask_for_the_only(user: SandboxUser) -> None:
    await press_on_card(user, "Ganti kata sandi")
    await user.press("Ganti kata sandi", message=await user.wait_for("Yang diganti"))
    await user.press("Ya, ganti")

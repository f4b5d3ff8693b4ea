"""Inviting somebody in chat, as the administrator does, and coming in, as the invited person does."""

from __future__ import annotations

import re

from bot.sandbox.person import SandboxUser
from tests.stories import play
from tests.stories.play import Answer, Tap
from tests.stories.town import Town

LINK = re.compile(r"https://t\.me/\S+")


async def invite(town: Town, *, role: str, person: str, opd: str = "") -> str:
    """Invite a person ("name; NIP; telephone") into a role; return the link."""
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Undang orang")
    answers: list[Answer] = [
        ("sebagai apa", Tap(role)),
        *([("opd mana", opd)] if opd else []),
        ("siapa yang diundang", person),
    ]
    await play.fill(admin, answers, send="Buat undangan")
    told = await admin.wait_for(lambda message: LINK.search(message.text) is not None)
    found = LINK.search(told.text)
    assert found is not None
    return found.group()


async def head_of_another_opd(town: Town) -> SandboxUser:
    """Let in the head of the health office."""
    link = await invite(
        town,
        role="Kepala OPD",
        opd="Dinas Kesehatan",
        person="dr. Lina Marlina; 197505052000032001; +62 812 5000 9101",
    )
    lina = await town.sandbox.add_person("dr. Lina Marlina", phone="+6281250009101")
    await lina.open_link(link)
    await lina.tap("Bagikan nomor telepon saya")
    await lina.wait_for("Kepala OPD, Dinas Kesehatan")
    return lina

"""Somebody changes a real server by hand; an engineer looks, sees the plan, and has it mended from the chat."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.screen import ScreenMessage
from tests.stories import play
from tests.stories.town import Town

pytestmark = pytest.mark.server

NAME = "e-geser"
VHOST = f"/etc/apache2/layanan-sites/{NAME}.conf"


async def _stands(town: Town) -> str:
    """Have a hosting built; return its domain."""
    assert town.server is not None
    case = await play.ask(town["kepala_opd"], NAME, kind="Statis", database="Tidak")
    await play.to_the_decision(town.phones, case, server=town.server.name)
    await play.approve(town["kepala_dkisp"], case)
    await town.until(f"SELECT count(*) FROM hostings WHERE slug = '{NAME}' AND applied_revision > 0", 1)
    return f"{NAME}.{town.server.zone}"


async def _look(town: Town, domain: str, result: str) -> ScreenMessage:
    """Press Periksa on the hosting's own screen, as an engineer, and wait for its answer."""
    engineer = town["engineer"]
    await engineer.send_text("/hosting")
    listed = await engineer.wait_for(lambda message: message.button(domain) is not None)
    await engineer.press(domain, message=listed)
    one = await engineer.wait_for(lambda m: m.text.startswith(domain) and m.button("Periksa") is not None)
    await engineer.press("Periksa", message=one)
    return await engineer.wait_for(lambda m: m.text.startswith(domain) and result in m.text)


async def test_what_was_changed_by_hand_is_seen_shown_and_mended(town: Town) -> None:
    engineer, server = town["engineer"], town.server
    assert server is not None
    domain = await _stands(town)
    await _look(town, domain, "✅ Sesuai rencana")

    wanted = server.get(VHOST)
    server.run(f"sed -i 's/X-Frame-Options/X-Bingkai/' {VHOST}; systemctl reload apache2")
    drifted = await _look(town, domain, "Tidak sesuai rencana")
    assert "Menyiapkan situs" in drifted.text
    await engineer.press("Lihat rencana", message=drifted)
    assert domain in (await engineer.wait_for("Rencana perbaikan")).text

    server.run(f"rm {VHOST}")  # it moves once more before the press
    await engineer.press("Perbaiki", message=drifted)
    refused = await engineer.wait_for(lambda m: "Perbaikan gagal" in m.text and "tidak ada yang disentuh" in m.text)
    assert not server.run(f"ls {VHOST}", check=False).stdout, "what was not shown is not done"
    await engineer.press("Perbaiki", message=refused)
    await engineer.wait_for(lambda m: "Perbaikan hosting" in m.text and "Selesai" in m.text)
    assert server.get(VHOST) == wanted
    (asked,) = town.rows("SELECT person_id FROM ledger WHERE action = 'hosting.repair_asked' LIMIT 1")
    assert town.rows("SELECT name FROM people WHERE id = ?", *asked) == [(engineer.name,)]
    for role in ("kepala_opd", "tim_teknis"):
        assert not [m for m in await town[role].messages() if "Perbaikan" in m.text], role
    await asyncio.to_thread(server.run, "apache2ctl configtest")

"""Somebody leaves a back door on a real server: the bot finds it by itself, the Kabid closes the site in one tap."""

from __future__ import annotations

import asyncio

import pytest

from provisioning.lab import LabServer
from tests.stories import play
from tests.stories.town import Town

pytestmark = pytest.mark.server

NAME = "e-pintu"
DOOR = "<?php @eval($_POST['kunci']); // contoh, situs statis tidak menjalankannya"
BY_ITSELF = 120.0  # seconds: the bot's clock looks for what is due once a minute


def _leave_a_door(server: LabServer) -> None:
    public = f"/srv/hosting/{NAME}/public"
    server.put(DOOR, f"{public}/gambar/logo.php")
    server.run(f"chown -R h_{NAME}: {public}/gambar && touch -d 2021-01-01 {public}/gambar/logo.php")


def _page(server: LabServer, domain: str) -> str:
    answer = server.run(f"curl -sk -w '%{{http_code}}' --resolve {domain}:443:{server.address} https://{domain}/")
    return answer.stdout


async def test_a_back_door_is_found_shown_and_the_site_closed(town: Town) -> None:
    kabid, engineer, server = town["kabid"], town["engineer"], town.server
    assert server is not None
    case = await play.ask(town["kepala_opd"], NAME, kind="Statis", database="Tidak")
    await play.to_the_decision(town.phones, case, server=server.name)
    await play.approve(town["kepala_dkisp"], case)
    await town.until(f"SELECT count(*) FROM hostings WHERE slug = '{NAME}' AND applied_revision > 0", 1)
    domain = f"{NAME}.{server.zone}"
    await asyncio.to_thread(_leave_a_door, server)

    alarm = await kabid.wait_for(
        lambda m: "Situs dicurigai disusupi" in m.text and domain in m.text, since=0, timeout_s=BY_ITSELF
    )
    assert "public/gambar/logo.php" in alarm.text
    assert "menjalankan perintah yang dikirim dari luar" in alarm.text
    await engineer.wait_for(lambda m: "Situs dicurigai disusupi" in m.text and domain in m.text, since=0)
    await kabid.press("Lihat bukti", message=alarm)
    evidence = await kabid.wait_for(lambda m: "Bukti temuan" in m.text and domain in m.text)
    sha256 = await asyncio.to_thread(server.run, f"sha256sum /srv/hosting/{NAME}/public/gambar/logo.php")
    assert sha256.stdout.split()[0] in evidence.text

    await kabid.press("Karantina", message=alarm)
    await kabid.wait_for(lambda m: "Situs dikarantina" in m.text and domain in m.text, since=0)
    await town.until(f"SELECT count(*) FROM hostings WHERE slug = '{NAME}' AND applied_revision = wanted_revision", 1)
    closed = await asyncio.to_thread(_page, server, domain)
    assert closed.endswith("503")
    assert "diperiksa DKISP" in closed
    await town["kepala_opd"].wait_for(lambda m: domain in m.text and "dicurigai disusupi" in m.text, since=0)

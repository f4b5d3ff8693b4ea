"""SOP step 6 fails for real: MariaDB is down. Engineers hear why, the OPD does not; then it is mended, or given up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.screen import ScreenMessage
from provisioning.lab import LabServer
from tests.stories import play
from tests.stories.town import Town

pytestmark = pytest.mark.server

ALERT = "Pembuatan hosting gagal"
TRACES = """
    getent passwd {account}; getent group {account}; ls -d /srv/hosting/{slug}; ls /etc/apache2/*/*{slug}*
    mariadb -Ne "SHOW DATABASES LIKE '{database}'; SELECT user FROM mysql.user WHERE user = '{database}'"
    systemctl list-units --all --no-legend '*{slug}*'
"""
INTERNAL = ("MariaDB", "mariadb", "Penyebab", "gagal pada langkah", "socket")


@pytest.fixture
def database_down(town: Town) -> Iterator[LabServer]:
    """The server while its MariaDB does not run; the story starts it again where the engineer would."""
    assert town.server is not None
    town.server.run("systemctl stop mariadb")
    yield town.server
    town.server.run("systemctl start mariadb")


@pytest.fixture
def logins_refused(town: Town) -> Iterator[LabServer]:
    """The server while its MariaDB lets nobody but its administrator in: only the look from outside notices."""
    assert town.server is not None
    town.server.run("mariadb", stdin="SET GLOBAL init_connect = 'SELECT no_such_column';")
    yield town.server
    town.server.run("mariadb", stdin="SET GLOBAL init_connect = '';")


async def _failed(town: Town, subdomain: str) -> tuple[str, ScreenMessage]:
    """Play until the job fails; return the case's number and the engineer's alert."""
    assert town.server is not None
    case = await play.ask(town["kepala_opd"], subdomain)
    await play.to_the_decision(town.phones, case, server=town.server.name)
    await play.approve(town["kepala_dkisp"], case)
    alert = await town["engineer"].wait_for(
        lambda message: ALERT in message.text and case in message.text, since=0, timeout_s=60
    )
    return case, alert


async def test_the_engineers_and_nobody_else_hear_what_failed(town: Town, database_down: LabServer) -> None:
    case, alert = await _failed(town, "e-gagal")
    assert database_down.name in alert.text
    assert "Langkah: Membuat basis data" in alert.text
    assert "Penyebab: MariaDB tidak menjawab." in alert.text
    assert [
        label for label in ("Coba lagi", "Lihat log", "Ambil alih", "Batalkan pekerjaan") if not alert.button(label)
    ] == []
    for role in set(town.phones) - {"engineer"}:
        seen = [m.text for m in await town[role].messages() if case in m.text]
        assert not any(ALERT in text for text in seen), role
    for role in ("kepala_opd", "tim_teknis"):
        await town[role].wait_for(
            lambda message: case in message.text and "memerlukan pemeriksaan lebih lanjut" in message.text, since=0
        )
        told = [m.text for m in await town[role].messages() if case in m.text]
        assert [word for word in INTERNAL for text in told if word in text] == []


async def test_mended_and_tried_again_it_goes_on(town: Town, database_down: LabServer) -> None:
    engineer = town["engineer"]
    case, alert = await _failed(town, "e-pulih")
    await engineer.press("Lihat log", message=alert)
    log = await engineer.wait_for("Log pekerjaan")
    assert case in log.text
    await engineer.press("Ambil alih", message=alert)
    taken = await engineer.wait_for(lambda message: f"Diambil alih oleh {engineer.name}" in message.text)
    database_down.run("systemctl start mariadb")
    await engineer.press("Coba lagi", message=taken)
    await play.hand_over(town["kabid"], case)
    await play.finish(town["kepala_dkisp"], case)
    assert database_down.run("getent passwd | grep -c '^h_e-pulih:'").stdout.strip() == "1"
    done = [step for step in town.steps_taken(case) if step.startswith("hosting.")]
    assert done == ["hosting.failed", "hosting.applied", "hosting.looked_at"]
    final = next(m for m in await engineer.messages() if ALERT in m.text and case in m.text)
    assert not final.labels  # nothing is left to press about it


async def test_given_up_it_leaves_nothing_on_the_server(town: Town, logins_refused: LabServer) -> None:
    engineer, kabid = town["engineer"], town["kabid"]
    case, alert = await _failed(town, "e-batal")
    assert "pemeriksaan dari luar belum lulus" in alert.text
    traces = TRACES.format(slug="e-batal", account="h_e-batal", database="h_e_batal")
    assert len(logins_refused.run(traces, check=False).stdout.splitlines()) >= 6  # all was made before it was looked at
    await engineer.press("Batalkan pekerjaan", message=alert)
    await play.sure(engineer, "Ya, batalkan", names="e-batal")
    back = await kabid.wait_for(play.card(case, "Langkah 4 dari 10"), since=0)
    assert "Server dipilih" not in back.text
    await town.until("SELECT count(*) FROM hostings WHERE slug = 'e-batal' AND state = 'released'", 1)
    assert logins_refused.run(traces, check=False).stdout == ""
    await play.surely(town["kepala_opd"], case, "Tarik permohonan", "Ya, tarik")


async def test_only_an_engineer_may_press_what_the_alert_offers(town: Town, database_down: LabServer) -> None:
    case, alert = await _failed(town, "e-asing")
    retry = play.labelled(alert, "Coba lagi")
    assert retry is not None
    for role in ("kepala_opd", "kabid", "kepala_dkisp"):
        card = await town[role].wait_for(play.card(case), since=0)
        answer = await town[role].press_data(retry, card)
        assert "bukan wewenang Anda" in answer.text, role
    assert town.steps_taken(case)[-1] == "case.hosting_failed"
    await town["engineer"].press("Batalkan pekerjaan", message=alert)
    await play.sure(town["engineer"], "Ya, batalkan", names=case)
    await town["kabid"].wait_for(play.card(case, "Langkah 4 dari 10"), since=0)

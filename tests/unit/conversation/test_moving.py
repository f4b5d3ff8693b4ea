"""An engineer asks for a move from a hosting's card, the Kabid agrees, everybody sees how far it is, the OPD hears."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.sandbox.client import SandboxUser
from provisioning.agent.move_request import Move
from provisioning.agent.protocol import Verb
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec
from provisioning.verification.verify import Verification
from tests.unit.conversation.standing import DOMAIN, add_hosting, all_on_card, card_of, press_on_card, the_hosting
from tests.unit.conversation.town import ZONE, PretendFleet, Town
from workflows import servers
from workflows.moving.worker import go_on
from workflows.store.tables import Server
from workflows.words import WITA

PATIENCE = 60.0  # seconds: one chat hears of five steps, a second apart


class Carrying(PretendFleet):
    """Servers between which nothing need be carried."""

    async def move(self, server: Any, verb: Verb, spec: HostingSpec, move: Move) -> dict[str, Any]:
        answers: dict[Verb, dict[str, Any]] = {
            Verb.PACK: {"size": 0, "sha256": "0" * 64, "logins": {}},
            Verb.TAKE: {"size": 0},
        }
        return answers.get(verb, {})

    async def apply(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Any:
        async def nobody(_progress: Any) -> None:
            """Hear nothing."""

        return await super().apply(server, spec, secrets, on_progress=nobody)

    async def check_page_served(self, server: Any, spec: HostingSpec, *, before: int = 200) -> None:
        return None

    refuses_to_look = False

    async def verify(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Verification:
        if self.refuses_to_look:
            raise ProvisioningError(ErrorCode.UNREACHABLE, "no route", step="verify")
        return Verification(())


@pytest.fixture
async def two_servers(town: Town) -> None:
    town.fleet.__class__ = Carrying
    await add_hosting(town)
    async with town.app.database.write() as work:
        more = {"zone": ZONE, "name_server": "192.0.2.53", "created_at": work.now}
        work.add(Server(name="Server web 2", host="192.0.2.20", host_key="ssh-ed25519 AAAA", **more))
    await servers.refresh(town.app.office, town.app.database)


async def propose(engineer: SandboxUser) -> None:
    await press_on_card(engineer, "Pindahkan ke server lain")
    await engineer.press("Ke Server web 2", message=await engineer.wait_for("Pilih server tujuan"))
    await engineer.press("Lewati", message=await engineer.wait_for("Tanggal berapa pemindahan dimulai"))
    await engineer.press("Usulkan", message=await engineer.wait_for(lambda m: m.button("Usulkan") is not None))


@pytest.mark.usefixtures("two_servers")
async def test_a_move_from_the_question_to_its_end(town: Town) -> None:
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    assert not [label for label in await all_on_card(head) if "Pindahkan" in label]
    await propose(engineer)
    waiting = await engineer.wait_for("Menunggu persetujuan Kabid")
    assert "bukan wewenang Anda" in (await engineer.press_data("d1:move_yes:1", waiting)).text
    asked = await kabid.wait_for("Menunggu persetujuan Kabid", since=0)
    assert all(word in asked.text for word in (DOMAIN, "Server web 1 → Server web 2", "Agus Salim"))
    await kabid.press("Setujui pemindahan", message=asked)
    await kabid.wait_for("1/5")
    for _ in range(5):
        await go_on(town.app.office, town.app.database, 1)
    assert "Situs tertutup" in (await kabid.wait_for("Selesai.", since=0)).text
    assert "SHA256:" in (await town["tim_teknis"].wait_for("sudah dipindahkan", since=0)).text
    assert "SHA256:" not in (await head.wait_for("sudah dipindahkan", since=0)).text, "a technical word, for the team"
    assert (await the_hosting(town)).server_id == 2
    assert "Server web 2" in (await card_of(engineer)).text


@pytest.mark.usefixtures("two_servers")
async def test_the_kabid_says_no(town: Town) -> None:
    engineer, kabid = town["engineer"], town["kabid"]
    await propose(engineer)
    await kabid.press("Tolak", message=await kabid.wait_for("Menunggu persetujuan Kabid", since=0))
    assert "Ditolak Dewi Lestari" in (await engineer.wait_for("Ditolak", since=0)).text
    assert (await the_hosting(town)).server_id == 1


@pytest.mark.usefixtures("two_servers")
async def test_the_engineer_calls_it_off_and_the_opd_hears_that_it_stays(town: Town) -> None:
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    await propose(engineer)
    await kabid.press("Setujui pemindahan", message=await kabid.wait_for("Menunggu persetujuan Kabid", since=0))
    running = await engineer.wait_for("1/5", since=0)
    assert "dibatalkan" in (await engineer.press("Batalkan pemindahan", message=running)).text
    await go_on(town.app.office, town.app.database, 1)
    assert "Dibatalkan oleh Agus Salim" in (await kabid.wait_for("tetap di server asal", since=0)).text
    ended = await engineer.wait_for("Dibatalkan oleh Agus Salim", since=0)
    assert "sudah berakhir" in (await engineer.press_data("d1:move_cancel:1", ended)).text
    told = await head.wait_for("tidak jadi dipindahkan", since=0)
    assert "tertutup" not in told.text
    assert (await the_hosting(town)).server_id == 1


@pytest.mark.usefixtures("two_servers")
async def test_a_site_with_an_error_of_its_own_arrives_after_the_engineers_press(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer, kabid = town["engineer"], town["kabid"]
    town.fleet.front = 500
    await propose(engineer)
    await kabid.press("Setujui pemindahan", message=await kabid.wait_for("Menunggu persetujuan Kabid", since=0))
    for _ in range(4):
        await go_on(town.app.office, town.app.database, 1)
    monkeypatch.setattr(town.fleet, "refuses_to_look", True)
    await go_on(town.app.office, town.app.database, 1)
    failed = await engineer.wait_for("Server tidak dapat dihubungi", since=0, timeout_s=PATIENCE)
    assert "menampilkan pesan kesalahan (500)" in failed.text
    monkeypatch.setattr(town.fleet, "refuses_to_look", False)
    assert "Dicoba lagi" in (await engineer.press("Coba lagi", message=failed)).text
    await go_on(town.app.office, town.app.database, 1)
    assert (
        "menampilkan pesan kesalahan (500)"
        in (await kabid.wait_for("Situs tertutup", since=0, timeout_s=PATIENCE)).text
    )
    assert (await the_hosting(town)).server_id == 2


@pytest.mark.usefixtures("two_servers")
async def test_a_move_at_night_is_announced_and_stands_on_the_card(town: Town) -> None:
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    day = dt.datetime.now(WITA).date() + dt.timedelta(days=3)
    await press_on_card(engineer, "Pindahkan ke server lain")
    await engineer.press("Ke Server web 2", message=await engineer.wait_for("Pilih server tujuan"))
    await engineer.wait_for("Tanggal berapa pemindahan dimulai")
    await engineer.send_text(f"{day:%d-%m-%Y}")
    await engineer.wait_for("Pukul berapa (WITA)")
    await engineer.send_text("21.30")
    await engineer.press("Usulkan", message=await engineer.wait_for(lambda m: m.button("Usulkan") is not None))
    asked = await kabid.wait_for("Menunggu persetujuan Kabid", since=0)
    assert "21.30" in asked.text
    await kabid.press("Setujui pemindahan", message=asked)
    told = await head.wait_for("dipindahkan ke Server web 2", since=0)
    assert "21.30" in told.text
    assert "Dipindahkan ke Server web 2 mulai" in (await card_of(head)).text
    assert (await engineer.wait_for("OPD sudah diberi tahu", since=0)).button("Batalkan pemindahan") is not None

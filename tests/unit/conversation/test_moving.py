"""An engineer asks for a move from a hosting's card, the Kabid agrees, everybody sees how far it is, the OPD hears."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.agent.move_request import Move
from provisioning.agent.protocol import Verb
from provisioning.spec import HostingSpec
from provisioning.verification.verify import Verification
from tests.unit.conversation.standing import DOMAIN, add_hosting, all_on_card, card_of, press_on_card, the_hosting
from tests.unit.conversation.town import ZONE, PretendFleet, Town
from workflows import servers
from workflows.moving.worker import go_on
from workflows.store.tables import Server


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

    async def check_page_served(self, server: Any, spec: HostingSpec) -> None:
        return None

    async def verify(self, server: Any, spec: HostingSpec, secrets: Any, **options: Any) -> Verification:
        return Verification(())


@pytest.fixture
async def two_servers(town: Town) -> None:
    town.fleet.__class__ = Carrying
    await add_hosting(town)
    async with town.app.database.write() as work:
        more = {"zone": ZONE, "name_server": "192.0.2.53", "created_at": work.now}
        work.add(Server(name="Server web 2", host="192.0.2.20", host_key="ssh-ed25519 AAAA", **more))
    await servers.refresh(town.app.office, town.app.database)


@pytest.mark.usefixtures("two_servers")
async def test_a_move_from_the_question_to_its_end(town: Town) -> None:
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    assert not [label for label in await all_on_card(head) if "Pindahkan" in label]
    await press_on_card(engineer, "Pindahkan ke server lain")
    await engineer.press("Ke Server web 2", message=await engineer.wait_for("Pilih server tujuan"))
    waiting = await engineer.wait_for("Menunggu persetujuan Kabid")
    assert "bukan wewenang Anda" in (await engineer.press_data("d1:move_yes:1", waiting)).text
    asked = await kabid.wait_for("Menunggu persetujuan Kabid", since=0)
    assert all(word in asked.text for word in (DOMAIN, "Server web 1 → Server web 2", "Agus Salim"))
    await kabid.press("Setujui pemindahan", message=asked)
    await kabid.wait_for("1/5")
    for _ in range(5):
        await go_on(town.app.office, town.app.database, 1)
    assert "Situs tertutup" in (await kabid.wait_for("Selesai.", since=0)).text
    told = await head.wait_for("sudah dipindahkan", since=0)
    assert "SHA256:" in told.text
    assert (await the_hosting(town)).server_id == 2
    assert "Server web 2" in (await card_of(engineer)).text
    assert await town.refusals() == []


@pytest.mark.usefixtures("two_servers")
async def test_the_kabid_says_no(town: Town) -> None:
    engineer, kabid = town["engineer"], town["kabid"]
    await press_on_card(engineer, "Pindahkan ke server lain")
    await engineer.press("Ke Server web 2", message=await engineer.wait_for("Pilih server tujuan"))
    await kabid.press("Tolak", message=await kabid.wait_for("Menunggu persetujuan Kabid", since=0))
    assert "Ditolak Dewi Lestari" in (await engineer.wait_for("Ditolak", since=0)).text
    assert (await the_hosting(town)).server_id == 1

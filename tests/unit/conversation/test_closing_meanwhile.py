"""Tangguhkan and Karantina while something long is done to the site: who presses reads when, and it stays closed."""

from __future__ import annotations

import asyncio
from typing import Any

from provisioning.plan import Loaded
from provisioning.spec import HostingSpec, Kind, State
from tests.unit.conversation.standing import DOMAIN, SLUG, add_hosting, all_on_card, card_of, press_on_card, the_hosting
from tests.unit.conversation.test_malware import Infected, alarm, look
from tests.unit.conversation.test_own_files import ask_for_import
from tests.unit.conversation.test_suspension import REASON, suspend
from tests.unit.conversation.town import Town

LATER = "segera setelah pekerjaan yang berjalan selesai"


class Loading(Infected):
    """A server that loads a database for as long as it is let, of a site that is suspected."""

    begun = asyncio.Event()
    may_end = asyncio.Event()

    async def load(self, server: Any, spec: HostingSpec, file: str, *, request_id: str) -> Loaded:
        self.begun.set()
        await self.may_end.wait()
        return await super().load(server, spec, file, request_id=request_id)


async def stands(town: Town) -> None:
    Loading.begun, Loading.may_end = asyncio.Event(), asyncio.Event()
    town.fleet.__class__ = Loading
    await add_hosting(town, SLUG, kind=Kind.PHP, php_version="8.3", database=True)


async def loading(town: Town) -> None:
    """Let the site's team have a database loaded, which is under way."""
    await ask_for_import(town["tim_teknis"], "salinan.sql.gz")
    await Loading.begun.wait()


async def is_closed_for(town: Town, reason: str) -> bool:
    spec = (await the_hosting(town)).spec
    return (spec.state, spec.suspension_reason) == (State.SUSPENDED, reason)


async def test_the_kabid_closes_a_site_that_is_at_work(town: Town) -> None:
    await stands(town)
    await loading(town)
    kabid, head = town["kabid"], town["kepala_opd"]
    theirs = await all_on_card(kabid)
    assert "Tangguhkan" in theirs
    assert not {"Arsipkan", "Impor basis data"} & {*theirs, *await all_on_card(head)}, "all else waits"
    await press_on_card(kabid, "Tangguhkan")
    await kabid.wait_for("Apa alasannya")
    await kabid.send_text(REASON)
    await kabid.press("Lewati", message=await kabid.wait_for("ditinjau lagi?"))
    await kabid.press("Tangguhkan", message=await kabid.wait_for("Periksa kembali isian"))
    assert LATER in (await kabid.press("Ya, tangguhkan")).text
    assert LATER in (await card_of(head)).text
    assert "Tangguhkan" not in await all_on_card(town["engineer"]), "it is ordered already"
    assert (await the_hosting(town)).spec.state is State.ACTIVE
    Loading.may_end.set()
    assert REASON in (await kabid.wait_for("sudah ditangguhkan")).text
    await town["tim_teknis"].wait_for("sudah diimpor", since=0)
    await head.wait_for("ditangguhkan oleh DKISP", since=0)
    assert await is_closed_for(town, REASON)
    assert LATER not in (await card_of(head)).text


async def test_a_suspected_site_is_closed_in_one_tap_whatever_is_done_to_it(town: Town) -> None:
    await stands(town)
    await look(town)
    kabid = town["kabid"]
    await alarm(town, "kabid")
    await loading(town)
    assert LATER in (await kabid.press("Karantina", message=await alarm(town, "kabid"))).text
    waiting = await kabid.wait_for(lambda m: LATER[1:] in m.text and "dicurigai" in m.text, since=0)
    assert waiting.button("Karantina") is None
    Loading.may_end.set()
    await kabid.wait_for(lambda m: "Situs dikarantina" in m.text and DOMAIN in m.text, since=0)
    assert await is_closed_for(town, "diperiksa DKISP")


async def test_a_closing_noted_from_the_card_is_seen_in_the_message_of_the_suspicion(town: Town) -> None:
    await stands(town)
    await look(town)
    kabid = town["kabid"]
    rang = await alarm(town, "kabid")
    await loading(town)
    await suspend(town["engineer"])
    noted = await kabid.wait_for(lambda m: m.id == rang.id and LATER[1:] in m.text, since=0)
    assert noted.button("Karantina") is not None, "the Kabid may take it over"
    await suspend(kabid)
    await kabid.wait_for(lambda m: m.id == rang.id and m.button("Karantina") is None, since=0)
    Loading.may_end.set()
    await kabid.wait_for("sudah ditangguhkan", since=0)

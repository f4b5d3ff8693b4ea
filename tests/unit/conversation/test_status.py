"""Engineers hear of a site that is down, quietly; DKISP looks at the status of all; an OPD has no such screen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

from sqlalchemy import select, update

from provisioning.spec import HostingSpec, State
from provisioning.uptime import Availability, Cause
from tests.unit.conversation.standing import add_hosting, card_of
from tests.unit.conversation.town import PretendFleet, Town
from workflows.store.tables import Hosting, SiteWatch
from workflows.uptime.rounds import check_uptime

FIVE = dt.timedelta(minutes=5)
DOMAIN = "e-lama.tarakankota.go.id"


class Seen(PretendFleet):
    """What is seen of the town's sites; all but those in `missing` are there."""

    missing: frozenset[str] = frozenset()

    async def availability(self, server: Any, spec: HostingSpec, **options: Any) -> Availability:
        if spec.domains[0] in self.missing:
            return Availability(cause=Cause.BROKEN, detail="status 502")
        return await super().availability(server, spec, **options)


async def look(town: Town, times: int = 2) -> None:
    """Let the next looks' turns come."""
    for _ in range(times):
        async with town.app.database.write() as work:
            await work.session.execute(update(SiteWatch).values(due_at=work.now))
        await check_uptime(town.app.office, town.app.database, FIVE)


async def test_an_outage_is_one_message_from_its_beginning_to_its_end(town: Town) -> None:
    town.fleet.__class__ = Seen
    assert isinstance(town.fleet, Seen)
    engineer = town["engineer"]
    await add_hosting(town, "e-lama")
    await add_hosting(town, "e-baru")
    await look(town)
    town.fleet.missing = frozenset({DOMAIN})
    await look(town)
    first = await engineer.wait_for(lambda m: "Situs tidak terbuka" in m.text and DOMAIN in m.text, since=0)
    assert "menampilkan pesan kesalahan" in first.text
    town.fleet.missing = frozenset({DOMAIN, "e-baru.tarakankota.go.id"})
    await look(town)
    await engineer.wait_for(lambda m: "tidak satu pun dari 2 situsnya terbuka" in m.text, since=0)
    town.fleet.missing = frozenset()
    await look(town)
    ended = await engineer.wait_for(lambda m: "Gangguan selesai" in m.text, since=0)
    assert ended.id == first.id, "the message that rang is the one that says it is over"
    assert len([m for m in await engineer.messages() if DOMAIN in m.text]) == 1
    for role in set(town.people) - {"engineer"}:
        assert not [m for m in await town[role].messages() if "Gangguan" in m.text], role


async def test_dkisp_sees_the_status_in_words_and_as_a_picture(town: Town) -> None:
    town.fleet.__class__ = Seen
    assert isinstance(town.fleet, Seen)
    kabid = town["kabid"]
    await add_hosting(town, "e-lama")
    await add_hosting(town, "e-baru")
    town.fleet.missing = frozenset({DOMAIN})
    await look(town)
    await kabid.send_command("menu")
    await kabid.press("Status")
    told = await kabid.wait_for("Status situs")
    assert "1 dari 2 situs terbuka" in told.text
    assert DOMAIN in told.text
    await kabid.press("Gambar")
    file = await kabid.wait_for_file()
    picture = await kabid.download(file)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 1080, "a phone's width"


async def test_an_opd_has_no_such_button_and_a_forged_one_gives_nothing(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    assert not any("Status" in button.text for button in menu.buttons)
    answer = await head.press_data("d1:status_png", menu)
    assert "bukan wewenang Anda" in answer.text
    await head.press_data("n1:status", menu)
    assert not [m for m in await head.messages() if m.file or "Status situs" in m.text]


async def test_the_opds_card_says_at_a_glance_whether_the_site_is_open(town: Town) -> None:
    town.fleet.__class__ = Seen
    assert isinstance(town.fleet, Seen)
    head, missing = town["kepala_opd"], frozenset({DOMAIN})
    await add_hosting(town, "e-lama")
    unseen = (await card_of(head)).text
    assert not {*"🟢🟡🔴"} & {*unseen}, "nobody has looked yet"
    there, said = frozenset[str](), []
    for sites, times in ((there, 1), (missing, 1), (missing, 1), (there, 2)):
        town.fleet.missing = sites
        await look(town, times)
        said += re.findall(r"^([🟢🟡🔴] \D+) \d+ \w+ 20\d\d pukul", (await card_of(head)).text, re.MULTILINE)
    wanted = [
        "🟢 Situs terbuka, diperiksa",
        "🟡 Situs tidak terbuka saat diperiksa",
        "🔴 Situs tidak terbuka sejak",
        "🟢 Situs terbuka, diperiksa",
    ]
    assert said == wanted


async def test_a_closed_site_is_not_said_to_be_down(town: Town) -> None:
    town.fleet.__class__ = Seen
    assert isinstance(town.fleet, Seen)
    await add_hosting(town, "e-lama")
    town.fleet.missing = frozenset({DOMAIN})
    await look(town)
    assert "🔴" in (await card_of(town["kepala_opd"])).text
    async with town.app.database.write() as work:
        closed = (await work.session.scalars(select(Hosting))).one()
        closed.spec = dataclasses.replace(closed.spec, state=State.SUSPENDED)
    card = await card_of(town["kepala_opd"])
    assert "ditangguhkan" in card.text
    assert "🔴" not in card.text

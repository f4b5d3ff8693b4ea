"""Engineers have a group with topics: what the bot tells them of servers stands there too, and nothing else does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.delivery.outcome import Dropped, Moved
from bot.delivery.settle import settle
from bot.delivery.topics import TOPIC
from bot.sandbox.client import SandboxGroup
from bot.screens.render import FOR_GROUP, RENDERERS
from tests.unit.conversation import walk
from tests.unit.conversation.standing import DOMAIN, add_hosting, the_hosting
from tests.unit.conversation.town import Town, failure
from workflows.people import alerts
from workflows.people.engineers_group import NOTICE, EngineersGroup, linked
from workflows.store import ledger, outbox, uptime
from workflows.store.tables import InboxUpdate, Incident, MessageState, Outage, OutboxMessage, Server

SERVER, SECOND = "Server web 1", "Server web 2"
TITLE = "<b>Engineer</b> DKISP"


@pytest.fixture
async def group(town: Town) -> SandboxGroup:
    """A group with topics that an engineer has put the bot into, as an administrator who may manage topics."""
    town.refusable = (*town.refusable, "Bad Request: message thread not found")
    made = await town.sandbox.add_group(TITLE)
    await made.add_bot(town["engineer"], topics=True)
    await made.wait_for("Grup ini menerima kabar")
    return made


async def tell(town: Town, domain: str, server_id: int | None = 1) -> None:
    """Tell the engineers something about a server."""
    async with town.app.database.write() as work:
        said = {"domain": domain, "code": "unreachable"}
        await alerts.say_to_engineers(work, server_id, "kabar.penghapusan_gagal", said, key=f"gone:{domain}")


async def second_server(town: Town) -> int:
    async with town.app.database.write() as work:
        server = Server(
            name=SECOND,
            host="192.0.2.11",
            host_key="ssh-ed25519 AAAB",
            zone="tarakankota.go.id",
            name_server="192.0.2.53",
            created_at=work.now,
        )
        work.add(server)
        await work.flush()
        return server.id


async def kept(town: Town) -> EngineersGroup | None:
    async with town.app.database.read() as work:
        return await linked(work)


async def lines(town: Town) -> list[str]:
    async with town.app.database.read() as work:
        return [one.action async for one, _ in ledger.lines(work) if one.action.startswith("engineers_group")]


async def test_an_engineer_links_a_group_and_all_engineers_and_administrators_hear_of_it(
    town: Town, group: SandboxGroup
) -> None:
    for role in ("engineer", "admin"):
        told = await town[role].wait_for("menghubungkan grup", since=0)
        assert f"{town['engineer'].name} menghubungkan grup {TITLE}." in told.text, "a title is no markup"
    for role in set(town.people) - {"engineer", "admin"}:
        assert not [one for one in await town[role].messages() if "menghubungkan grup" in one.text], role
    assert await lines(town) == ["engineers_group.linked"]
    assert await group.has_bot()
    assert await group.topics() == [], "a topic is made when there is something to say"


async def test_a_failed_build_is_told_in_its_servers_topic_and_in_private(town: Town, group: SandboxGroup) -> None:
    engineer = town["engineer"]
    town.fleet.failures.append(failure())
    await walk.until_decision(town)
    await walk.approve(town)
    own = await engineer.wait_for("Pembuatan hosting gagal", since=0)
    there = await group.wait_for("Pembuatan hosting gagal", topic=SERVER)
    assert there.text == own.text
    assert own.buttons
    assert not there.buttons, "nobody knows who would press them"
    await engineer.press("Ambil alih")
    await group.wait_for("Diambil alih oleh Agus Salim", topic=SERVER)
    assert len(await group.messages(SERVER)) == 1, "it is the same message, as it is now"


async def test_an_outage_is_one_message_there_too_which_tells_its_end(town: Town, group: SandboxGroup) -> None:
    await add_hosting(town)
    async with town.app.database.write() as work:
        incident = Incident(server_id=1, began_at=work.now, rang_at=work.now)
        work.add(incident)
        await work.flush()
        hosting_id = (await the_hosting(town)).id
        work.add(Outage(hosting_id=hosting_id, incident_id=incident.id, cause="no_answer", began_at=work.now))
        await alerts.tell_engineers(work, 1, "outage", {"incident": incident.id, "loud": True})
    begun = await group.wait_for(DOMAIN, topic=SERVER)
    async with town.app.database.write() as work:
        incident = await work.session.get_one(Incident, incident.id)
        for outage, _ in await uptime.outages_of(work, incident.id):
            outage.ended_at = work.now
        incident.ended_at = work.now
        await alerts.tell_engineers(work, 1, "outage", {"incident": incident.id, "loud": False})
    await town.rest()
    ended = (await group.messages(SERVER))[-1]
    assert (ended.id, len(await group.messages(SERVER))) == (begun.id, 1)
    assert ended.text == (await town["engineer"].wait_for(DOMAIN, since=0)).text
    assert ended.text != begun.text


async def test_what_is_for_one_person_never_stands_in_the_group(town: Town, group: SandboxGroup) -> None:
    async with town.app.database.write() as work:
        for kind in sorted(RENDERERS.keys() - FOR_GROUP - {NOTICE, "screen"}):
            await outbox.put(work, group.id, kind, {"case": 1, "job": 1, "hosting": 1})
        await outbox.put_screen(work, group.id, "menu", {})
    await town.rest()
    assert len(await group.messages()) == 1, "the greeting"


async def test_each_server_has_its_own_topic_and_what_is_about_all_stands_in_general(
    town: Town, group: SandboxGroup
) -> None:
    other = await second_server(town)
    for number in (1, 2):
        await tell(town, f"satu-{number}.test")
        await tell(town, f"dua-{number}.test", other)
    await tell(town, "semua.test", None)
    await group.wait_for("dua-2.test", topic=SECOND)
    first = [one.text for one in await group.messages(SERVER)]
    assert ["satu-1.test" in first[0], "satu-2.test" in first[1], len(first)] == [True, True, 2]
    assert len(await group.messages(SECOND)) == 2
    assert "semua.test" in (await group.messages())[-1].text
    assert sorted(await group.topics()) == [SERVER, SECOND]
    await town["engineer"].wait_for("semua.test", since=0)


async def test_a_topic_that_was_deleted_is_made_anew_and_a_closed_one_gives_way_to_general(
    town: Town, group: SandboxGroup
) -> None:
    await tell(town, "satu.test")
    await group.wait_for("satu.test", topic=SERVER)
    await group.delete_topic(SERVER)
    await tell(town, "dua.test")
    await tell(town, "tiga.test")
    await group.wait_for("tiga.test", topic=SERVER)
    assert len(await group.messages(SERVER)) == 2
    assert await group.topics() == [SERVER]
    town.refusable = (*town.refusable, "Bad Request: TOPIC_CLOSED")
    await group.close_topic(SERVER)
    await group.add_bot(town["engineer"])
    await tell(town, "empat.test")
    await group.wait_for("empat.test")


async def test_without_the_right_it_stands_in_general_until_the_right_is_given(town: Town) -> None:
    town.refusable = (*town.refusable, "Bad Request: not enough rights to create a topic")
    group = await town.sandbox.add_group(TITLE)
    await group.add_bot(town["admin"])
    await group.wait_for("Grup ini menerima kabar")
    other = await second_server(town)
    await tell(town, "satu.test")
    await tell(town, "dua.test", other)
    await group.wait_for("dua.test")
    for role in ("engineer", "admin"):
        await town[role].wait_for("Kelola Topik", since=0)
        asked = [one for one in await town[role].messages() if "Kelola Topik" in one.text]
        assert len(asked) == 1, "the right is asked for once"
    await group.add_bot(town["engineer"], topics=True)
    await town.rest()
    await tell(town, "tiga.test")
    await group.wait_for("tiga.test", topic=SERVER)


async def test_whoever_may_not_link_a_group_is_told_why_and_the_bot_is_gone(town: Town) -> None:
    for role, forum, why in (
        ("kabid", True, "hanya engineer yang bertugas"),
        ("engineer", False, "Topik belum aktif"),
    ):
        group = await town.sandbox.add_group("Ramai", forum=forum)
        await group.add_bot(town[role])
        await town[role].wait_for(why, since=0)
        await town.rest()
        assert not await group.has_bot(), role
        assert await group.messages() == []
    stranger = await town.sandbox.add_person("Orang lain")
    group = await town.sandbox.add_group("Orang lain")
    await group.add_bot(stranger, topics=True)
    await town.rest()
    assert not await group.has_bot()
    assert await kept(town) is None
    assert await lines(town) == []


async def test_a_group_of_a_later_day_takes_the_place_of_the_one_before(town: Town, group: SandboxGroup) -> None:
    later = await town.sandbox.add_group("Yang baru")
    await later.add_bot(town["engineer"], topics=True)
    await later.wait_for("Grup ini menerima kabar")
    await group.wait_for("bot keluar dari grup ini")
    await town.rest()
    assert not await group.has_bot()
    await tell(town, "satu.test")
    await later.wait_for("satu.test", topic=SERVER)
    assert await lines(town) == ["engineers_group.linked"] * 2


async def test_the_bot_is_removed_and_the_engineers_hear_of_it(town: Town, group: SandboxGroup) -> None:
    await group.remove_bot(town["kabid"])
    for role in ("engineer", "admin"):
        assert TITLE in (await town[role].wait_for("Bot sudah dikeluarkan", since=0)).text
    await tell(town, "satu.test")
    await town["engineer"].wait_for("satu.test", since=0)
    await town.rest()
    assert await kept(town) is None
    assert await lines(town) == ["engineers_group.linked", "engineers_group.unlinked"]


async def test_a_group_that_the_bot_comes_back_to_has_its_servers_topics_again(town: Town, group: SandboxGroup) -> None:
    await tell(town, "satu.tarakankota.go.id")
    await group.wait_for("satu.tarakankota.go.id", topic=SERVER)
    await group.remove_bot(town["engineer"])
    await town["engineer"].wait_for("Bot sudah dikeluarkan", since=0)
    await group.add_bot(town["engineer"], topics=True)
    await town.rest()
    assert await kept(town) is not None
    await tell(town, "dua.tarakankota.go.id")
    await group.wait_for("dua.tarakankota.go.id", topic=SERVER)


async def test_what_is_written_in_the_group_is_not_read_and_not_kept(town: Town, group: SandboxGroup) -> None:
    await group.write(town["engineer"], "/start rahasia kami")
    await group.write(town["kabid"], "rahasia kami")
    await town.rest()
    assert await group.has_bot(), "the engineers' own is not left for that"
    assert len([one for one in await group.messages() if one.from_bot]) == 1, "nobody answers there"
    async with town.app.database.read() as work:
        kept_rows = [str(row.payload) for row in await work.session.scalars(select(InboxUpdate))]
    assert len(kept_rows) > len(town.people)
    assert not [row for row in kept_rows if "rahasia" in row]


async def test_a_process_that_died_while_it_made_a_topic_makes_one_once_more(town: Town, group: SandboxGroup) -> None:
    async with town.app.database.write() as work:
        row_id = await outbox.put(work, group.id, TOPIC, {"server": 1, "name": SERVER}, key="topic:died")
        row = await outbox.by_id(work, row_id or 0)
        row.state, row.attempts = MessageState.SENDING, 1
        await alerts.say_to_engineers(work, 1, "kabar.penghapusan_gagal", {"domain": "satu.test", "code": "x"})
    await group.wait_for("satu.test", topic=SERVER)
    assert await group.topics() == [SERVER]


async def test_a_group_that_moves_stays_the_engineers(town: Town, group: SandboxGroup) -> None:
    await tell(town, "satu.test")
    await group.wait_for("satu.test", topic=SERVER)
    async with town.app.database.write() as work:
        row = (await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "group_notice"))).one()
        await settle(work, row, Moved(-1009))
        row.state = MessageState.DROPPED
    found = await kept(town)
    assert found is not None
    assert (found.chat_id, found.title, found.topics) == (-1009, TITLE, {})


async def test_a_group_that_the_bot_is_out_of_without_having_heard_is_unlinked(town: Town, group: SandboxGroup) -> None:
    async with town.app.database.write() as work:
        row = (await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "group_notice"))).one()
        await settle(work, row, Dropped("Forbidden: bot was kicked from the supergroup chat", blocked=True))
        row.state = MessageState.DROPPED
    await town["engineer"].wait_for("Bot sudah dikeluarkan", since=0)
    assert await kept(town) is None

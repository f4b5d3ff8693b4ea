"""The engineers' group on Telegram: which it is, by whom, and which topic each server has there.

Its members cannot be listed, so what is said in it carries no button and no secret (`bot/screens/render.py`). Kept as
one setting: no row of it is older or newer than another.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from workflows.engine.case import Mandate
from workflows.people.duty import engineers
from workflows.people.members import Member, admins
from workflows.store import ledger, outbox, settings
from workflows.store.tables import Person
from workflows.store.unit_of_work import UnitOfWork

NAME = "engineers_group"
NOTICE = "group_notice"  # kind of a message that is for a group whether it is the engineers' or not
GENERAL = 0  # in place of a topic's id: what would stand in a topic stands in General
TITLE_MAX = 60  # characters of a title that anybody may have given


@dataclasses.dataclass(frozen=True)
class EngineersGroup:
    """`topics` by the server's id."""

    chat_id: int
    title: str
    topics: dict[int, int] = dataclasses.field(default_factory=dict)
    right_asked: bool = False  # the engineers were asked to let the bot manage topics

    def to_data(self) -> dict[str, Any]:
        """Return what is kept."""
        return dataclasses.asdict(self) | {"topics": {str(server): topic for server, topic in self.topics.items()}}


def _of_data(data: dict[str, Any]) -> EngineersGroup:
    topics = {int(server): int(topic) for server, topic in data.get("topics", {}).items()}
    known = {field.name: data[field.name] for field in dataclasses.fields(EngineersGroup) if field.name in data}
    return EngineersGroup(**{**known, "topics": topics})


def shown_title(title: str | None) -> str:
    """Return a title on one line, cut, as it may be kept. Pure."""
    line = " ".join((title or "").replace("\0", "").split())
    return line if len(line) <= TITLE_MAX else f"{line[: TITLE_MAX - 1]}…"


async def linked(work: UnitOfWork) -> EngineersGroup | None:
    """Return the group, or None where there is none."""
    data = await settings.get(work, NAME)
    return _of_data(data) if data else None


async def locked(work: UnitOfWork, chat_id: int) -> EngineersGroup | None:
    """Return the group, if it is this chat, and let nobody else change it until the transaction ends."""
    data = await settings.lock(work, NAME)
    found = _of_data(data) if data else None
    return found if found is not None and found.chat_id == chat_id else None


async def link(work: UnitOfWork, member: Member, mandate: Mandate, chat_id: int, title: str) -> EngineersGroup | None:
    """Let a group be the engineers', and tell them and it; return the one that was before, which is told good-bye."""
    data = await settings.lock(work, NAME)
    before = _of_data(data) if data else None
    await settings.put(work, NAME, EngineersGroup(chat_id, title).to_data())
    said = {"chat": chat_id, "title": title} | ({"instead_of": before.chat_id} if before else {})
    by = {"person_id": member.person.id, "mandate_id": mandate.id}
    await ledger.append(work, "engineers_group.linked", **by, data=said)
    if before is not None:
        await outbox.put(work, before.chat_id, NOTICE, {"text": "grup.pamit", "params": {}})
    await outbox.put(work, chat_id, NOTICE, {"text": "grup.salam", "params": {}})
    await _tell(work, "grup.terhubung", {"name": member.person.name, "title": title})
    return before


async def unlink(work: UnitOfWork, chat_id: int, by: Person | None = None) -> None:
    """Let a chat be the engineers' group no more, and tell them; nothing happens where it is not."""
    group = await locked(work, chat_id)
    if group is None:
        return
    await settings.drop(work, NAME)
    said = {"chat": chat_id, "title": group.title}
    await ledger.append(work, "engineers_group.unlinked", person_id=by.id if by else None, data=said)
    await _tell(work, "grup.terputus", {"title": group.title})


async def seen(work: UnitOfWork, chat_id: int, title: str, *, manages_topics: bool) -> None:
    """Note how the group is called by now; with the right to manage topics, those that are missing are made."""
    group = await locked(work, chat_id)
    if group is None:
        return
    if manages_topics:
        topics = {server: topic for server, topic in group.topics.items() if topic != GENERAL}
        group = dataclasses.replace(group, topics=topics, right_asked=False)
    await settings.put(work, NAME, dataclasses.replace(group, title=title).to_data())


async def moved(work: UnitOfWork, old: int, new: int) -> None:
    """Follow a group that became another chat; topics of the old one are not there."""
    group = await locked(work, old)
    if group is not None:
        there = dataclasses.replace(group, chat_id=new, topics={})
        await settings.put(work, NAME, there.to_data())


async def keep_topic(work: UnitOfWork, chat_id: int, server_id: int, topic: int) -> None:
    """Note a server's topic; where none could be made (`GENERAL`), the engineers are asked once for the right."""
    group = await locked(work, chat_id)
    if group is None:
        return
    asks = topic == GENERAL and not group.right_asked
    topics = {**group.topics, server_id: topic}
    kept = dataclasses.replace(group, topics=topics, right_asked=group.right_asked or asks)
    await settings.put(work, NAME, kept.to_data())
    if asks:
        await _tell(work, "grup.tanpa_hak", {"title": group.title})


async def lose_topic(work: UnitOfWork, chat_id: int, server_id: int, topic: int) -> None:
    """Note that a server's topic is gone; nothing happens where it has another by now."""
    group = await locked(work, chat_id)
    if group is not None and group.topics.get(server_id) == topic:
        topics = {server: kept for server, kept in group.topics.items() if server != server_id}
        await settings.put(work, NAME, dataclasses.replace(group, topics=topics).to_data())


async def _tell(work: UnitOfWork, text: str, params: dict[str, Any]) -> None:
    """Tell the engineers and the administrators, each in their own chat."""
    heads = [person.telegram_id for person in await admins(work) if person.telegram_id is not None]
    for chat_id in sorted({*await engineers(work), *heads}):
        await outbox.put_notice(work, chat_id, text, params)

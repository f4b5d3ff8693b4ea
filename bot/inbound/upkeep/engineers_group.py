"""The bot is put into a group, or taken out of it: the engineers' own is linked, any other is left."""

from __future__ import annotations

from telegram import ChatMemberAdministrator, ChatMemberUpdated
from telegram.constants import ChatMemberStatus

from bot.delivery.call import LEAVE
from workflows.people import engineers_group, members
from workflows.people.duty import on_duty
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import ADMIN, ENGINEER
from workflows.store import outbox
from workflows.store.unit_of_work import UnitOfWork

OUT = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


async def changed(work: UnitOfWork, change: ChatMemberUpdated) -> None:
    """Follow what the bot is in a group from now on."""
    chat_id, now = change.chat.id, change.new_chat_member
    member = await members.whois(work, change.from_user.id)
    if now.status in OUT:
        await engineers_group.unlink(work, chat_id, member.person if member else None)
        return
    title = engineers_group.shown_title(change.chat.title)
    if await engineers_group.locked(work, chat_id) is not None:
        manages = isinstance(now, ChatMemberAdministrator) and bool(now.can_manage_topics)
        await engineers_group.seen(work, chat_id, title, manages_topics=manages)
        return
    refusal = await _linked(work, member, change, title)
    if refusal is not None:
        await _left(work, chat_id, change)
        if member is not None and member.mandates and member.person.telegram_id is not None:
            key = f"group_left:{chat_id}:{change.date.isoformat()}"
            await outbox.put_notice(work, member.person.telegram_id, refusal, {"title": title}, key=key)


async def _linked(work: UnitOfWork, member: Member | None, change: ChatMemberUpdated, title: str) -> str | None:
    """Link a group; return what is said to who put the bot there where it cannot be."""
    try:
        mandate = on_duty(member, ENGINEER, ADMIN) if member is not None else None
    except Refused:
        mandate = None
    if member is None or mandate is None:
        return "grup.bukan_engineer"
    if not change.chat.is_forum:
        return "grup.tanpa_topik"
    await outbox.supersede(work, change.chat.id, LEAVE, unless="message")  # somebody wrote there before it was ours
    before = await engineers_group.link(work, member, mandate, change.chat.id, title)
    if before is not None:
        await _left(work, before.chat_id, change)
    return None


async def _left(work: UnitOfWork, chat_id: int, change: ChatMemberUpdated) -> None:
    await outbox.put(work, chat_id, LEAVE, key=f"{LEAVE}:{chat_id}:{change.date.isoformat()}:{change.chat.id}")

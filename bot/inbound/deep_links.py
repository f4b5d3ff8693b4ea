"""What a link to the bot opens: an invitation, or a letter's authenticity. Both also for people not yet known."""

from __future__ import annotations

import re

from bot import command_lists
from bot.app import App
from bot.chat_context import ChatContext
from bot.inbound.letters import letter_checks
from bot.offices import office_name, single_roles
from workflows.deputies.taking_office import show_what_waits
from workflows.letters import authenticity
from workflows.people import joining, members
from workflows.people.joining import PeopleError
from workflows.store import outbox, people
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

PRINTED = re.compile(r"\w{5}\s?-\s?\w{5}|(?=\w*\d)\w{10}")  # the code of a letter, or without its dash; no mere word


async def opened(chat: ChatContext, payload: str) -> None:
    """Open a link of a known person, who may be invited into a second office."""
    if not await opened_by(chat.work, chat.chat_id, payload):
        await chat.show("menu")


async def opened_by(work: UnitOfWork, telegram_id: int, payload: str) -> bool:
    """Open a link; return False for a payload that is none of ours."""
    if payload.startswith(authenticity.PAYLOAD_PREFIX):
        await letter_checks.answer(work, telegram_id, code=authenticity.read_code(payload) or "")
    elif payload.startswith(members.INVITE_PREFIX):
        await _invitation(work, telegram_id, payload.removeprefix(members.INVITE_PREFIX))
    else:
        return False
    return True


async def code_typed(work: UnitOfWork, telegram_id: int, text: str) -> bool:
    """Answer a letter's code that somebody typed as it is printed; return False for any other text."""
    code = authenticity.read_code(text) if PRINTED.fullmatch(text.strip()) else None
    if code is None:
        return False
    await letter_checks.answer(work, telegram_id, code=code)
    return True


async def _invitation(work: UnitOfWork, telegram_id: int, token: str) -> None:
    try:
        invite = await joining.open_invite(work, token, telegram_id)
    except PeopleError as error:
        await _say(work, telegram_id, f"orang.{error.code}")
        return
    await outbox.put_screen(work, telegram_id, "invitation", {"invite": invite.id})


async def contact_shared(app: App, work: UnitOfWork, telegram_id: int, phone: str, owner: int | None) -> None:
    """Let somebody in who shared a contact; tell the administrators, or say what is wrong."""
    invite = await people.invite_opened_by(work, telegram_id)
    try:
        member = await joining.accept_contact(work, telegram_id, phone, owner, single=single_roles(app.office))
    except PeopleError as error:
        code = error.code
        if code == "no_invite" and await members.whois(work, telegram_id) is not None:
            code = "sudah_dikenal"
        await _turned_away(work, telegram_id, code)
        return
    assert invite is not None  # noqa: S101  (accept_contact raises without one)
    office = await office_name(app.office, work, invite)
    params = {"name": member.person.name, "office": office}
    await command_lists.listed_for(work, member)
    await outbox.put_screen(work, telegram_id, "welcome", params)
    await outbox.put_screen(work, telegram_id, "menu", {})
    await show_what_waits(app.office, work, member)
    for admin in await members.admins(work):
        if admin.telegram_id not in (None, telegram_id):
            await _say(work, int(admin.telegram_id or 0), "orang.kabar_admin", **params)


async def _turned_away(work: UnitOfWork, telegram_id: int, code: str) -> None:
    """Say what is wrong; the button for the contact goes with it, where pressing it again would not help."""
    said: MessageParams = {"text": f"orang.{code}", "params": {}, "keyboard_away": code != "contact_foreign"}
    await outbox.put(work, telegram_id, "notice", said)


async def _say(work: UnitOfWork, chat_id: int, key: str, **params: str) -> None:
    await outbox.put_notice(work, chat_id, key, params)

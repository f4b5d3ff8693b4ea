"""Every update begins here: who is it from, what is it, and who answers it."""

from __future__ import annotations

import dataclasses

import telegram
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import filters

from bot import command_lists
from bot.app import App
from bot.callback_data import CasePress, Do, FormPress, Press, Show, UnknownPressError, decode
from bot.chat_context import ChatContext
from bot.command_names import command_in
from bot.forms.open_draft import open_draft
from bot.inbound import answers, attachments, commands, deep_links, navigate, press
from bot.inbound.letters import letter_checks, signing
from bot.inbound.prepare import prepare
from bot.inbound.secret_messages import VEILED, unveiled
from bot.inbound.upkeep import engineers_group
from bot.language import spoken
from bot.prepared import NOTHING, Prepared
from bot.refusals import refusal
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.people import members
from workflows.people.languages import language_of
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import outbox
from workflows.store.unit_of_work import UnitOfWork

__all__ = ["prepare", "route"]


async def route(app: App, work: UnitOfWork, update: telegram.Update, prepared: Prepared = NOTHING) -> Reply:
    """Handle one update within its transaction. Never decides by anything but `from_user` and the chat."""
    if update.callback_query is not None:
        return await _query(app, work, update.callback_query, prepared)
    if filters.StatusUpdate.ALL.check_update(update):
        return Reply()  # Telegram's own note that something was pinned, or set in this chat: nobody says anything by it
    if update.message is not None and update.message.from_user is not None:
        if update.message.text == VEILED:
            prepared = dataclasses.replace(prepared, secret=await unveiled(app, work, update))
        await _message(app, work, update.message, update.message.from_user, prepared)
    if update.edited_message is not None:
        await _edited(work, update.edited_message)
    if update.my_chat_member is not None:
        is_private = update.my_chat_member.chat.type == ChatType.PRIVATE
        await (_reach if is_private else engineers_group.changed)(work, update.my_chat_member)
    return Reply()


async def _reach(work: UnitOfWork, change: telegram.ChatMemberUpdated) -> None:
    """Somebody blocked the bot, or lets it speak again."""
    if change.new_chat_member.status == ChatMemberStatus.BANNED:
        await members.lost(work, change.chat.id)
    else:
        await members.heard_from(work, change.chat.id)


async def _edited(work: UnitOfWork, message: telegram.Message) -> None:
    """Say that what somebody changed in a message of theirs is not read, once a message: no answer changes by it."""
    member = await members.heard_from(work, message.chat.id)
    if member is not None and member.mandates:
        key = f"edited:{message.chat.id}:{message.message_id}"
        await outbox.put_notice(work, message.chat.id, "umum.diubah", key=key)


async def _message(
    app: App, work: UnitOfWork, message: telegram.Message, sender: telegram.User, prepared: Prepared
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        return
    name, rest = command_in(message.text, app.office.bot_username)
    if message.contact is not None:
        own = message.contact.user_id if message.forward_origin is None and message.via_bot is None else None
        await deep_links.contact_shared(app, work, sender.id, message.contact.phone_number, own)
        return
    member = await members.heard_from(work, sender.id)
    if member is None or not member.mandates:
        if prepared.checked is not None:
            await letter_checks.answer(work, sender.id, sha256=prepared.checked)
        else:
            await _stranger(app, work, sender.id, message.text or "", rest if name == "start" else "")
        return
    chat = ChatContext(app=app, work=work, member=member, chat_id=message.chat.id, prepared=prepared)
    with spoken(language_of(member)):
        await command_lists.listed_for(work, member)
        if name:
            await signing.turned_away(chat)
            await commands.run(chat, name, rest)
        else:
            await _content(chat, message)


async def _stranger(app: App, work: UnitOfWork, telegram_id: int, text: str, payload: str) -> None:
    """Open an invitation or check a letter; to anything else one sentence is the answer."""
    if payload and await deep_links.opened_by(work, telegram_id, payload):
        return
    if not await deep_links.code_typed(work, telegram_id, text):
        await outbox.put_notice(work, telegram_id, "umum.orang_asing")


async def _content(chat: ChatContext, message: telegram.Message) -> None:
    if message.document or message.photo:
        await attachments.sent(chat, message)
        return
    if message.text == VEILED:
        await signing.typed(chat, message, chat.prepared.secret)
        return
    draft = await open_draft(chat.app, chat.work, chat.member)
    if message.text and draft is not None:
        await answers.typed(chat, draft, message)
    elif draft is not None:
        await answers.refuse_file(chat, draft, "formulir.bukan_jawaban", {})
    elif not message.text:
        await chat.say("umum.bukan_teks")
    elif not await deep_links.code_typed(chat.work, chat.chat_id, message.text):
        await chat.say("umum.bukan_perintah")


async def _query(app: App, work: UnitOfWork, query: telegram.CallbackQuery, prepared: Prepared) -> Reply:
    member = await members.heard_from(work, query.from_user.id)
    if member is None or not member.mandates:
        return Reply(toast=plain("umum.orang_asing"), alert=True)
    with spoken(language_of(member)):
        return await _press(app, work, member, query, prepared)


async def _press(
    app: App, work: UnitOfWork, member: Member, query: telegram.CallbackQuery, prepared: Prepared
) -> Reply:
    message = query.message
    try:
        asked = decode(query.data or "")
    except UnknownPressError:
        message = None
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Reply(toast=plain("umum.tombol_lama"))
    chat = ChatContext(
        app=app, work=work, member=member, chat_id=message.chat.id, pressed=message.message_id, prepared=prepared
    )
    if not (isinstance(asked, Do) and asked.verb in signing.VERBS):
        await signing.turned_away(chat)
    return await _pressed(chat, asked)


async def _pressed(chat: ChatContext, asked: Press) -> Reply:
    """Answer a press; whatever it asked for that may not be is said here in a toast."""
    try:
        match asked:
            case CasePress():
                return await press.pressed(chat, asked)
            case FormPress():
                return await answers.pressed(chat, asked)
            case Show():
                return await navigate.show(chat, asked)
            case Do():
                return await navigate.do(chat, asked)
    except Refused as refused:
        return Reply(toast=refusal(refused), alert=True)

"""Signing a letter by the state's service, in chat: NIK and passphrase are typed, their messages deleted at once."""

from __future__ import annotations

import telegram

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Feature, Verbs
from bot.screens.letters.to_sign import QUESTION_SUBJECT, QUESTIONS
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.correspondence import electronic
from workflows.signing.port import Method
from workflows.store import outbox, signings


async def begin(chat: ChatContext, args: tuple[str, ...]) -> Reply:
    """Ask for what is needed to sign."""
    asked = await electronic.begin(chat.work, chat.member, first_number(args))
    await _ask(chat, QUESTIONS[asked])
    return Reply()


async def _ask(chat: ChatContext, text: str) -> None:
    await outbox.put(chat.work, chat.chat_id, electronic.QUESTION, {"text": text})


async def _take_question_away(chat: ChatContext) -> None:
    message_id = await outbox.forget_card(chat.work, chat.chat_id, QUESTION_SUBJECT)
    if message_id is not None:
        await outbox.put_on_message(chat.work, chat.chat_id, "delete", message_id)


async def give_up(chat: ChatContext, _args: tuple[str, ...]) -> Reply:
    """Sign later."""
    if not await electronic.give_up(chat.work, chat.member):
        await chat.take_away()
        return Reply(toast=plain("umum.tombol_lama"))
    await _take_question_away(chat)
    await chat.take_away()
    await chat.say("tanda_tangan.dibatalkan")
    return Reply(toast=plain("tanda_tangan.tidak_jadi"))


async def turned_away(chat: ChatContext) -> None:
    """Ask for nothing secret of somebody who went on to something else, and leave no question that asks for it."""
    if chat.app.office.signing is Method.BSRE:
        await electronic.give_up(chat.work, chat.member)
        await _take_question_away(chat)


async def typed(chat: ChatContext, message: telegram.Message, secret: str | None) -> None:
    """Take what was typed for a signature; its message goes, whatever it was.

    Where nothing is asked any more it is kept nowhere: it may be a passphrase that came late. Once that was told, what
    the person types is read again.
    """
    await outbox.put_on_message(chat.work, chat.chat_id, "delete", message.message_id)
    signing = await signings.asked_of(chat.work, chat.chat_id)
    if signing is None or secret is None:
        await signings.lift_veil(chat.work, chat.chat_id)
        await chat.say("tanda_tangan.terhapus")
        return
    said = await electronic.typed(chat.work, chat.app.office, signing, secret)
    if signing.asked in signings.QUESTIONS:
        await _ask(chat, said)
    else:
        await signings.lift_veil(chat.work, chat.chat_id)
        await _take_question_away(chat)
        await chat.say(said)


VERBS: Verbs = {"sign": begin, "sign_not": give_up}


FEATURE = Feature(verbs=VERBS)

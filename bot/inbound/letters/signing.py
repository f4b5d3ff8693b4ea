"""Signing a letter by the state's service, in chat: NIK and passphrase are typed, their messages deleted at once."""

from __future__ import annotations

import telegram

from bot.callback_data import first_number
from bot.chat_context import Turn
from bot.inbound.feature import Feature, Verbs
from bot.screens.letters.to_sign import QUESTION_SUBJECT, QUESTIONS
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.correspondence import electronic
from workflows.signing.port import Method
from workflows.store import outbox, signings


async def begin(turn: Turn, args: tuple[str, ...]) -> Reply:
    """Ask for what is needed to sign."""
    asked = await electronic.begin(turn.work, turn.member, first_number(args))
    await _ask(turn, QUESTIONS[asked])
    return Reply()


async def _ask(turn: Turn, text: str) -> None:
    await outbox.put(turn.work, turn.chat_id, electronic.QUESTION, {"text": text})


async def _take_question_away(turn: Turn) -> None:
    message_id = await outbox.forget_card(turn.work, turn.chat_id, QUESTION_SUBJECT)
    if message_id is not None:
        await outbox.put_on_message(turn.work, turn.chat_id, "delete", message_id)


async def give_up(turn: Turn, _args: tuple[str, ...]) -> Reply:
    """Sign later."""
    if not await electronic.give_up(turn.work, turn.member):
        await turn.take_away()
        return Reply(toast=plain("umum.tombol_lama"))
    await _take_question_away(turn)
    await turn.take_away()
    await turn.say("tanda_tangan.dibatalkan")
    return Reply(toast=plain("tanda_tangan.tidak_jadi"))


async def turned_away(turn: Turn) -> None:
    """Ask for nothing secret of somebody who went on to something else, and leave no question that asks for it."""
    if turn.app.office.signing is Method.BSRE:
        await electronic.give_up(turn.work, turn.member)
        await _take_question_away(turn)


async def typed(turn: Turn, message: telegram.Message, secret: str | None) -> None:
    """Take what was typed for a signature; its message goes, whatever it was.

    Where nothing is asked any more it is kept nowhere: it may be a passphrase that came late. Once that was told, what
    the person types is read again.
    """
    await outbox.put_on_message(turn.work, turn.chat_id, "delete", message.message_id)
    signing = await signings.asked_of(turn.work, turn.chat_id)
    if signing is None or secret is None:
        await signings.lift_veil(turn.work, turn.chat_id)
        await turn.say("tanda_tangan.terhapus")
        return
    said = await electronic.typed(turn.work, turn.app.office, signing, secret)
    if signing.asked in signings.QUESTIONS:
        await _ask(turn, said)
    else:
        await signings.lift_veil(turn.work, turn.chat_id)
        await _take_question_away(turn)
        await turn.say(said)


VERBS: Verbs = {"sign": begin, "sign_not": give_up}


FEATURE = Feature(verbs=VERBS)

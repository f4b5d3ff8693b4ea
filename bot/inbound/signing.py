"""Signing a letter by the state's service, in chat: NIK and passphrase are typed, their messages deleted at once."""

from __future__ import annotations

import telegram

from bot.callback_data import first_number
from bot.inbound.turn import Turn
from bot.inbound.verbs import Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.correspondence import electronic
from workflows.signing.port import Method
from workflows.store import outbox, signings


async def begin(turn: Turn, args: tuple[str, ...]) -> Reply:
    """Ask for what is needed to sign."""
    asked = await electronic.begin(turn.work, turn.member, first_number(args))
    await turn.show_apart("secret", asked=asked)
    return Reply()


async def give_up(turn: Turn, _args: tuple[str, ...]) -> Reply:
    """Sign later."""
    if not await electronic.give_up(turn.work, turn.member):
        return Reply(toast=plain("umum.tombol_lama"))
    await turn.take_away()
    await turn.say("tanda_tangan.dibatalkan")
    return Reply(toast=plain("tanda_tangan.tidak_jadi"))


async def turned_away(turn: Turn) -> None:
    """Ask for nothing secret of somebody who went on to something else: what they type next is an answer to that."""
    if turn.app.office.signing is Method.BSRE:
        await electronic.give_up(turn.work, turn.member)


async def typed(turn: Turn, message: telegram.Message, secret: str | None) -> None:
    """Take what was typed for a signature; its message goes, whatever it was."""
    await outbox.put_on_message(turn.work, turn.chat_id, "delete", message.message_id)
    signing = await signings.asked_of(turn.work, turn.chat_id)
    if signing is not None and secret is not None:
        await turn.say(await electronic.typed(turn.work, turn.app.office, signing, secret))


VERBS: Verbs = {"sign": begin, "sign_not": give_up}

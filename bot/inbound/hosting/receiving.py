"""The head of an OPD says whether it takes a hosting that another OPD would hand to it."""

from __future__ import annotations

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, Verb
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.cases.receiver import Consent
from workflows.hosting import receiving


def _saying(consent: Consent) -> Verb:
    async def say(chat: ChatContext, args: Args) -> Reply:
        await receiving.answer(chat.app.office, chat.work, chat.member, first_number(args), consent)
        return Reply(toast=plain("akhir.jawaban_disampaikan"))

    return say


FEATURE = Feature(verbs={"receive": _saying(Consent.AGREES), "receive_not": _saying(Consent.DECLINES)})

"""`App`: settings, database, office and bot, given to every part of the bot; `bootstrap` builds it once."""

from __future__ import annotations

import dataclasses

import telegram

from bot.line.line import Line
from bot.settings import Settings
from workflows.office import Office
from workflows.store.unit_of_work import Database


@dataclasses.dataclass(frozen=True, kw_only=True)
class App:
    """The running bot's parts: who we are, where state is, the office, and the line to Telegram."""

    settings: Settings
    database: Database
    office: Office
    bot: telegram.Bot
    line: Line = dataclasses.field(default_factory=Line)

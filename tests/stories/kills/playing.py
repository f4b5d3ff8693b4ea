"""A whole case, played by people who do not know that the bot dies under their hands, and what it left behind."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.sandbox.screen import ScreenMessage
from bot.settings import Settings
from tests.stories import play
from tests.stories.bot_process import BotProcess
from tests.stories.kills.notebook import Notebook
from tests.stories.town import Town
from workflows.hosting.opening import unwant
from workflows.store import hostings

WHOLE_LIFE_SECONDS = 180.0  # a life begins in a second where nothing else runs, and in ten where much does
RESENT = "(dikirim ulang)"
NUMBERS = re.compile(r"\d+([.,]\d+)*")
REQUEST = re.compile(r"(?<=-)[0-9a-f]{8}(?=\.sql\.gz)")  # of whose work a file is
PASSWORD = re.compile(r"(?<=Kata sandi: )\S+")
OPEN = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
UNSETTLED = f"{OPEN} AND (kind != 'delete' OR not_before <= created_at OR attempts > 0)"  # others are planned for later


class MortalBot(BotProcess):
    """The bot that dies at chosen commits and comes back by itself."""

    def __init__(self, settings: Settings, *, pace: float) -> None:
        super().__init__(settings, pace=pace, module="tests.stories.kills.mortal_bot")


def crew(settings: Settings, pace: float) -> Sequence[BotProcess]:
    """Return the processes that are the bot of a mortal town."""
    return [MortalBot(settings, pace=pace)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Played:
    """What was played for a hosting `name`, from the first press to the last; `case` where it was one.

    `chats`: what the bot wrote in each chat meanwhile, also what is gone again; apart in `copies` what its outbox
    knows nothing of. `since`: the last row of the outbox before it.
    """

    name: str
    case: str
    deaths: int
    chats: Mapping[str, Sequence[ScreenMessage]]
    copies: Mapping[str, Sequence[ScreenMessage]]
    since: int


async def play_through(town: Town, name: str, *, gap: int | None) -> Played:
    """Play a case for the subdomain `name`; `gap` as in `recorded`."""
    return await recorded(town, name, lambda: _whole_case(town, name), play=name, gap=gap)


async def recorded(town: Town, name: str, act: Callable[[], Awaitable[str]], *, play: str, gap: int | None) -> Played:
    """Let people act, and wait until all is said that there is to say; `act` returns the case's number, if it is one.

    `gap`: commits between two deaths of the bot; None: it lives.
    """
    await town.until(UNSETTLED, 0, within=WHOLE_LIFE_SECONDS)
    before = {role: {message.id for message in chat} for role, chat in (await _chats(town)).items()}
    since = int(town.rows("SELECT coalesce(max(id), 0) FROM outbox")[0][0])
    notebook = Notebook(town.settings.data_dir)
    notebook.begin(play, gap=gap)
    case = await act()
    await town.until(UNSETTLED, 0, within=WHOLE_LIFE_SECONDS)
    notebook.end()
    commits = notebook.commits(play)
    deaths = sum(commit.struck is not None for commit in commits)
    town.bot.kills += deaths
    print(f"{play}: {case}, {len(commits)} commits, the bot died at {deaths} of them")
    new = {
        role: [m for m in chat if m.id not in before[role] | _by_the_clock(town, role)]
        for role, chat in (await _chats(town)).items()
    }
    known = {role: _known(town, role, since) for role in new}
    return Played(
        name=name,
        case=case,
        deaths=deaths,
        chats={role: [m for m in chat if m.id in known[role]] for role, chat in new.items()},
        copies={role: [m for m in chat if m.id not in known[role]] for role, chat in new.items()},
        since=since,
    )


def _by_the_clock(town: Town, role: str) -> set[int]:
    """Return the messages of a chat about the server's daily look, which falls into one play or another."""
    query = "SELECT message_id FROM outbox WHERE chat_id = ? AND kind = 'drift' AND message_id IS NOT NULL"
    return {message for (message,) in town.rows(query, town[role].id)}


def _known(town: Town, role: str, since: int) -> set[int]:
    """Return the messages of a chat that the outbox knows it sent."""
    query = "SELECT message_id FROM outbox WHERE chat_id = ? AND id > ? AND message_id IS NOT NULL"
    return {message for (message,) in town.rows(query, town[role].id, since)}


async def _whole_case(town: Town, name: str) -> str:
    assert town.server is not None
    head = town["kepala_opd"]
    case = await play.whole_case(town.phones, name, server=town.server.name)
    await play.surely(head, case, "Tampilkan kredensial", "Ya, tampilkan")
    await head.wait_for(f"Kredensial {name}.")
    await play.on_card(head, case, "Sudah saya terima")
    await head.wait_for(play.card(case, "Terakhir diterima"))
    await play.rate(head, case)
    await town.until("SELECT count(*) FROM drafts", 0, within=WHOLE_LIFE_SECONDS)
    return case


async def let_the_credentials_go(town: Town, played: Played) -> None:
    """Let the time pass after which the message with the passwords deletes itself; nothing is planned any more."""
    head = town["kepala_opd"]
    ((message,),) = town.rows("SELECT message_id FROM outbox WHERE kind = 'credentials' AND id > ?", played.since)
    town.let_pass(head.id, message)
    await town.until(OPEN, 0, within=WHOLE_LIFE_SECONDS)
    assert message not in {shown.id for shown in await head.messages()}


async def _chats(town: Town) -> dict[str, list[ScreenMessage]]:
    return {
        role: [message for message in await person.messages(deleted=True) if message.from_bot]
        for role, person in town.phones.items()
    }


async def take_off_the_server(town: Town, played: Played) -> None:
    """Have the bot remove the hosting, so that the next play finds the server as this one did."""
    async with town.database.write() as work:
        hosting = await hostings.by_slug(work, played.name)
        assert hosting is not None
        await unwant(work, hosting)
    gone = f"SELECT count(*) FROM hostings WHERE slug = '{played.name}' AND state = 'released'"
    await town.until(gone, 1, within=WHOLE_LIFE_SECONDS)


def what_stands(played: Played, role: str, *, marked: bool = True) -> list[str]:
    """Return what stands in a chat at the end, but for names and numbers that differ from play to play.

    `marked`: also what says of itself that it was sent again.
    """
    standing = (message for message in played.chats[role] if message.deleted_ms is None)
    return [_alike(played, message) for message in standing if marked or not is_marked(message)]


def is_marked(message: ScreenMessage) -> bool:
    """Whether a message said, as it appeared, that it may have come before."""
    return RESENT in message.versions[0].text


def _alike(played: Played, message: ScreenMessage) -> str:
    file = f" [{message.file.name}]" if message.file else ""
    said = message.text.replace(RESENT, "").replace(played.name, "NAMA").strip() + file
    return NUMBERS.sub("0", PASSWORD.sub("", REQUEST.sub("", said)))

"""A town for a story: a sandboxed Telegram, the bot as a process, people who were invited, and perhaps a server."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import bootstrap
from bot.demo import cast
from bot.demo.lab_server import take_in
from bot.demo.stage import demo_settings
from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from bot.settings import Settings
from provisioning.lab import LabServer
from tests import rest
from tests.by_hand import by_hand
from tests.sandbox_fixtures import sandbox_process
from tests.stories.bot_process import BotProcess
from tests.stories.wire import Wire
from workflows.record.audit import LedgerFault, audit
from workflows.store import ledger
from workflows.store.unit_of_work import Database

PACE = 100.0  # how many times faster than Telegram's limits the bot sends and the sandbox counts
PATIENCE_SECONDS = 60.0
DECLARED_REFUSALS = {
    ("sendmessage", "chat not found"),  # news for the administrator of the environment, before that chat is opened
}
AFTER_A_KILL = {
    ("getupdates", "terminated by other getUpdates"),  # the dead bot's long poll ends when its connection is seen to
    # What is done again because its answer died with the bot:
    ("editmessagetext", "message is not modified"),
    ("editmessagereplymarkup", "message is not modified"),
    ("deletemessage", "message to delete not found"),
    ("answercallbackquery", "query is too old"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Town:
    """What a story needs: `phones` are the people's, by role; `database` is the bot's own, for judging only."""

    settings: Settings
    sandbox: Sandbox
    phones: Mapping[str, SandboxUser]
    bot: BotProcess
    database: Database
    server: LabServer | None
    others: tuple[BotProcess, ...] = ()  # processes that work beside `bot` on the same database

    def __getitem__(self, role: str) -> SandboxUser:
        return self.phones[role]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read from the bot's database, as an auditor would, while the bot runs."""
        with by_hand(self.settings.database) as database:
            return database.rows(query, *values)

    async def until(self, query: str, wanted: Any, *, within: float = PATIENCE_SECONDS) -> None:
        """Wait until the first value that a query gives is the wanted one; `within` is in seconds."""
        async with asyncio.timeout(within):
            while (found := self.rows(query)[0][0]) != wanted:
                assert found is not None
                await asyncio.sleep(0.1)

    async def undeclared_refusals(self) -> list[str]:
        """Return what Telegram refused the bot, but for what is known to be refused and does no harm."""
        killed = any(bot.kills for bot in (self.bot, *self.others))
        declared = DECLARED_REFUSALS | (AFTER_A_KILL if killed else set())
        return [
            f"{call['method']}: {call['description']}"
            for call in await self.sandbox.refusals()
            if not any(call["method"] == method and words in call["description"] for method, words in declared)
        ]

    def steps_taken(self, case: str) -> list[str]:
        """Return what the ledger says was done in a case, in order, but for the letters that followed."""
        query = (
            "SELECT action FROM ledger JOIN cases ON cases.id = ledger.case_id "
            "WHERE cases.number = ? AND action != 'letter' ORDER BY sequence"
        )
        return [action for (action,) in self.rows(query, case)]

    def let_pass(self, chat: int, message: int) -> None:
        """Let the time pass after which the bot deletes a message: what it planned is due now."""
        due = "UPDATE outbox SET not_before = created_at WHERE kind = 'delete' AND chat_id = ? AND key = ?"
        self.write(due, chat, f"delete:{chat}:{message}")

    def write(self, statement: str, *values: Any) -> None:
        """Change what only time or an administrator of the machine could."""
        with by_hand(self.settings.database) as database:
            database.run(statement, *values)

    async def ledger_fault(self) -> LedgerFault | None:
        """Return where the ledger was tampered with or broken."""
        async with self.database.read() as work:
            return next(iter((await audit(ledger.lines(work))).faults), None)


def _alone(settings: Settings, pace: float) -> Sequence[BotProcess]:
    return [BotProcess(settings, pace=pace)]


@contextlib.asynccontextmanager
async def open_town(
    folder: Path,
    *,
    server: LabServer | None = None,
    pace: float = PACE,
    database_url: str | None = None,
    wire: Wire | None = None,
    crew: Callable[[Settings, float], Sequence[BotProcess]] = _alone,
    patience: float = rest.PATIENCE_SECONDS,
) -> AsyncIterator[Town]:
    """Open a town in `folder`; everybody of the demo's cast has opened their invitation and shared their contact.

    `database_url`: None for a file in `folder`. `crew` makes the processes that are the bot.
    Between them and Telegram is nothing but, where one is given, a wire. Nobody presses what is about to be replaced:
    whoever looks at the chat waits for a bot at rest, for `patience` seconds.
    """
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(sandbox_process("--port", "0", "--time-factor", str(pace)))
        sandbox = await stack.enter_async_context(Sandbox(url, timeout_s=PATIENCE_SECONDS))
        reached_at = url if wire is None else await stack.enter_async_context(wire.laid_to(url))
        settings = demo_settings(reached_at, folder)
        if database_url is not None:
            settings = settings.model_copy(update={"database_url": database_url})
        database = await stack.enter_async_context(bootstrap.open_database(settings))
        if server is not None:
            await take_in(database, server, bootstrap.read_ssh_key(settings))
        tokens = await cast.invite_all(database)
        bots = crew(settings, pace)
        for bot in bots:
            await bot.start()
            stack.push_async_callback(bot.stop)
        phones = await cast.give_phones(sandbox, bootstrap.load_sops().values())
        await cast.let_in(phones, tokens)
        await asyncio.gather(*(phone.wait_for("terdaftar sebagai", since=0) for phone in phones.values()))
        sandbox.pause = functools.partial(rest.at_rest, sandbox, database, patience=patience)
        yield Town(
            settings=settings,
            sandbox=sandbox,
            phones=phones,
            bot=bots[0],
            database=database,
            server=server,
            others=tuple(bots[1:]),
        )

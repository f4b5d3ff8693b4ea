"""The parts of one running sandbox, put together for the methods to use."""

from __future__ import annotations

import collections
import dataclasses
import secrets
import time
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.limits import FloodGate, FloodLimits
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

QUERY_LIFETIME_S = 15.0  # after about that time Telegram answers "query is too old"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One line of the call log: what the bot asked, and whether it was refused."""

    at_ms: float
    method: str
    chat_id: str
    code: int  # 0 where the connection was cut
    description: str = ""
    ordered: bool = False  # a fault that somebody ordered


@dataclasses.dataclass
class Core:
    """World, flood gate, webhook and what the bot told about itself."""

    world: World
    gate: FloodGate
    webhook: Webhook
    query_lifetime_s: float = QUERY_LIFETIME_S
    started_at: float = dataclasses.field(default_factory=time.monotonic)
    run: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))  # tells one run from the next
    logged_out: bool = False
    faults: Faults = dataclasses.field(default_factory=Faults)
    sites: str = ""  # where the page leads to see what the bot has built, if there is such a place
    calls: collections.deque[ApiCall] = dataclasses.field(default_factory=lambda: collections.deque(maxlen=100_000))
    commands: dict[tuple[str, str], list[dict[str, str]]] = dataclasses.field(default_factory=dict)
    profile: dict[tuple[str, str], str] = dataclasses.field(default_factory=dict)

    def commands_for(self, person_id: int) -> list[dict[str, str]]:
        """Return the command menu a person sees: the narrowest scope that has one (Bot API, "BotCommandScope")."""
        for scope in (f"chat:{person_id}", "all_private_chats", "default"):
            for language in ("id", ""):
                if (scope, language) in self.commands:
                    return self.commands[scope, language]
        return []

    def log(self, call: ApiCall) -> None:
        """Remember one call for the people's side."""
        self.calls.append(call)

    def calls_json(self) -> list[dict[str, Any]]:
        """Return the call log, oldest first."""
        return [dataclasses.asdict(call) for call in self.calls]


def make_core(token: str, limits: FloodLimits, query_lifetime_s: float = QUERY_LIFETIME_S) -> Core:
    """Return a new, empty sandbox for one bot token."""
    world = World(token)
    return Core(world, FloodGate(limits), Webhook(world.updates), query_lifetime_s)

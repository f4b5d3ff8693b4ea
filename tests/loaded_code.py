"""What a process has loaded that others are forked from: the program, and what it loads as it goes along.

Nothing of it may run: no loop, no thread, no connection is there to be forked.
"""

from __future__ import annotations

import asyncio
import importlib

import bot.sandbox.runner
from bot.cli import COMMANDS
from workflows.store import migrations
from workflows.store.unit_of_work import Database

__all__ = ["bot", "load_the_code"]


async def load_the_code() -> None:
    """Load the driver of the database, the migrations, what they make ready."""
    empty = Database("sqlite+aiosqlite://")
    await migrations.upgrade(empty)
    await empty.close()


for place in COMMANDS.values():
    importlib.import_module(f"bot.{place.partition(':')[0]}")
asyncio.run(load_the_code())

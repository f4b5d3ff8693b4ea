"""`layanan run` (or `layanan worker`) for stories: the same bot, sending many times faster than Telegram allows.

Only the pace differs; the sandbox's flood limits run as much faster. With `--pace 1` nothing differs at all.
"""

from __future__ import annotations

import argparse
import asyncio

from bot import bootstrap, log, runtime, settings
from bot.flood import Flood


def hurry(pace: float) -> None:
    Flood.OVERALL_RATE *= pace
    Flood.PRIVATE_RATE *= pace


async def run(part: str) -> None:
    chosen = settings.load()
    log.configure(chosen.log_level, chosen.secrets())
    async with bootstrap.open_app(chosen) as app:
        if part == "worker":
            await runtime.run_worker(app)
        else:
            await runtime.run(app, background=part != "chat")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--part", choices=("run", "chat", "worker"), default="run")
    given = parser.parse_args()
    hurry(given.pace)
    asyncio.run(run(given.part))

"""`python -m bot.sandbox`: a local Telegram until interrupted; its address is one JSON line on standard output."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys

from bot.sandbox.core import QUERY_LIFETIME_S
from bot.sandbox.limits import FloodLimits
from bot.sandbox.runner import DEFAULT_TOKEN, running_sandbox


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--time-factor", type=float, default=1.0, help="flood limits pass this many times faster")
    parser.add_argument("--no-flood-limits", action="store_true")
    parser.add_argument("--query-lifetime", type=float, default=QUERY_LIFETIME_S, help="seconds to answer a press")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    limits = FloodLimits(time_factor=options.time_factor, enabled=not options.no_flood_limits)
    token = os.environ.get("SANDBOX_TOKEN", DEFAULT_TOKEN)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_sandbox(
        port=options.port, token=token, limits=limits, query_lifetime_s=options.query_lifetime
    ) as (url, _core):
        sys.stdout.write(json.dumps({"url": url}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_options()))


if __name__ == "__main__":
    main()

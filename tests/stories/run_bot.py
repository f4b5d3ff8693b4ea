"""`layanan run` (or `layanan worker`) for stories: the same bot, sending many times faster than Telegram allows.

Only the pace differs; the sandbox's flood limits run as much faster. With `--pace 1` nothing differs at all.
"""

from __future__ import annotations

import argparse
import sys

from bot import cli
from bot.delivery.flood import Flood


def hurry(pace: float) -> None:
    Flood.WINDOW_SECONDS /= pace
    Flood.CALL_RATE *= pace
    Flood.PRIVATE_RATE *= pace


COMMANDS = {"run": ["run"], "chat": ["run", "--only-chat"], "worker": ["worker"]}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--part", choices=tuple(COMMANDS), default="run")
    given = parser.parse_args()
    hurry(given.pace)
    sys.argv = ["layanan", *COMMANDS[given.part]]
    cli.main()

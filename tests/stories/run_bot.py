"""`layanan run` for stories: the same bot, sending many times faster than Telegram allows.

Only the pace differs; the sandbox's flood limits run as much faster. With `--pace 1` nothing differs at all.
"""

from __future__ import annotations

import argparse
import sys

from bot import cli
from bot.flood import Flood


def hurry(pace: float) -> None:
    Flood.OVERALL_RATE *= pace
    Flood.PRIVATE_RATE *= pace


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pace", type=float, default=1.0)
    hurry(parser.parse_args().pace)
    sys.argv = ["layanan", "run"]
    cli.main()

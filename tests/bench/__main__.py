"""`python -m tests.bench [NAME …]`: measure what is named, or all, and print tables."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping

from provisioning.lab import LabError
from tests.bench import growth, hosting, idle, letters, presses, report, usage
from tests.bench.load import measure as load
from tests.bench.watch import measure as watch

BENCHES: Mapping[str, Callable[[], Awaitable[report.Section]]] = {
    "hosting": hosting.hosting,
    "rivals": hosting.rivals,
    "many": hosting.many,
    "presses": presses.measure,
    "letters": letters.measure,
    "growth": growth.on_sqlite,
    "growth-postgresql": growth.on_postgresql,
    "idle": idle.measure,
    "load": load.measure,
    "memory": load.an_hour,
    "watch": watch.measure,
    "usage": usage.measure,
}


async def run(names: list[str]) -> int:
    """Measure what is named, one after another; return how many could not be measured."""
    missing = 0
    print(report.machine(), flush=True)
    for name in names or BENCHES:
        try:
            print(report.show(await BENCHES[name]()), flush=True)
        except LabError as error:
            missing += 1
            print(f"\n{name}: not measured: {error}", flush=True)
    print(f"\nAt the end: {report.machine()}")
    return missing


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], metavar="|".join(BENCHES))
    sys.exit(asyncio.run(run(parser.parse_args().names)))


if __name__ == "__main__":
    main()

"""`layanan run` for the kill matrix: it kills itself with SIGKILL at chosen commits, and is started again at once.

What starts it again is its parent, as systemd would. The parent has loaded the code, so that a new life takes no
second to begin, and keeps nothing else: no loop, no thread, no connection, nothing of the office.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from types import FrameType

from bot import cli, settings
from tests.stories.kills import commit_points
from tests.stories.kills.commit_points import CommitPoint
from tests.stories.kills.notebook import Fate, Notebook, Side
from tests.stories.run_bot import COMMANDS, hurry


class Death:
    """Comes at the commits that fate says: when all is written but the commit, or when the commit is made."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._awaited: Side | None = None

    def before(self, point: CommitPoint) -> None:
        """Learn what fate says of a commit; die if it is to be before it."""
        self._awaited = self._fate.meet(point)
        self._come("before")

    def after(self) -> None:
        """Die if it is to be after the commit."""
        self._come("after")

    def _come(self, side: Side) -> None:
        if self._awaited == side:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)  # it never ends: nothing of this process goes on


def live() -> None:
    """One life of the bot, until it is told to end or dies."""
    death = Death(Fate(Notebook(settings.load().data_dir)))
    sys.argv = ["layanan", *COMMANDS["run"]]
    with commit_points.told(death.before, death.after):
        cli.main()


def live_again_and_again() -> int:
    """Begin a new life after each that was killed; return how the one ended that was not."""
    child, told_to_end = 0, False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal told_to_end
        told_to_end = True
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while True:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            live()
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        child = 0
        if ended != -signal.SIGKILL or told_to_end:
            return abs(ended)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pace", type=float, default=1.0)
    hurry(parser.parse_args().pace)
    raise SystemExit(live_again_and_again())

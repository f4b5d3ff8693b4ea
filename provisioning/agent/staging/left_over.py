"""What copies made ready and nobody put into place: taken away by night, a day later."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from provisioning.agent import log, names
from provisioning.agent.backup import repository_locks
from provisioning.agent.heartbeat import heartbeats
from provisioning.agent.staging import aside
from provisioning.agent.staging.copying import Report
from provisioning.plan import Progress

KEPT_SECONDS = 24 * 3600.0  # longer than any order waits for its next step


def take_away(report: Report) -> list[str]:
    """Delete what lies aside for hostings that nobody is at work on, and return their account names.

    What a hosting itself held stays, however old it is: nothing else has it.
    """
    with heartbeats(lambda: report(Progress(step="tidy", done=0, total=0))):
        return [slug for slug in names.with_copy_left_over() if _is_taken_away(slug)]


def _is_taken_away(slug: str) -> bool:
    with contextlib.suppress(BlockingIOError), repository_locks.of_hosting(slug, waits=False):
        is_old = _age(names.copy_stage(slug)) > KEPT_SECONDS
        if is_old and not aside.holds_originals(slug):
            aside.clear(slug)
        elif not aside.clear_trash(slug):
            return False
        log.write(slug, "copy_left_over")
        return True
    return False


def _age(stage: Path) -> float:
    """Return for how many seconds it has been there; none where it is not."""
    return time.time() - stage.stat().st_mtime if stage.exists() else 0.0

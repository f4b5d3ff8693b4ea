"""What copies made ready and nobody put into place: taken away by night, a day later."""

from __future__ import annotations

import contextlib
import time

from provisioning.agent import log, names
from provisioning.agent.backup import repository_locks
from provisioning.agent.heartbeat import heartbeats
from provisioning.agent.staging import copying
from provisioning.agent.staging.copying import Report
from provisioning.plan import Progress

KEPT_SECONDS = 24 * 3600.0  # longer than any order waits for its next step


def take_away(report: Report) -> list[str]:
    """Delete what lies aside for hostings that nobody is at work on, and return their account names.

    What a hosting itself held stays, however old it is: nothing else has it.
    """
    with heartbeats(lambda: report(Progress(step="tidy", done=0, total=0))):
        return [slug for slug in names.with_copy_stage() if _is_taken_away(slug)]


def _is_taken_away(slug: str) -> bool:
    with contextlib.suppress(BlockingIOError, FileNotFoundError), repository_locks.of_hosting(slug, waits=False):
        age = time.time() - names.copy_stage(slug).stat().st_mtime
        if age > KEPT_SECONDS and not copying.holds_originals(slug):
            copying.clear(slug)
            log.write(slug, "copy_left_over", days=round(age / 86400, 1))
            return True
    return False

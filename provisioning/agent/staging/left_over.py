"""What copies made ready and nobody put into place: taken away by night, a day later."""

from __future__ import annotations

import contextlib
import time

from provisioning.agent import log, names
from provisioning.agent.backup import turns
from provisioning.agent.staging import copying

KEPT_SECONDS = 24 * 3600.0  # longer than any order waits for its next step


def take_away() -> list[str]:
    """Delete what lies aside for hostings that nobody is at work on, and return their account names.

    What a hosting itself held stays, however old it is: nothing else has it.
    """
    taken = []
    for slug in names.with_copy_stage():
        with contextlib.suppress(BlockingIOError, FileNotFoundError), turns.of_hosting(slug, waits=False):
            age = time.time() - names.copy_stage(slug).stat().st_mtime
            if age > KEPT_SECONDS and not copying.holds_originals(slug):
                copying.clear(slug)
                log.write(slug, "copy_left_over", days=round(age / 86400, 1))
                taken.append(slug)
    return taken

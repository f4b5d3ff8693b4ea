"""The steps of a move, what follows each, and what follows when one fails. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping


class Phase(enum.StrEnum):
    """How far a move is. The value is kept; each name says what is done by then."""

    ASKED = "asked"
    REFUSED = "refused"
    PLANNED = "planned"  # agreed to; its time has not come
    AGREED = "agreed"
    PREPARED = "prepared"  # the hosting stands on the target, empty, and its names lead to the source
    COPIED = "copied"  # all files are there, as they were while the site was open
    CLOSED = "closed"  # the source shows a page that says so; nobody writes any more
    DELIVERED = "delivered"  # what had changed is there, and the database and the logins
    RESTING = "resting"  # the names lead to the target; what stood on the source is closed and kept
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


NEXT = {
    Phase.AGREED: Phase.PREPARED,
    Phase.PREPARED: Phase.COPIED,
    Phase.COPIED: Phase.CLOSED,
    Phase.CLOSED: Phase.DELIVERED,
    Phase.DELIVERED: Phase.RESTING,
    Phase.RESTING: Phase.DONE,
    Phase.UNDOING: Phase.UNDONE,
}
ENDED = (Phase.REFUSED, Phase.DONE, Phase.UNDONE)
BUSY = (Phase.AGREED, Phase.PREPARED, Phase.COPIED, Phase.CLOSED, Phase.DELIVERED, Phase.UNDOING)
"""While one of these holds, nothing else is ordered of the hosting."""
FORWARD_ONLY = (Phase.DELIVERED, Phase.RESTING, Phase.UNDOING)
"""From here on the move is not taken back: visitors may have written on the target."""
CANCELLABLE = (Phase.ASKED, Phase.PLANNED, Phase.AGREED, Phase.PREPARED, Phase.COPIED)
UNTOUCHED = (Phase.ASKED, Phase.PLANNED)
"""Nothing was made on the target yet."""
TRIES = 3  # of a step, before the move is taken back
PAUSE = dt.timedelta(seconds=20)
LONGEST_PAUSE = dt.timedelta(minutes=10)
COPY_NOTICE = dt.timedelta(days=1)  # its team's time to save what is in a staging copy, before that goes
KEPT = dt.timedelta(days=7)  # what stood on the source, before it is removed


def after_failure(phase: Phase, attempt: int) -> Phase:
    """Return where a move goes whose step failed for the `attempt`th time: once more, or back to the source."""
    return phase if phase in FORWARD_ONLY or attempt < TRIES else Phase.UNDOING


def may_be_cancelled(phase: Phase, closed_at: dt.datetime | None) -> bool:
    """Whether a person may call a move off: until its site is being closed."""
    return phase in CANCELLABLE and closed_at is None


def waits_for_a_try(phase: Phase, error: Mapping[str, object]) -> bool:
    """Whether a step failed that is neither taken back nor given up, so that a person may have it tried at once."""
    return bool(error) and phase in FORWARD_ONLY


def pause(attempt: int) -> dt.timedelta:
    """Return how long to wait before a step that failed is tried again."""
    longer: dt.timedelta = PAUSE * 2 ** min(attempt - 1, 8)
    return min(longer, LONGEST_PAUSE)


def tells_engineers(phase: Phase, attempt: int) -> bool:
    """Whether a failure is told: the first of a step, and the one after which the move is taken back."""
    return attempt in (1, TRIES) or (phase in FORWARD_ONLY and attempt % 10 == 0)

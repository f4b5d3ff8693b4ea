"""To which night an instant belongs: what is done to servers by night is done once for each, late in the day too."""

from __future__ import annotations

import datetime as dt

from workflows.words import WITA

NIGHT_BEGINS = dt.timedelta(hours=1)  # after midnight, WITA


def night_of(now: dt.datetime) -> dt.date:
    """Return the night whose look is due at an instant, by the date (WITA) on which it begins."""
    return (now.astimezone(WITA) - NIGHT_BEGINS).date()

"""When a site counts as down, and when as up again. Pure: one look proves nothing, two in a row do."""

from __future__ import annotations

import dataclasses
import datetime as dt

LOOKS_NEEDED = 2  # that contradict what is believed, before something else is
SOONER = 5  # a doubt is looked into after this part of the usual pause
SPREAD = 0.1  # of the pause: so that the looks at many sites do not fall together


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pulse:
    """What is believed of a site; `doubts` counts the last looks in a row that said otherwise."""

    up: bool = True
    doubts: int = 0

    def after(self, *, there: bool) -> Pulse:
        """Return what is believed after another look."""
        if there == self.up:
            return Pulse(up=self.up)
        doubts = self.doubts + 1
        return Pulse(up=there) if doubts >= LOOKS_NEEDED else Pulse(up=self.up, doubts=doubts)

    def pause(self, usual: dt.timedelta, chance: float) -> dt.timedelta:
        """Return how long to wait until the next look; `chance` is a random number from 0 to 1."""
        pause = usual / SOONER if self.doubts else usual
        return pause * (1 + SPREAD * (2 * chance - 1))

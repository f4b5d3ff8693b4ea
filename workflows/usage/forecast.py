"""On which day something that grows reaches its limit. Pure, and silent where the past says nothing of the future.

The line is the median of the slopes between every two days (Theil 1950, Sen 1968): a day that stands out, a large
upload, a clean-up, moves it little, where least squares would follow it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Sequence

from workflows.usage.figures import DayUse, Resource, newest_taken

SPAN = dt.timedelta(days=30)  # of the past that is looked at
LEAST_DAYS = 7  # fewer days are no trend
LEAST_AGREEMENT = 0.7  # of every two days how many must have grown: one leap and rest is no growth
HORIZON = dt.timedelta(days=180)  # what lies further is no news

Point = tuple[dt.date, int]


def full_on(days: Sequence[DayUse], resource: Resource, limit: int) -> dt.date | None:
    """Return the day on which the growth of the last thirty days reaches `limit`; None where that says nothing."""
    newest = newest_taken(days, resource)
    if newest is None:
        return None
    recent = [day for day in days if day.day > newest.day - SPAN]
    return reached_on([(day.day, day.taken[resource]) for day in recent if resource in day.taken], limit)


def reached_on(points: Sequence[Point], limit: int) -> dt.date | None:
    """Return the day on which the line through the points reaches `limit`, the day after the last one at the soonest.

    `points` rise in time. None where there are too few, where they do not steadily grow, where the limit is reached
    already, and where it would take longer than `HORIZON`.
    """
    if len(points) < LEAST_DAYS or points[-1][1] >= limit:
        return None
    slopes = [(b - a) / (later - day).days for (day, a), (later, b) in itertools.combinations(points, 2)]
    if sum(slope > 0 for slope in slopes) < LEAST_AGREEMENT * len(slopes):
        return None
    last, slope = points[-1][0], statistics.median(slopes)
    level = statistics.median(
        value + slope * (last - day).days for day, value in points
    )  # of the line, on the last day
    left = max(math.ceil((limit - level) / slope), 1)
    return last + dt.timedelta(days=left) if left <= HORIZON.days else None

"""A hosting's use at a glance: how near it stands to its limits, and what it served day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflows.letters.render import picture
from workflows.people.languages import Language
from workflows.pictures.wording import Wording, wording
from workflows.usage.figures import Level, sums
from workflows.usage.hosting_usage import HostingUsage
from workflows.usage.levels import LEVELS
from workflows.usage.wording import amount

TEMPLATE = "penggunaan"
TONES = dict(zip(LEVELS, ("full", "near"), strict=True))


def draw(data: Mapping[str, Any]) -> bytes:
    """Return a PNG for a phone's width."""
    return picture(TEMPLATE, data)


def data_of(
    use: HostingUsage, first: dt.date, last: dt.date, language: Language = Language.INDONESIAN
) -> dict[str, Any]:
    """Return what a picture of the days from `first` to `last` shows."""
    said, total = wording(TEMPLATE, language), sums(use.days)
    at = said.date_time(use.measured_at) if use.measured_at else None
    return {
        "title": use.domain,
        "subtitle": said["keadaan"].format(at=at) if at else said["belum"],
        "levels": [_level(level, said) for level in use.levels],
        "chart": _chart(use, first, last, said),
        "counts": [
            {"label": said["permintaan"], "value": said.number(total.requests), "bad": False},
            {"label": said["galat_klien"], "value": said.number(total.client_errors), "bad": False},
            {"label": said["galat_server"], "value": said.number(total.server_errors), "bad": total.server_errors > 0},
        ],
    }


def spoken(data: Mapping[str, Any]) -> list[str]:
    """Return line by line what a picture of these data shows, for who cannot see it."""
    levels = [", ".join(filter(None, (f"{one['label']}: {one['words']}", one["note"]))) for one in data["levels"]]
    chart = f"{data['chart']['title']}, {data['chart']['most']}"
    return [*levels, chart, ", ".join(f"{one['label']}: {one['value']}" for one in data["counts"])]


def _level(level: Level, said: Wording) -> dict[str, Any]:
    return {
        "label": said[f"sumber_{level.resource}"],
        "words": said["terpakai"].format(
            used=amount(level, level.used, locale=said.locale),
            limit=amount(level, level.limit, locale=said.locale),
            percent=level.percent,
        ),
        "share": min(level.share, 1.0),
        "tone": next((TONES[one] for one in LEVELS if level.percent >= one), "usual"),
        "note": said["penuh"].format(day=said.date(level.full_on)) if level.full_on else "",
    }


def _chart(use: HostingUsage, first: dt.date, last: dt.date, said: Wording) -> dict[str, Any]:
    """Return a column a day; one of which nothing is known is no column, one without visitors an empty one."""
    known = {day.day: day.traffic_bytes for day in use.days}
    most = max(known.values(), default=0)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    total = sums(use.days)
    return {
        "title": said["lalu_lintas"].format(total=said.size(total.received_bytes + total.sent_bytes)),
        "columns": [known[day] / most if most and day in known else (0.0 if day in known else None) for day in days],
        "most": said["tertinggi"].format(size=said.size(most)) if most else said["tanpa_lalu_lintas"],
        "first": said.date(first),
        "last": said.date(last),
    }

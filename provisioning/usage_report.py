"""What a server counts of its hostings for the office, day by day: frozen data that crosses back from the agent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class DayTraffic:
    """What Apache answered on one day of WITA; bytes as they went over the line, TLS included (mod_logio).

    A request belongs to the day on which it began. Errors are answers of 400 to 499 (`client`) and 500 to 599.
    """

    requests: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0
    client_errors: int = 0
    server_errors: int = 0

    @classmethod
    def of(cls, counts: Sequence[Any]) -> DayTraffic:
        """Read counts in the order of the fields. Raises `ValueError` or `TypeError` for anything else."""
        names = (field.name for field in dataclasses.fields(cls))
        return cls(**dict(zip(names, map(int, counts), strict=True)))


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingMeasurement:
    """What one hosting takes now, and its traffic by day. `database_bytes` is None where MariaDB gave no answer."""

    slug: str
    disk_bytes: int
    inodes: int
    database_bytes: int | None
    days: Mapping[dt.date, DayTraffic]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measurement:
    """A server's hostings, as far as they were counted in time; where not `whole`, asking again goes on with it."""

    whole: bool
    hostings: tuple[HostingMeasurement, ...]

    def to_data(self) -> dict[str, Any]:
        """Return plain data (`from_data` reads it); a day is a list in the order of `DayTraffic`'s fields."""
        return {"whole": self.whole, "hostings": [_written(hosting) for hosting in self.hostings]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Measurement:
        """Read what `to_data` wrote. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        return cls(whole=bool(data["whole"]), hostings=tuple(_read(each) for each in data["hostings"]))


def _written(hosting: HostingMeasurement) -> dict[str, Any]:
    days = {day.isoformat(): list(dataclasses.astuple(traffic)) for day, traffic in hosting.days.items()}
    return {**{field.name: getattr(hosting, field.name) for field in dataclasses.fields(hosting)}, "days": days}


def _read(data: Mapping[str, Any]) -> HostingMeasurement:
    days = {dt.date.fromisoformat(day): DayTraffic.of(counts) for day, counts in data["days"].items()}
    return HostingMeasurement(**{**data, "days": days})

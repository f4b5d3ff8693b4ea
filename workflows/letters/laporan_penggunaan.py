"""Laporan penggunaan hosting: what an OPD's hostings took and served in a month, for its head."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from workflows.letters.form import Letter, Recipient


@dataclasses.dataclass(frozen=True, kw_only=True)
class LimitLine:
    """One resource against its limit, in words; `share` is the part taken, `full_on` when growth would reach it."""

    name: str
    used: str
    limit: str
    percent: str
    share: float
    full_on: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrafficLine:
    """One count of the month beside that of the month before, in words."""

    name: str
    month: str
    before: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingUse:
    """One hosting in the month. `columns` is its traffic of each day as a part of the highest, None where unknown."""

    domain: str
    measured: str
    limits: tuple[LimitLine, ...]
    traffic: tuple[TrafficLine, ...]
    columns: tuple[float | None, ...]
    chart: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class LaporanPenggunaan(Letter):
    """`period` is the month in words, `before` the one it is compared with."""

    template: ClassVar[str] = "laporan_penggunaan"

    recipient: Recipient
    opd: str
    period: str
    before: str
    hostings: tuple[HostingUse, ...]

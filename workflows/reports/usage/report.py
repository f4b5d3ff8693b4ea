"""The monthly report of use: a letter to the head of each OPD, a list of all hostings for the head of the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows import words
from workflows.letters.daftar import Column, Daftar, Row
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Recipient
from workflows.letters.laporan_penggunaan import HostingUse, LaporanPenggunaan, LimitLine, TrafficLine
from workflows.office import Office
from workflows.people import members
from workflows.reports.figures import Period
from workflows.reports.signer import reported_by
from workflows.reports.usage.month import before, months_of, span, total
from workflows.store.tables import Hosting, Opd
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.figures import Level, Resource
from workflows.usage.hosting_usage import HostingUsage
from workflows.usage.wording import amount

COUNTS = (
    ("permintaan", "requests", words.number),
    ("terkirim", "sent_bytes", words.size),
    ("diterima", "received_bytes", words.size),
    ("galat_klien", "client_errors", words.number),
    ("galat_server", "server_errors", words.number),
)


async def letter(
    office: Office, work: UnitOfWork, opd: Opd, hostings: Sequence[Hosting], period: Period
) -> LaporanPenggunaan:
    """Return the report of an OPD's hostings in a month."""
    today = members.today(work)
    uses, earlier = [await months_of(work, hostings, one) for one in (period, before(period))]
    return LaporanPenggunaan(
        office=office.letterhead,
        date=today,
        signer=await reported_by(office, work, office.all_in_force(today)),
        recipient=Recipient(title=opd.head_title, place=office.letterhead.city),
        opd=opd.name,
        period=in_words(period),
        before=in_words(before(period)),
        hostings=tuple(_hosting(use, past, period) for use, past in zip(uses, earlier, strict=True)),
    )


async def overview(office: Office, work: UnitOfWork, hostings: Sequence[tuple[Hosting, Opd]], period: Period) -> Daftar:
    """Return all hostings of a month as one list."""
    said, today = _words(), members.today(work)
    uses = await months_of(work, [hosting for hosting, _ in hostings], period)
    return Daftar(
        office=office.letterhead,
        date=today,
        signer=await reported_by(office, work, office.all_in_force(today)),
        title=said["judul_daftar"],
        period=said["bulan"].format(period=in_words(period)),
        columns=tuple(Column(title=title, width=width, align=align) for title, width, align in said["kolom"]),
        rows=tuple(Row(cells=_cells(use, opd, said)) for use, (_, opd) in zip(uses, hostings, strict=True)),
    )


def in_words(period: Period) -> str:
    """Return a month as "November 2026"."""
    return f"{words.month(period.month)} {period.year}"


def file_name(of: str, period: Period) -> str:
    """Return what a report of somebody or something is called as a file."""
    return str(_words()["nama_berkas"]).format(of=of, period=in_words(period).replace(" ", "-"))


def _hosting(use: HostingUsage, past: HostingUsage, period: Period) -> HostingUse:
    said, now, then = _words(), total(use), total(past)
    columns, chart = _chart(use, period, said)
    return HostingUse(
        domain=use.domain,
        measured=words.date_time(use.measured_at) if use.measured_at else "",
        limits=tuple(_limit(level, said) for level in use.levels) if use.measured_at else (),
        traffic=tuple(
            TrafficLine(name=said[word], month=write(getattr(now, name)), before=write(getattr(then, name)))
            for word, name, write in COUNTS
        ),
        columns=columns,
        chart=chart,
    )


def _limit(level: Level, said: Mapping[str, Any]) -> LimitLine:
    return LimitLine(
        name=said[f"sumber_{level.resource}"],
        used=amount(level, level.used),
        limit=amount(level, level.limit),
        percent=f"{level.percent}%",
        share=round(min(level.share, 1.0), 4),
        full_on=words.date(level.full_on) if level.full_on else "",
    )


def _chart(use: HostingUsage, period: Period, said: Mapping[str, Any]) -> tuple[tuple[float | None, ...], str]:
    """Return a column a day of the month, and what stands above them."""
    if use.is_folded:
        return (), said["grafik_lama"]
    known = {day.day: day.traffic_bytes for day in use.days}
    most = max(known.values(), default=0)
    if not most:
        return (), said["grafik_kosong"]
    first, last = span(period)
    days = [known.get(first.replace(day=number)) for number in range(1, last.day + 1)]
    columns = tuple(None if count is None else round(count / most, 4) for count in days)
    return columns, said["grafik"].format(most=words.size(most))


def _cells(use: HostingUsage, opd: Opd, said: Mapping[str, Any]) -> tuple[str, ...]:
    levels, sums = {level.resource: level for level in use.levels}, total(use)
    amounts = [_share(levels.get(resource), said) for resource in Resource]
    full = "; ".join(_full(level, said) for level in use.levels if level.full_on)
    counts = (sums.requests, sums.client_errors, sums.server_errors)
    requests, *errors = (words.number(count) for count in counts)
    traffic = words.size(sums.sent_bytes + sums.received_bytes)
    return (use.domain, opd.name, *amounts, requests, traffic, *errors, full or "-")


def _share(level: Level | None, said: Mapping[str, Any]) -> str:
    if level is None:
        return "-"
    return str(said["bagian"]).format(used=amount(level, level.used), percent=level.percent)


def _full(level: Level, said: Mapping[str, Any]) -> str:
    name = said[f"sumber_{level.resource}"]
    return str(said["penuh"]).format(resource=name, day=words.date(level.full_on)) if level.full_on else ""


def _words() -> Mapping[str, Any]:
    return fixed_words("laporan_penggunaan")

"""A report as the office keeps it: one table, which is printed (PDF) and calculated with (XLSX)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows import words
from workflows.capacity import Capacity
from workflows.engine.description import Status
from workflows.letters.daftar import Column, Daftar, Row
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.people import members
from workflows.reports.figures import Report, StepFigures
from workflows.reports.signer import reported_by
from workflows.store.unit_of_work import UnitOfWork

Cells = tuple[str, ...]


async def listing(office: Office, work: UnitOfWork, report: Report) -> Daftar:
    """Return a report as a table, signed by who reports it."""
    said = _words()
    return Daftar(
        office=office.letterhead,
        date=members.today(work),
        signer=await reported_by(office, work, [report.sop]),
        title=said["judul"].format(sop=report.sop.title.replace("/", " ")),
        period=period_words(report),
        columns=tuple(Column(title=title, width=width, counts=True) for title, width in said["kolom"]),
        rows=tuple(Row(cells=cells) for cells in _rows(report)),
    )


def period_words(report: Report) -> str:
    """Return the period: "November 2026", "Tahun 2026"."""
    period, said = report.period, _words()
    if period.month:
        return str(said["bulan"]).format(month=words.month(period.month), year=period.year)
    return str(said["tahun"]).format(year=period.year)


def _rows(report: Report) -> Iterator[Cells]:
    said = _words()
    yield (said["permohonan"], said["masuk"], words.number(report.opened), "")
    for status in Status:
        if status.ended:
            yield (said["permohonan"], said[f"keadaan_{status}"], words.number(report.ended(status)), "")
    yield (said["permohonan"], said["berjalan"], words.number(report.running), "")
    if len(report.months) > 1:
        for month in report.months:
            ended = words.number(sum(month.ended.values()))
            note = said["berakhir"].format(count=ended)
            yield (said["permohonan"], words.month(month.month), words.number(month.opened), note)
    for one in report.steps:
        yield _step(one)
    if report.bottleneck is not None:
        yield (said["hambatan"], _name(report.bottleneck), share(report.bottleneck), said["hambatan_catatan"])
    for room in report.rooms:
        used = _used(room.promised, room.total) if room.total else said["tanpa_data"]
        yield (said["kapasitas"], room.server.name, used, "")
    yield from _satisfaction(report)


def _step(one: StepFigures) -> Cells:
    said = _words()
    mean = "–"
    if one.mean is not None:
        mean = said["langkah_hasil"].format(mean=words.working_duration(one.mean))
    note = said["langkah_catatan"].format(
        count=words.number(one.sums.count),
        late=words.number(one.sums.late),
        within=words.number(one.sums.within_norm),
        standing=words.number(one.standing),
        norm=one.step.norm_text,
        deadline=one.step.deadline_text,
    )
    return (said["langkah"].format(number=one.step.number), one.step.title, mean, note)


def _satisfaction(report: Report) -> Iterator[Cells]:
    said, ikm = _words(), report.ikm
    if ikm is None:
        yield (said["ikm"], said["ikm_nilai"], "–", said["ikm_kosong"])
        return
    for place, mean in enumerate(ikm.means, start=1):
        yield (said["ikm"], said["unsur"][place - 1], words.number(mean, 2), f"U{place}")
    note = said["responden"].format(count=words.number(ikm.respondents))
    yield (said["ikm"], said["ikm_nilai"], f"{words.number(ikm.value, 2)} ({ikm.grade})", note)


def share(one: StepFigures) -> str:
    """Return how much of its deadline a step takes on the mean: "40%"."""
    return f"{words.number(one.load * 100)}%"


def _name(one: StepFigures) -> str:
    return f"{one.step.number}. {one.step.title}"


def _used(promised: Capacity, total: Capacity) -> str:
    return str(_words()["terpakai"]).format(
        disk=words.megabytes(promised.disk_mb),
        disk_total=words.megabytes(total.disk_mb),
        memory=words.megabytes(promised.memory_mb),
        memory_total=words.megabytes(total.memory_mb),
    )


def _words() -> Mapping[str, Any]:
    return fixed_words("laporan_kinerja")

"""The lines of each register, out of what the store already knows: never kept twice, so never out of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from workflows import words
from workflows.fitness.checklist import checklist
from workflows.fitness.judge import Result
from workflows.people.members import today
from workflows.store import cases, copies, fitness_tests, hostings, maintenance, people
from workflows.store.tables import Hosting, JobState
from workflows.store.unit_of_work import UnitOfWork
from workflows.usage.figures import Resource, sums
from workflows.usage.hosting_usage import SHOWN, HostingUsage, uses_of
from workflows.usage.wording import amount
from workflows.views.addresses import READERS, register

__all__ = ["READERS", "REGISTERS", "Cells", "Words"]

Cells = tuple[str, ...]
Words = Mapping[str, Any]  # of one register, from `templates/letters/register.toml`
Rows = Callable[[UnitOfWork, Words, int, int], Awaitable[list[Cells]]]


async def _standing(work: UnitOfWork, limit: int, offset: int) -> list[tuple[Hosting, str, str, str]]:
    """Return hostings that stand, by domain, each with its OPD, its server and its case's number."""
    found = await hostings.of_opds(work, None, limit=limit, offset=offset)
    opds = {opd.id: opd.name for opd in await people.opds(work, active_only=False)}
    servers = {one: (await hostings.server(work, one)).name for one in {row.server_id for row in found}}
    numbers = await cases.numbers(work, {row.case_id for row in found if row.case_id is not None})
    return [(row, opds[row.opd_id], servers[row.server_id], numbers.get(row.case_id or 0, "")) for row in found]


async def _configuration(work: UnitOfWork, said: Words, limit: int, offset: int) -> list[Cells]:
    standing = await _standing(work, limit, offset)
    beside = await copies.names_beside(work, [row.id for row, *_ in standing])
    return [
        (
            ", ".join((*spec.names, *([f"{beside[row.id]} ({said['salinan_uji']})"] if row.id in beside else []))),
            opd,
            server,
            ", ".join(row.served_addresses),
            f"PHP {spec.php_version}" if spec.php_version else said["statis"],
            said["ada" if spec.database else "tidak_ada"],
            words.megabytes(spec.limits.disk_mb),
            words.megabytes(spec.limits.memory_mb),
            words.bandwidth(spec.limits.bandwidth_kbit),
            said[f"keadaan_{spec.state}"],
            number,
        )
        for row, opd, server, number in standing
        for spec in [row.spec]
    ]


async def _addresses(work: UnitOfWork, said: Words, limit: int, offset: int) -> list[Cells]:
    lines: list[Cells] = []
    for line in await register(work):
        kind = said["tersendiri" if line.dedicated else "bersama"]
        head = (line.server, line.address, kind)
        note = "" if line.active else said["tidak_dipakai_lagi"]
        lines += [(*head, name, note) for name in line.names]
        lines += [(*head, name, said["dicadangkan"]) for name in line.reserved]
        if not (line.names or line.reserved):
            lines.append((*head, "", note or said["kosong"]))
    return lines[offset : offset + limit]


async def _use(work: UnitOfWork, said: Words, limit: int, offset: int) -> list[Cells]:
    standing, last = await _standing(work, limit, offset), today(work)
    uses = await uses_of(work, [row for row, *_ in standing], last - SHOWN, last)
    return [
        (use.domain, opd, server, *_measured(use, said))
        for use, (_, opd, server, _) in zip(uses, standing, strict=True)
    ]


def _measured(use: HostingUsage, said: Words) -> Cells:
    if use.measured_at is None:
        return ("", "", "", "", "", said["belum_diukur"])
    levels, total = {level.resource: level for level in use.levels}, sums(use.days)
    amounts = [amount(levels[one], levels[one].used) if one in levels else "" for one in Resource]
    traffic = words.size(total.received_bytes + total.sent_bytes)
    return (*amounts, words.number(total.requests), traffic, words.date_time(use.measured_at))


async def _maintenance(work: UnitOfWork, said: Words, limit: int, offset: int) -> list[Cells]:
    """Return notes and repairs, the newest first: as many of each are read as the page could hold."""
    reach = offset + limit
    found: list[tuple[dt.date, dt.datetime, Cells]] = []
    for note, server, domain, by in await maintenance.notes(work, reach):
        found.append((note.day, note.created_at, (words.date(note.day), server, domain, note.text, by)))
    for job, server, domain, by in await maintenance.repairs(work, reach):
        day = (job.finished_at or job.created_at).astimezone(words.WITA).date()
        what = said["perbaikan_selesai" if job.state == JobState.DONE else "perbaikan_gagal"]
        found.append((day, job.created_at, (words.date(day), server, domain, what, by)))
    found.sort(key=lambda one: one[:2], reverse=True)
    return [cells for _, _, cells in found[offset:reach]]


async def _fitness_tests(work: UnitOfWork, said: Words, limit: int, offset: int) -> list[Cells]:
    """Return signed fitness tests, the newest first."""
    opds = {opd.id: opd.name for opd in await people.opds(work, active_only=False)}
    lines: list[Cells] = []
    for row, hosting in await fitness_tests.closed(work, limit=limit, offset=offset):
        by = await people.by_id(work, row.closed_by) if row.closed_by else None
        failed = sorted(key for key, check in row.seen.items() if not check["ok"])
        failed += sorted(key for key, answer in row.ticked.items() if answer["result"] == Result.LACKING)
        lines.append(
            (
                words.date(row.closed_at.astimezone(words.WITA).date()) if row.closed_at else "",
                hosting.domain,
                opds[hosting.opd_id],
                said[f"kejadian_{row.occasion}"],
                said[f"putusan_{row.verdict}"],
                "; ".join(item.question for key in failed if (item := checklist().item(key))),
                row.number or "",
                by.name if by else "",
            )
        )
    return lines


REGISTERS: Mapping[str, Rows] = {
    "konfigurasi": _configuration,
    "alamat": _addresses,
    "penggunaan": _use,
    "pemeliharaan": _maintenance,
    "kelaikan": _fitness_tests,
}
"""Every register by its name, which is also that of its words."""

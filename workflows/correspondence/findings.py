"""What the machine found out about a hosting, in the words of the office: checks, certificate, usage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from workflows.fitness.checklist import CheckedBy
from workflows.fitness.judge import Result, TestLine
from workflows.letters.configuration import Certificate, Usage
from workflows.letters.fixed_words import fixed_words
from workflows.letters.laporan_hosting import Check
from workflows.words import WITA

Applied = Mapping[str, Any]  # `Hosting.applied`: the agent's facts, the checks and when they were made


def checks(applied: Applied) -> tuple[Check, ...]:
    """Return what was looked at from outside."""
    names, details = _words()["nama"], _words()["keterangan"]
    return tuple(
        Check(
            name=names[check["id"]],
            passed=check["ok"],
            detail=details.get(check["id"], "").format(**check["facts"]) if check["ok"] else "",
        )
        for check in applied["checks"]
    )


def inspected(lines: Iterable[TestLine]) -> tuple[Check, ...]:
    """Return the machine's part of a fitness test (`workflows.fitness`), as far as it was looked at."""
    seen = [line for line in lines if line.item.by is CheckedBy.MACHINE and line.result is not Result.OPEN]
    return tuple(Check(name=line.item.question, passed=line.result is Result.FULFILLED) for line in seen)


def checked_at(applied: Applied) -> dt.datetime:
    """Return when it was looked at."""
    return dt.datetime.fromisoformat(applied["verified_at"])


def certificate(applied: Applied) -> Certificate:
    """Return the certificate that the address shows."""
    seen: Mapping[str, str] = applied.get("certificate", {})
    expires = seen.get("expires")
    return Certificate(
        issuer=_words()["sertifikat"].get(seen.get("certificate", ""), ""),
        valid_until=dt.datetime.fromisoformat(expires).astimezone(WITA).date() if expires else None,
    )


def usage(applied: Applied, *, database: bool) -> Usage:
    """Return what the hosting takes, as the agent counted it at hand-over; a database's size where there is one."""
    counted = applied.get("usage", {})
    return Usage(
        measured_at=checked_at(applied),
        disk=counted.get("disk_bytes", 0),
        inodes=counted.get("inodes", 0),
        database=counted.get("database_bytes") if database else None,
        traffic=counted.get("traffic_out_bytes"),
    )


def _words() -> Mapping[str, Mapping[str, str]]:
    return fixed_words("pemeriksaan")

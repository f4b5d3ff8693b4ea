"""Figures and how they are printed: medians, percentiles, ratios, and how busy the machine was."""

from __future__ import annotations

import dataclasses
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table: `value` in milliseconds unless `unit` says otherwise, `ratio` to the rival or floor."""

    what: str
    value: float
    unit: str = "ms"
    ratio: float | None = None
    to: str = ""
    goal: float | None = None  # for the ratio
    cpu: float | None = None  # processor time in milliseconds, of the server and of this side together


@dataclasses.dataclass(frozen=True)
class Section:
    """What one benchmark found, and remarks on how to read it."""

    title: str
    lines: Sequence[Line]
    remarks: Sequence[str] = ()


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def cpu_ms(process: int) -> float:
    """Return the processor time that a process has used, in milliseconds (proc(5), stat: utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Return what was measured on; the load says whether anything else was running."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, load {load}"


def show(section: Section) -> str:
    """Return a section as text."""
    width = max(len(line.what) for line in section.lines)
    rows = [f"\n{section.title}\n{'-' * len(section.title)}"]
    for line in section.lines:
        ratio = "" if line.ratio is None else f"  {line.ratio:6.2f} x {line.to}"
        goal = "" if line.goal is None else f" (goal {line.goal:g})"
        cpu = "" if line.cpu is None else f"  processor {line.cpu:.0f} ms"
        rows.append(f"  {line.what:<{width}}  {line.value:10.1f} {line.unit:<7}{ratio:<16}{cpu}{goal}".rstrip())
    return "\n".join([*rows, *(f"  ({remark})" for remark in section.remarks)])

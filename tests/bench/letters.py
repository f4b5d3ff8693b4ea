"""How long a letter takes: the first in a fresh process (fonts and templates are read), and every next one."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
from pathlib import Path

import pypdf

from tests.bench.report import Line, Section, median
from tests.unit.letters.samples import LETTERS
from workflows.letters.render import render

ROUNDS = 7
FRESH = 3  # fresh processes
ROOT = Path(__file__).resolve().parents[2]
FIRST = """
import time
from tests.unit.letters.samples import LETTERS
from workflows.letters.render import render
started = time.perf_counter()
render(LETTERS["pemberitahuan"])
print((time.perf_counter() - started) * 1000)
"""


async def measure() -> Section:
    """Render every sample letter in turns and return the table."""
    first = median([await asyncio.to_thread(_first) for _ in range(FRESH)])
    times: dict[str, list[float]] = {name: [] for name in LETTERS}
    pages = {name: len(pypdf.PdfReader(io.BytesIO(render(letter))).pages) for name, letter in LETTERS.items()}
    for _ in range(ROUNDS):
        for name, letter in LETTERS.items():
            started = time.perf_counter()
            render(letter)
            times[name].append((time.perf_counter() - started) * 1000)
    medians = {name: median(found) for name, found in times.items()}
    warm = medians["pemberitahuan"]
    lines = [Line(what=f"{name} ({pages[name]} p.)", value=value) for name, value in medians.items()]
    lines += [
        Line(what="pages a second, one core", value=1000 * sum(pages.values()) / sum(medians.values()), unit="pages"),
        Line(what="pemberitahuan, first in a fresh process", value=first, ratio=first / warm, to="warm"),
    ]
    return Section("Letters (PDF/A-2a by Typst, median)", lines)


def _first() -> float:
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)

"""Foreign files are parsed in a child process of limited time and memory: a hostile one ends the child, not the bot."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from collections.abc import Sequence

from workflows.uploads.refusal import Refusal, UploadRefused

SECONDS_MAX = 30.0
MEMORY_MAX = 2 * 1024**3  # bytes of address space
# Nothing of our own environment, which holds the bot's token and keys; few threads, as each reserves address space.
ENVIRONMENT = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
CHILD = (sys.executable, "-I", "-m", "workflows.uploads.child")


def inspect_pdf(content: bytes) -> int:
    """Return the number of pages of a PDF that may be kept. Raises `UploadRefused`."""
    answer, _rest = _ask("pdf", [], content)
    return int(answer["pages"])


def photos_to_pdf(photos: Sequence[tuple[bytes, str]], on: dt.date) -> bytes:
    """Return the photos (bytes and "jpg" or "png") as PDF/A dated `on`. Raises `UploadRefused`."""
    layout = ",".join(f"{len(content)}.{kind}" for content, kind in photos)
    _answer, pdf = _ask("photos", [on.isoformat(), layout], b"".join(content for content, _kind in photos))
    return pdf


def _ask(verb: str, arguments: Sequence[str], content: bytes) -> tuple[dict[str, str], bytes]:
    command = [*CHILD, str(MEMORY_MAX), str(math.ceil(SECONDS_MAX)), verb, *arguments]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS_MAX, check=False, env=ENVIRONMENT
        )
    except subprocess.TimeoutExpired as error:
        raise UploadRefused(Refusal.TOO_COMPLEX) from error
    head, _newline, rest = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise UploadRefused(Refusal.TOO_COMPLEX)
    answer: dict[str, str] = json.loads(head)
    if "refusal" in answer:
        params = {name: value for name, value in answer.items() if name != "refusal"}
        raise UploadRefused(Refusal(answer["refusal"]), **params)
    return answer, rest

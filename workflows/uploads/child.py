"""The child process of `bounded`: reads a file on standard input, answers one JSON line and, for photos, the PDF."""

from __future__ import annotations

import datetime as dt
import json
import logging
import resource
import sys
from collections.abc import Sequence

from workflows.uploads.refusal import Refusal, UploadRefused


def main(arguments: Sequence[str]) -> None:
    """Run `<memory> <seconds> pdf` or `<memory> <seconds> photos <date> <length.kind,…>`."""
    memory, seconds, verb, *rest = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    logging.disable(logging.CRITICAL)  # pypdf tells of each oddity; the answer is what counts
    content = sys.stdin.buffer.read()
    try:
        answer, body = _pages(content) if verb == "pdf" else _photos(content, *rest)
    except UploadRefused as refused:
        answer, body = {"refusal": refused.code.value, **refused.params}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)


def _pages(content: bytes) -> tuple[dict[str, str], bytes]:
    from workflows.uploads import pdf  # noqa: PLC0415  (after the limits are set)

    return {"pages": str(pdf.inspect(content))}, b""


def _photos(content: bytes, day: str, layout: str) -> tuple[dict[str, str], bytes]:
    from workflows.letters import render  # noqa: PLC0415  (after the limits are set)
    from workflows.uploads import jpeg  # noqa: PLC0415

    photos = []
    place = 0
    for entry in layout.split(","):
        length, kind = entry.split(".")
        photos.append((content[place : place + int(length)], kind))
        place += int(length)
    try:
        photos = [(jpeg.bare(photo) if kind == "jpg" else photo, kind) for photo, kind in photos]
        return {"pages": str(len(photos))}, render.photos_to_pdf(photos, dt.date.fromisoformat(day))
    except (ValueError, render.RenderError) as error:
        raise UploadRefused(Refusal.BROKEN_PHOTO) from error


if __name__ == "__main__":
    main(sys.argv[1:])

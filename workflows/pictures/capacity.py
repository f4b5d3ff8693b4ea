"""The servers' capacity as bars (SOP step 4): what is promised, what the request takes, what stays free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflows import words
from workflows.letters.render import picture
from workflows.pictures.wording import Wording, wording
from workflows.views.servers import ServerView

TEMPLATE = "kapasitas"
AMOUNTS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "disk_mb": ("disk", words.megabytes),
    "memory_mb": ("memori", words.megabytes),
    "bandwidth_kbit": ("bandwidth", words.bandwidth),
}


def draw(number: str, views: Sequence[ServerView]) -> bytes:
    """Return a PNG of every server's bars for the case `number`."""
    said = wording(TEMPLATE)
    seen = [view.facts_at for view in views if view.facts_at is not None]
    return picture(
        TEMPLATE,
        {
            "title": said["judul"].format(number=number),
            "subtitle": said["keadaan"].format(at=words.date_time(min(seen))) if seen else said["tanpa_data"],
            "legend": {"promised": said["terpakai"], "request": said["permohonan"], "free": said["sisa"]},
            "servers": [_server(view, said) for view in views],
        },
    )


def _server(view: ServerView, said: Wording) -> dict[str, Any]:
    if view.total is None or view.free_after is None:
        return {"name": view.server.name, "note": said["tanpa_data"], "rows": []}
    rows = [_row(view, field, said) for field in AMOUNTS]
    return {"name": view.server.name, "note": said["terpilih"] if view.chosen else "", "rows": rows}


def _row(view: ServerView, field: str, said: Wording) -> dict[str, Any]:
    label, write = AMOUNTS[field]
    total, promised = getattr(view.total, field), getattr(view.promised, field)
    needed, free = getattr(view.needed, field), getattr(view.free_after, field)
    fits = free >= 0
    sentence = said["sisa_kalimat"] if fits else said["kurang_kalimat"]
    return {
        "label": said[label],
        "words": sentence.format(free=write(max(free, 0)), total=write(total), missing=write(max(-free, 0))),
        "promised": min(promised / total, 1.0) if total else 1.0,
        "request": min(needed / total, max(1 - promised / total, 0.0)) if total else 0.0,
        "fits": fits,
    }

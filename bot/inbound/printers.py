"""Putting a list on paper or into a spreadsheet, for a message to carry: before the transaction, as it takes long."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from bot.app import App
from workflows.letters import render, spreadsheet
from workflows.letters.daftar import Daftar


@dataclasses.dataclass(frozen=True)
class Printer:
    """One way to put a list on paper."""

    make: Callable[[Daftar], bytes]
    media_type: str
    rows_max: int  # more would keep a reader waiting, or make a file that no phone opens


PRINTERS: Mapping[str, Printer] = {
    "pdf": Printer(render.render, "application/pdf", rows_max=1_500),
    "xlsx": Printer(spreadsheet.spreadsheet, spreadsheet.MEDIA_TYPE, rows_max=50_000),
}
"""Each by the ending of its files."""


async def printed(app: App, listing: Daftar, kind: str) -> dict[str, Any]:
    """Make and keep a file of a list, of one of `PRINTERS`; return what a message needs of it."""
    sha256 = await app.office.files.write(await asyncio.to_thread(PRINTERS[kind].make, listing))
    return {
        "sha256": sha256,
        "name": f"{listing.title} {listing.period}.{kind}".replace(" ", "-"),
        "media_type": PRINTERS[kind].media_type,
        "caption": "buku.berkas",
        "params": {"book": listing.title, "period": listing.period},
    }

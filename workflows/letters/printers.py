"""Lists put on paper or into a spreadsheet and kept for a message to carry: before a transaction, for it takes long."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping

from workflows.files import FileStore
from workflows.letters import render, spreadsheet
from workflows.letters.daftar import Daftar
from workflows.store.tables.messages import MessageParams


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


async def printed(files: FileStore, listing: Daftar, kind: str) -> MessageParams:
    """Make and keep a file of a list, of one of `PRINTERS`; return what a message needs of it."""
    printer = PRINTERS[kind]
    return await kept(files, listing, kind, printer.media_type, lambda: printer.make(listing))


async def kept(
    files: FileStore, listing: Daftar, ending: str, media_type: str, make: Callable[[], bytes]
) -> MessageParams:
    """Make and keep a file that is named as a list is; return what a message needs of it."""
    return {
        "sha256": await files.write(await asyncio.to_thread(make)),
        "name": f"{listing.title} {listing.period}.{ending}".replace(" ", "-"),
        "media_type": media_type,
        "caption": "laporan.berkas",
        "params": {"title": listing.title, "period": listing.period},
    }

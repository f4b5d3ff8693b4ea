"""A report made into a file: a picture for the chat, a page to print, a spreadsheet to calculate with."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from workflows.engine.description import Sop
from workflows.letters import render, spreadsheet
from workflows.letters.daftar import Daftar
from workflows.office import Office
from workflows.pictures import performance
from workflows.reports.figures import Period, Report
from workflows.reports.gather import report
from workflows.reports.listing import listing
from workflows.store.unit_of_work import Database


@dataclasses.dataclass(frozen=True)
class Kind:
    """One way to make a file of a report and its table."""

    make: Callable[[Report, Daftar], bytes]
    media_type: str


KINDS: Mapping[str, Kind] = {
    "png": Kind(lambda found, _page: performance.draw(found), "image/png"),
    "pdf": Kind(lambda _found, page: render.render(page), "application/pdf"),
    "xlsx": Kind(lambda _found, page: spreadsheet.spreadsheet(page), spreadsheet.MEDIA_TYPE),
}


async def document(office: Office, database: Database, sop: Sop, period: Period, kind: str) -> dict[str, Any]:
    """Make and keep a file of an SOP's report, of one of `KINDS`; return what a message needs of it."""
    async with database.read() as work:
        found = await report(work, sop, period)
        page = await listing(office, work, found)
    sha256 = await office.files.write(await asyncio.to_thread(KINDS[kind].make, found, page))
    return {
        "sha256": sha256,
        "name": f"{page.title} {page.period}.{kind}".replace(" ", "-"),
        "media_type": KINDS[kind].media_type,
        "caption": "laporan.berkas",
        "params": {"title": page.title, "period": page.period},
    }

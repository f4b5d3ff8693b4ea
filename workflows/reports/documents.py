"""A report made into a file: a picture for the chat, a page to print, a spreadsheet to calculate with."""

from __future__ import annotations

from workflows.engine.description import Sop
from workflows.letters.printers import PRINTERS, kept, printed
from workflows.office import Office
from workflows.reports import picture
from workflows.reports.figures import Period
from workflows.reports.gather import report
from workflows.reports.listing import listing
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database

PICTURE = "png"
KINDS = (PICTURE, *PRINTERS)


async def document(office: Office, database: Database, sop: Sop, period: Period, kind: str) -> MessageParams:
    """Make and keep a file of an SOP's report, of one of `KINDS`; return what a message needs of it."""
    async with database.read() as work:
        found = await report(work, sop, period)
        page = await listing(office, work, found)
    if kind == PICTURE:
        data = picture.data_of(found)
        file = await kept(office.files, page, kind, "image/png", lambda: picture.draw(data))
        return {**file, "params": {**file["params"], "seen": picture.spoken(data)}}
    return await printed(office.files, page, kind)

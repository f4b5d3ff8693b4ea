"""Files of use, made outside any transaction and kept: a picture of thirty days, the report of a month."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workflows.letters import render
from workflows.letters.form import Letter
from workflows.office import Office
from workflows.people import members
from workflows.people.languages import Language
from workflows.pictures import usage as pictures
from workflows.reports.figures import Period
from workflows.reports.usage import report
from workflows.store import people
from workflows.store.tables import Hosting
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database
from workflows.usage.hosting_usage import SHOWN, use_of

PDF, PNG = "application/pdf", "image/png"


async def picture_of(office: Office, database: Database, hosting: Hosting, language: Language) -> MessageParams:
    """Draw a hosting's last thirty days; return what a message needs of the file."""
    async with database.read() as work:
        last = members.today(work)
        use = await use_of(work, hosting, last - SHOWN, last)
    data = pictures.data_of(use, last - SHOWN, last, language)
    sha256 = await office.files.write(await asyncio.to_thread(pictures.draw, data))
    said: MessageParams = {
        "caption": "penggunaan.gambar",
        "params": {"domain": hosting.domain, "seen": pictures.spoken(data)},
    }
    return {"opd": hosting.opd_id, "sha256": sha256, "name": f"{hosting.domain}.png", "media_type": PNG, **said}


async def report_of(
    office: Office, database: Database, opd_id: int, theirs: Sequence[Hosting], period: Period
) -> MessageParams:
    """Make the report of hostings of one OPD in a month; return what a message needs of the file."""
    async with database.read() as work:
        opd = await people.opd(work, opd_id)
        letter = await report.letter(office, work, opd, theirs, period)
    name = report.file_name(theirs[0].domain if len(theirs) == 1 else opd.code, period)
    return {"opd": opd_id, **await _kept(office, letter, name, period)}


async def overview_of(office: Office, database: Database, standing: Sequence[Hosting], period: Period) -> MessageParams:
    """Make the list of all hostings in a month; return what a message needs of the file."""
    async with database.read() as work:
        opds = {opd.id: opd for opd in await people.opds(work, active_only=False)}
        pairs = [(hosting, opds[hosting.opd_id]) for hosting in standing]
        page = await report.overview(office, work, pairs, period)
    return await _kept(office, page, report.file_name("Semua", period), period)


async def _kept(office: Office, letter: Letter, name: str, period: Period) -> MessageParams:
    sha256 = await office.files.write(await asyncio.to_thread(render.render, letter))
    said: MessageParams = {"caption": "penggunaan.berkas", "params": {"period": report.in_words(period)}}
    return {"sha256": sha256, "name": name, "media_type": PDF, **said}

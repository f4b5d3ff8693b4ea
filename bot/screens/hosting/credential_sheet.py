"""The sheet with the passwords, to who prints it: a file made while it is sent, in a message that deletes itself."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.app import App
from bot.refusals import refusal
from bot.screens.screen import DocumentScreen, Rendered, Screen
from bot.texts import html
from workflows.hosting import credential_sheet, credentials
from workflows.hosting.credentials import CredentialSource
from workflows.letters.render import render
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

LIFE = dt.timedelta(minutes=15)  # to fetch and print it


async def to_print(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return the sheet, or why there is none any more."""
    place = CredentialSource.from_data(row.params)
    if member is None:
        return None
    try:
        sheet = await credential_sheet.sheet(app.office, work, member, place)
    except Refused as refused:
        return Screen(text=html("umum.kalimat", sentence=refusal(refused)))
    person = member

    async def once_sent(sent: UnitOfWork) -> None:
        await credentials.destroy(sent, person, place, sheet.credentials)

    minutes = LIFE // dt.timedelta(minutes=1)
    return DocumentScreen(
        content=await asyncio.to_thread(render, sheet.letter),
        name=credential_sheet.NAME.format(sheet.letter.case_number or sheet.letter.domain),
        caption=html("kredensial.surat", domain=sheet.letter.domain, case=sheet.letter.case_number, minutes=minutes),
        delete_after=LIFE,
        once_sent=once_sent,
    )

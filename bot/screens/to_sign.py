"""Letters that wait to be signed by hand: each as a file to print, and all in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, keyboard, to_menu
from bot.screens.screen import DocumentScreen, Rendered, Screen
from bot.texts import html, plain
from workflows.agenda.books import KEEPER
from workflows.correspondence.issue import title_of
from workflows.people import Member, whois
from workflows.store import cases, people
from workflows.store.tables import Letter, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

LISTED_MAX = 40  # rows of buttons; the oldest come first


async def to_sign(app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return a letter to be printed; None once it is signed, or for who no longer keeps the letters."""
    member, letter = await whois(work, row.chat_id), await cases.letter(work, row.params["letter"])
    if member is None or not member.has(KEEPER) or letter is None:
        return None
    paper = await cases.paper(work, letter.original_id) if letter.original_id and not letter.paper_id else None
    case = await cases.get(work, letter.case_id)
    if paper is None or case is None:
        return None
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    caption = html(
        "tanda_tangan.cetak",
        title=title_of(letter),
        number=letter.number,
        case=case.number,
        subject=case.subject,
        signer=signer.name if signer else "",
    )
    return DocumentScreen(
        path=app.office.files.path(paper.sha256),
        name=paper.name,
        caption=caption,
        keyboard=keyboard([[button(plain("tanda_tangan.unggah"), Do("scan", (str(letter.id),)), "primary")]]),
    )


async def _listed(_app: App, work: UnitOfWork, member: Member, _args: Mapping[str, Any]) -> Screen | None:
    return list_screen(await cases.letters_to_sign(work)) if member.has(KEEPER) else None


def list_screen(letters: Sequence[Letter]) -> Screen:
    """List the letters, each with the button to send its scan."""
    rows = [
        [button(plain("tanda_tangan.baris", title=title_of(one), number=one.number or ""), Do("scan", (str(one.id),)))]
        for one in letters[:LISTED_MAX]
    ]
    text = html("tanda_tangan.judul", count=len(letters)) if letters else html("tanda_tangan.kosong")
    return Screen(text=text, keyboard=keyboard([*rows, to_menu()]))


SCREENS = {"to_sign": _listed}

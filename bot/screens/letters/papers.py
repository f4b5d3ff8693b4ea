"""Documents: letters we issued, papers of a case, previews."""

from __future__ import annotations

import datetime as dt

from bot.app import App
from bot.screens.lengths import fit
from bot.screens.screen import DocumentScreen, Later, Rendered
from bot.texts import html
from workflows.correspondence.issue import title_of
from workflows.hosting.orders import permitted
from workflows.hosting.registry import ACTIONS
from workflows.people.insiders import sees_all
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import cases, hostings, registers
from workflows.store.tables import Letter, OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

CAPTION_ROOM = 1000  # of 1024 characters after entities are parsed (Bot API: sendPhoto, sendDocument)
TO_BE_SIGNED = dt.timedelta(minutes=1)  # between looks at a letter that waits for a hand; its scan hurries it


async def letter(app: App, work: UnitOfWork, row: OutboxMessage, _member: Member | None) -> Rendered:
    """Return a letter of ours; wait for one whose PDF is still being made."""
    found = await cases.letter(work, row.params["letter"])
    if found is None:
        return None
    paper = await cases.paper(work, found.paper_id) if found.paper_id is not None else None
    if paper is None and found.original_id and await _is_void(work, found):
        return None  # nobody will sign it
    if paper is None:
        return Later(TO_BE_SIGNED) if found.original_id else Later()
    case = await cases.get(work, found.case_id)
    caption = html(
        "surat.keterangan",
        title=title_of(found),
        number=found.number,
        case=case.number if case else "",
        subject=case.subject if case else "",
        print_for=row.params.get("print_for", ""),
        submitted=bool(found.data["data"].get("submitted_at")),
    )
    return DocumentScreen(path=app.office.files.path(paper.sha256), name=paper.name, caption=caption)


async def _is_void(work: UnitOfWork, letter: Letter) -> bool:
    return bool(letter.number and await registers.void_number(work, letter.case_id, letter.number))


async def paper(app: App, work: UnitOfWork, row: OutboxMessage, _member: Member | None) -> Rendered:
    """Return a paper of a case."""
    found = await cases.paper(work, row.params["paper"])
    if found is None or found.removed_at is not None:
        return None
    return DocumentScreen(path=app.office.files.path(found.sha256), name=found.name, caption=_caption(row.params))


async def file(app: App, _work: UnitOfWork, row: OutboxMessage, _member: Member | None) -> Rendered:
    """Return a file that is kept, though no paper of any case: a preview, or a picture."""
    return _kept(app, row)


async def office_file(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a kept file of the office, of no case, to who holds one of the roles in `params["roles"]` today."""
    return _kept(app, row) if member is not None and member.has(*row.params["roles"]) else None


async def opd_file(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a kept file about one OPD, to who holds an office of that OPD today, or sees those of all."""
    if member is None or not (row.params["opd"] in member.opds or sees_all(app.office, member)):
        return None
    return _kept(app, row)


async def hosting_file(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a kept file about a hosting, to who may order `params["action"]` of it today."""
    hosting = await hostings.get(work, row.params["hosting"])
    if member is None or hosting is None:
        return None
    try:
        permitted(member, hosting, ACTIONS[row.params["action"]])
    except Refused:
        return None
    return _kept(app, row)


async def own_file(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a kept file about one person, to that person."""
    return _kept(app, row) if member is not None and member.person.id == row.params["person"] else None


def _kept(app: App, row: OutboxMessage) -> DocumentScreen:
    params = row.params
    return DocumentScreen(
        path=app.office.files.path(params["sha256"]),
        name=params["name"],
        caption=_caption(params),
        photo=params["media_type"].startswith("image/"),
    )


def _caption(params: MessageParams) -> str:
    said = [html(params["caption"], **params.get("params", {})).strip()] if params.get("caption") else []
    said += [html("surat.cetak_untuk", **one) for one in params.get("print_for", ())]
    return fit("\n\n".join(said).split("\n"), CAPTION_ROOM)

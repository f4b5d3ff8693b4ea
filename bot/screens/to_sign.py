"""Letters that wait to be signed: each as a file to print or to read, and all of a person in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, keyboard, to_menu
from bot.screens.screen import DocumentScreen, Rendered, Screen
from bot.texts import html, plain
from workflows.agenda.books import KEEPER
from workflows.correspondence.issue import TO_SIGN, title_of
from workflows.people import Member, whois
from workflows.signing.port import Method
from workflows.store import cases, people
from workflows.store.tables import Letter, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

LISTED_MAX = 40  # rows of buttons; the oldest come first


async def to_sign(app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return a letter to whoever has it signed, or signs it; None once it is signed, or for anybody else."""
    member, letter = await whois(work, row.chat_id), await cases.letter(work, row.params["letter"])
    if member is None or letter is None or letter.paper_id is not None or not _is_theirs(member, letter):
        return None
    paper, case = await cases.paper(work, letter.original_id or 0), await cases.get(work, letter.case_id)
    if paper is None or case is None:
        return None
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    said = {"title": title_of(letter), "number": letter.number, "case": case.number, "subject": case.subject}
    wet = letter.data[TO_SIGN] == Method.WET
    caption = (
        html("tanda_tangan.cetak", **said, signer=signer.name if signer else "")
        if wet
        else html("tanda_tangan.elektronik", **said)
    )
    label = plain("tanda_tangan.unggah" if wet else "tanda_tangan.tandatangani")
    return DocumentScreen(
        path=app.office.files.path(paper.sha256),
        name=paper.name,
        caption=caption,
        keyboard=keyboard([[button(label, _press(letter), "primary")]]),
    )


async def theirs(work: UnitOfWork, member: Member) -> list[Letter]:
    """Return the letters that this person signs, or has signed by hand."""
    return [letter for letter in await cases.letters_to_sign(work) if _is_theirs(member, letter)]


def list_screen(letters: Sequence[Letter]) -> Screen:
    """List the letters, each with the button to sign it or to send its scan."""
    rows = [
        [button(plain("tanda_tangan.baris", title=title_of(one), number=one.number or ""), _press(one))]
        for one in letters[:LISTED_MAX]
    ]
    text = html("tanda_tangan.judul", count=len(letters)) if letters else html("tanda_tangan.kosong")
    return Screen(text=text, keyboard=keyboard([*rows, to_menu()]))


async def _listed(_app: App, work: UnitOfWork, member: Member, _args: Mapping[str, Any]) -> Screen | None:
    letters = await theirs(work, member)
    return list_screen(letters) if letters or member.has(KEEPER) else None


async def _secret(_app: App, _work: UnitOfWork, _member: Member, args: Mapping[str, Any]) -> Screen:
    """Ask for something secret."""
    no = button(plain("tanda_tangan.tidak_jadi"), Do("sign_not"))
    return Screen(text=html(SECRETS[args["asked"]]), keyboard=keyboard([[no]]))


def _is_theirs(member: Member, letter: Letter) -> bool:
    if letter.data.get(TO_SIGN) == Method.WET:
        return member.has(KEEPER)
    return letter.signed_by == member.person.id


def _press(letter: Letter) -> Do:
    return Do("scan" if letter.data[TO_SIGN] == Method.WET else "sign", (str(letter.id),))


SECRETS = {"nik": "tanda_tangan.nik_tanya", "passphrase": "tanda_tangan.sandi_tanya"}
SCREENS = {"to_sign": _listed, "secret": _secret}

"""Letters that wait to be signed: each as a file to print or to read, and all of a person in a list."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import button, keyboard, to_menu
from bot.screens.named_screen import Args, for_members
from bot.screens.screen import DocumentScreen, Rendered, Screen
from bot.texts import html, plain
from workflows.agenda.books import KEEPER
from workflows.correspondence import unsigned
from workflows.correspondence.issue import title_of
from workflows.people.members import Member
from workflows.store import cases, letters_to_sign, people, signings
from workflows.store.tables import Letter, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

LISTED_MAX = 40  # rows of buttons; the oldest come first


async def to_sign(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a letter to whoever has it signed, or signs it; None once it is signed, or for anybody else."""
    letter = await cases.letter(work, row.params["letter"])
    if member is None or letter is None or letter.paper_id is not None or not unsigned.is_theirs(member, letter):
        return None
    paper, case = await cases.paper(work, letter.original_id or 0), await cases.get(work, letter.case_id)
    if paper is None or case is None:
        return None
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    said = {"title": title_of(letter), "number": letter.number, "case": case.number, "subject": case.subject}
    wet = unsigned.is_wet(letter)
    caption = (
        html(
            "tanda_tangan.cetak",
            **said,
            signer=signer.name if signer else "",
            on_telegram=signer is not None and signer.telegram_id is not None,
        )
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


async def reminder(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Remind of a letter that waits; None once it is signed, or void, or for anybody who has nothing to do with it."""
    letter = await cases.letter(work, row.params["letter"])
    if member is None or letter is None or letter.id not in {one.id for one in await letters_to_sign.waiting(work)}:
        return None
    if member.person.id not in {person.id for person in await unsigned.who_see_to_it(work, letter)}:
        return None
    case = await cases.get(work, letter.case_id)
    signer = await people.by_id(work, letter.signed_by) if letter.signed_by else None
    theirs = unsigned.is_theirs(member, letter)
    label = plain("tanda_tangan.unggah" if unsigned.is_wet(letter) else "tanda_tangan.tandatangani")
    return Screen(
        text=html(
            "tanda_tangan.pengingat",
            title=title_of(letter),
            number=letter.number,
            case=case.number if case else "",
            signer=signer.name if signer else "",
            since=letter.created_at,
            wet=unsigned.is_wet(letter),
            theirs=theirs,
        ),
        keyboard=keyboard([[button(label, _press(letter), "primary")]] if theirs else []),
    )


def list_screen(letters: Sequence[Letter]) -> Screen:
    """List the letters, each with the button to sign it or to send its scan."""
    rows = [
        [button(plain("tanda_tangan.baris", title=title_of(one), number=one.number or ""), _press(one))]
        for one in letters[:LISTED_MAX]
    ]
    text = html("tanda_tangan.judul", count=len(letters)) if letters else html("tanda_tangan.kosong")
    return Screen(text=text, keyboard=keyboard([*rows, to_menu()]))


async def _listed(_app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    letters = await unsigned.of_member(work, member)
    return list_screen(letters) if letters or member.has(KEEPER) else None


async def question(_app: App, work: UnitOfWork, row: OutboxMessage, _member: Member | None) -> Rendered:
    """Ask for something secret; None where nothing is asked any more. The question before it goes."""
    if await signings.asked_of(work, row.chat_id) is None:
        return None
    no = button(plain("tanda_tangan.tidak_jadi"), Do("sign_not"))
    return Screen(text=html(row.params["text"]), keyboard=keyboard([[no]]), subject=QUESTION_SUBJECT, fresh=True)


def _press(letter: Letter) -> Do:
    return Do("scan" if unsigned.is_wet(letter) else "sign", (str(letter.id),))


QUESTION_SUBJECT = "secret"
QUESTIONS = {"nik": "tanda_tangan.nik_tanya", "passphrase": "tanda_tangan.sandi_tanya"}
SCREENS = (for_members("to_sign", _listed, by_button=True),)

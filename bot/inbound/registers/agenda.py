"""What Bagian Umum does with the agenda books: entering, correcting and striking numbers, printing a book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.forms.purpose import Purpose
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, MadeReady, Verbs, only
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.agenda import book_view, entries, printing
from workflows.agenda.books import BOOKS, KEEPER, VOID, keeper, outside_form
from workflows.letters.printers import PRINTERS, printed
from workflows.people import members
from workflows.refusal import Refused
from workflows.store import outbox
from workflows.store.tables import RegisterEntry
from workflows.store.tables.messages import MessageParams

Answers = Mapping[str, Any]


FILES = {f"agenda_{kind}": kind for kind in PRINTERS}


async def _printed(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Print the book before the transaction, for somebody who may have it."""
    kind, part = FILES[asked.verb], _part(asked.args)
    if part is None:
        return None
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        try:
            listing = await printing.listing(app.office, work, member, part) if member else None
        except Refused:
            return None
    if listing is None or len(listing.rows) > PRINTERS[kind].rows_max:
        return None
    return await printed(app.office.files, listing, kind)


async def _send(chat: ChatContext, args: Args, made: MessageParams | None) -> Reply:
    if made is None:
        too_long = "buku.terlalu_banyak" if _part(args) else "umum.tombol_lama"
        return Reply(toast=plain(too_long), alert=True)
    await outbox.put(chat.work, chat.chat_id, "office_file", {**made, "roles": [KEEPER]})
    return Reply()


async def _new(chat: ChatContext, args: Args) -> Reply:
    await drafts.begin(chat, {"agenda": _book(args), "book": _book(args)})
    return Reply()


async def _outside(chat: ChatContext, args: Args) -> Reply:
    await drafts.begin(chat, {"agenda": outside_form(_book(args)), "book": _book(args)})
    return Reply()


async def _amend(chat: ChatContext, args: Args) -> Reply:
    entry = await entries.amendable(chat.work, chat.member, first_number(args))
    await drafts.begin(
        chat, {"agenda": entry.register, "entry": entry.id, "number": entry.number}, entries.answers_of(entry)
    )
    return Reply()


async def _void(chat: ChatContext, args: Args) -> Reply:
    entry = await entries.voidable(chat.work, chat.member, first_number(args))
    await drafts.begin(chat, {"agenda": VOID, "entry": entry.id, "number": entry.number})
    return Reply()


VERBS: Verbs = only(
    keeper,
    {
        **dict.fromkeys(FILES, MadeReady(_printed, _send)),
        "agenda_new": _new,
        "agenda_outside": _outside,
        "agenda_amend": _amend,
        "agenda_void": _void,
    },
)


async def submit(chat: ChatContext, draft: OpenDraft, answers: Answers) -> Reply:
    """Carry a form of the books out. Raises `Refused`."""
    purpose = draft.row.purpose
    entry, said = await _carry_out(chat, purpose, answers)
    await drafts.discard(chat, draft)
    await chat.give_up_form()
    await chat.show("agenda_entry", entry=entry.id)
    return Reply(toast=plain(said, number=entry.number))


async def _carry_out(chat: ChatContext, purpose: Mapping[str, Any], answers: Answers) -> tuple[RegisterEntry, str]:
    office, work, member = chat.app.office, chat.work, chat.member
    match purpose:
        case {"agenda": str(name), "entry": int(entry_id)} if name == VOID:
            return await entries.void(work, member, entry_id, answers["alasan"]), "buku.dibatalkan"
        case {"entry": int(entry_id)}:
            return await entries.amend(work, member, entry_id, answers), "buku.diubah"
        case {"agenda": str(name), "book": str(book)} if name == outside_form(book):
            return await entries.enter_outside(office, work, member, book, answers), "buku.tercatat"
    return await entries.enter(office, work, member, purpose["book"], answers), "buku.tercatat"


def _book(args: Args) -> str:
    if len(args) != 1 or args[0] not in BOOKS:
        raise Refused("unknown_action", final=True)
    return args[0]


def _part(args: Args) -> book_view.BookPart | None:
    """Return the part of a book that a press names, or None for what no button of ours says."""
    if len(args) != 3:
        return None
    return book_view.part(args[0], first_number(args[1:2]), first_number(args[2:3]))


FEATURE = Feature(verbs=VERBS, forms={Purpose.AGENDA: submit})

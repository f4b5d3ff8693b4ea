"""What the head of an OPD is asked before another OPD hands a hosting to it; once answered, what was said."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.named_screen import Args
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.cases.receiver import Consent
from workflows.hosting import receiving
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork

ANSWERS = (
    (Consent.AGREES, "receive", "akhir.terima_hosting", "success"),
    (Consent.DECLINES, "receive_not", "akhir.tidak_terima_hosting", "danger"),
)


async def asked(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Return the question of a case for the head of the OPD that is asked; None for anybody else."""
    found = await receiving.question(app.office, work, member, args["case"])
    if found is None:
        return None
    rows: list[Row] = [
        [button(plain(label), Do(verb, (str(found.case.id),)), style)]
        for consent, verb, label, style in ANSWERS
        if found.is_open and found.consent is not consent
    ]
    text = html(
        "akhir.tanya_penerima",
        domain=found.domain,
        former=found.former,
        owner=found.owner,
        case=found.case.number,
        consent=found.consent.value,
        by=found.answered_by,
        open=found.is_open,
    )
    return Screen(
        text=text,
        keyboard=keyboard(rows or [to_menu()]),
        subject=receiving.subject(found.case.id),
        fresh=not args.get("redraw"),
    )

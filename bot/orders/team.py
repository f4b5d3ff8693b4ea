"""Perbarui Tim Teknis."""

from __future__ import annotations

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.texts import plain
from workflows.engine.description import Choice, Field, FieldLimits, FieldType, Form
from workflows.hosting import team
from workflows.hosting.orders import OrderedBy
from workflows.store import people
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

STAYING, ADDED, ASKED_OF = "tetap", "baru", "ditanyakan"
ADDED_MOST = 10


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    """Ask who of the present team stays, where there is one, and who comes in."""
    present = await team.team_of(work, hosting.opd_id)
    choices = tuple(Choice(value=str(row.id), label=person.name) for person, row in present)
    staying = Field(
        id=STAYING,
        type=FieldType.MULTI_CHOICE,
        ask=plain("tim.siapa_tetap"),
        label=plain("tim.tetap"),
        choices=choices,
        optional=True,
    )
    added = Field(
        id=ADDED,
        type=FieldType.PEOPLE,
        ask=plain("tim.siapa_baru"),
        label=plain("tim.baru"),
        example=plain("tim.contoh"),
        optional=bool(present),
        limits=FieldLimits(max_items=ADDED_MOST),
    )
    return Form(id="tim", title=plain("tim.judul"), fields=(staying, added) if present else (added,))


async def _shown(work: UnitOfWork, hosting: Hosting) -> Answers:
    """Return the mandates that the form asks about; who joins meanwhile was not asked about, and stays."""
    return {ASKED_OF: [row.id for _, row in await team.team_of(work, hosting.opd_id)]}


async def _stakes(work: UnitOfWork, hosting: Hosting, answers: Answers) -> Answers:
    """Name who ends, and for whose hostings."""
    names = await team.leaving_names(work, hosting.opd_id, _leaving(answers))
    return {"names": ", ".join(names), "opd": (await people.opd(work, hosting.opd_id)).name}


def _leaving(answers: Answers) -> set[int]:
    return {*answers.get(ASKED_OF, ())} - {int(one) for one in answers.get(STAYING) or ()}


async def _renew(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await team.renew(
        chat.app.office,
        chat.work,
        chat.member,
        hosting,
        by=by,
        leaving=_leaving(answers),
        added=answers.get(ADDED) or (),
    )


ORDERS = (
    Order(
        action=team.RENEW_TEAM,
        texts="tim",
        handler=_renew,
        form=_form,
        shown_at_start=_shown,
        needs_confirmation=True,
        stakes=_stakes,
    ),
)

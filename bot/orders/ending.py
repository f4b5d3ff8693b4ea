"""Arsipkan, and Hapus once its time has come."""

from __future__ import annotations

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting import ending
from workflows.hosting.backups.ordering import has_place
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _why(_app: App, _work: UnitOfWork, _hosting: Hosting, _answers: Answers) -> Form:
    return office_form("pengarsipan")


async def _backup(_app: App, work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    """Say that a last snapshot comes first, or ask where one lies on a server that keeps none."""
    return office_form("penghapusan" if await has_place(work, hosting) else "penghapusan_tanpa_cadangan")


async def _archive(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await ending.archive(chat.app.office, chat.work, hosting, by=by, reason=answers["alasan"])


async def _remove(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    await ending.remove(chat.work, hosting, by=by, last_backup=answers.get("cadangan", ""))


async def _is_over(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    await ending.removable(work, hosting)


ORDERS = (
    Order(action=ending.ARCHIVE, texts="akhir", handler=_archive, form=_why, needs_confirmation=True, style="danger"),
    Order(
        action=ending.REMOVE,
        texts="akhir",
        handler=_remove,
        form=_backup,
        needs_confirmation=True,
        style="danger",
        precondition=_is_over,
    ),
)

"""Buat, Perbarui and Hapus salinan uji."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from workflows.engine.description import Form
from workflows.hosting.backups.ordering import RESTORE, has_place
from workflows.hosting.orders import OrderedBy
from workflows.hosting.passwords import CREDENTIALS
from workflows.hosting.staging import applying, lifecycle
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import copies, hostings
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

WORDS, FILES = "salinan_uji", "files"


async def _make(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await lifecycle.make(chat.app.office, chat.work, hosting, by=by)


async def _refresh(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await lifecycle.refresh(chat.app.office, chat.work, hosting, by=by)


async def _what(_app: App, _work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    """Ask whether the data go too, where there are any."""
    form = office_form("terapkan_salinan")
    if hosting.spec.database:
        return form
    field = form.fields[0]
    return dataclasses.replace(form, fields=(dataclasses.replace(field, choices=field.choices[:1], assumed=FILES),))


async def _apply(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    database = answers["apa"] != FILES
    await applying.order_apply(chat.app.office, chat.work, hosting, database=database, by=by)


async def _remove(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await lifecycle.remove(chat.work, hosting, by=by)


async def _has_none(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    if await copies.of_hosting(work, hosting.id) is not None:
        raise Refused("copy_exists", {"domain": hosting.domain})


async def _is_not_being_applied(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    if await lifecycle.is_being_applied(work, hosting):
        raise Refused("hosting_busy", {"domain": hosting.domain})


async def _site_rests(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    """Refuse to copy from or to a site that is being changed itself. Raises `Refused` (hosting_busy)."""
    site = await hostings.get(work, hosting.copy_of or 0)
    if site is not None and await hostings.is_busy(work, site.id):
        raise Refused("hosting_busy", {"domain": site.domain})


async def _may_be_applied(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    await _site_rests(work, member, hosting)
    need(await has_place(work, hosting), "no_backup_place")


ORDERS = (
    Order(
        action=lifecycle.MAKE,
        texts=WORDS,
        handler=_make,
        needs_confirmation=True,
        precondition=_has_none,
        follow_up=CREDENTIALS,
    ),
    Order(
        action=lifecycle.REFRESH,
        texts=WORDS,
        handler=_refresh,
        needs_confirmation=True,
        precondition=_site_rests,
        follow_up=CREDENTIALS,
    ),
    Order(
        action=applying.APPLY,
        texts=WORDS,
        handler=_apply,
        form=_what,
        needs_confirmation=True,
        style="danger",
        precondition=_may_be_applied,
        follow_up=RESTORE,
    ),
    Order(
        action=lifecycle.REMOVE,
        texts=WORDS,
        handler=_remove,
        needs_confirmation=True,
        style="danger",
        precondition=_is_not_being_applied,
    ),
)

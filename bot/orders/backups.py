"""Cadangkan and Pulihkan."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
from collections.abc import Sequence

from bot import formats
from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from bot.texts import plain
from provisioning.agent.backup.wire import RestorePart
from workflows.engine.description import Choice, Form
from workflows.hosting.backups import ordering
from workflows.hosting.backups.ordering import BACKUP, RESTORE, RestoreRequest
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import backups
from workflows.store.tables import Backup, Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.words import WITA

MONTH, SNAPSHOT, PART, PATH, PLACE = "bulan", "cadangan", "bagian", "jalur", "tempat"
BESIDE = "beside"
FEW = 10  # snapshots that are offered at once; of more the month is asked first


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, answers: Answers) -> Form:
    """Ask which snapshot, the newest first; where there are many, of which month first."""
    kept = await backups.snapshots_of(work, hosting.id)
    if not kept:
        raise Refused("no_backup")
    form = office_form("pemulihan")
    month, which, *others = form.fields
    offered = [row for row in kept if answers.get(MONTH) in (None, _month(row))] if len(kept) > FEW else kept
    listed = tuple(Choice(value=str(row.id), label=_label(row)) for row in offered)
    which = dataclasses.replace(which, choices=listed)
    by_month = (dataclasses.replace(month, choices=_months(kept)),) if len(kept) > FEW else ()
    return dataclasses.replace(form, fields=(*by_month, which, *others))


def _months(kept: Sequence[Backup]) -> tuple[Choice, ...]:
    counted = collections.Counter(_month(row) for row in kept)
    return tuple(
        Choice(value=one, label=plain("cadangan.bulan", month=formats.month(int(one[5:])), year=one[:4], count=count))
        for one, count in counted.items()
    )


def _month(row: Backup) -> str:
    return _taken(row).astimezone(WITA).strftime("%Y-%m")


def _taken(row: Backup) -> dt.datetime:
    return row.finished_at or row.created_at


def _label(row: Backup) -> str:
    return plain("cadangan.pilihan", at=formats.brief_time(_taken(row)), why=plain(f"cadangan.sebab_{row.reason}"))


async def _stakes(work: UnitOfWork, hosting: Hosting, answers: Answers) -> Answers:
    """Name what is replaced, and whether the site is without its database meanwhile."""
    row = await backups.get(work, int(answers.get(SNAPSHOT) or 0))
    part = answers.get(PART) or RestorePart.WHOLE
    has_database = hosting.spec.database
    return {
        "at": formats.instant(_taken(row)) if row else "",
        "beside": answers.get(PLACE) == BESIDE,
        "what": answers.get(PATH)
        if part == RestorePart.PATH and answers.get(PATH)
        else plain(f"cadangan.bagian_{part}"),
        "stops": has_database and part in (RestorePart.WHOLE, RestorePart.DATABASE),
    }


async def _backup(chat: ChatContext, hosting: Hosting, by: OrderedBy, _answers: Answers) -> None:
    await ordering.snapshot_now(chat.work, hosting, by=by)


async def _restore(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    wish = RestoreRequest(
        snapshot=int(answers[SNAPSHOT]),
        part=RestorePart(answers[PART]),
        path=str(answers.get(PATH) or "").strip("/"),
        beside=answers[PLACE] == BESIDE,
    )
    await ordering.restore(chat.work, hosting, wish, by=by)


async def _may_be_taken(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    await ordering.may_snapshot(work, hosting)


async def _has_snapshot(work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    await ordering.need_place(work, hosting)
    if not await backups.snapshots_of(work, hosting.id, limit=1):
        raise Refused("no_backup")


ORDERS = (
    Order(action=BACKUP, texts="cadangan", handler=_backup, precondition=_may_be_taken),
    Order(
        action=RESTORE,
        texts="cadangan",
        handler=_restore,
        form=_form,
        needs_confirmation=True,
        stakes=_stakes,
        style="danger",
        precondition=_has_snapshot,
    ),
)

"""Cadangkan and Pulihkan."""

from __future__ import annotations

import dataclasses

from bot import formats
from bot.app import App
from bot.chat_context import Turn
from bot.orders.order import Answers, Order
from bot.texts import plain
from provisioning.agent.backup.wire import Part
from workflows.engine.description import Choice, Form
from workflows.engine.form_files import office_form
from workflows.hosting.backups import asking
from workflows.hosting.backups.asking import BACKUP, RESTORE, Wish
from workflows.hosting.orders import Ordered
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import backups
from workflows.store.tables import Backup, Hosting
from workflows.store.unit_of_work import UnitOfWork

OFFERED = 20  # snapshots to choose from, the newest first


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    kept = await backups.snapshots_of(work, hosting.id, limit=OFFERED)
    if not kept:
        raise Refused("no_backup")
    form = office_form("pemulihan")
    listed = tuple(Choice(value=str(row.id), label=_label(row)) for row in kept)
    fields = (dataclasses.replace(form.fields[0], choices=listed), *form.fields[1:])
    return dataclasses.replace(form, fields=fields)


def _label(row: Backup) -> str:
    taken = row.finished_at or row.created_at
    return plain("cadangan.pilihan", at=formats.instant(taken), why=plain(f"cadangan.sebab_{row.reason}"))


async def _backup(turn: Turn, hosting: Hosting, by: Ordered, _answers: Answers) -> None:
    await asking.snapshot_now(turn.work, hosting, by=by)


async def _restore(turn: Turn, hosting: Hosting, by: Ordered, answers: Answers) -> None:
    wish = Wish(
        snapshot=int(answers["cadangan"]),
        part=Part(answers["bagian"]),
        path=str(answers.get("jalur") or "").strip("/"),
        beside=answers["tempat"] == "beside",
    )
    await asking.restore(turn.work, hosting, wish, by=by)


async def _fits(work: UnitOfWork, _member: Member, hosting: Hosting) -> bool:
    return await asking.has_place(work, hosting)


ORDERS = (
    Order(action=BACKUP, words="cadangan", does=_backup, fits=_fits),
    Order(action=RESTORE, words="cadangan", does=_restore, asks=_form, sure=True, style="danger", fits=_fits),
)

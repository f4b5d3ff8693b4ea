"""Tugas terjadwal: one more script, or one less; the questions follow from what was chosen."""

from __future__ import annotations

import dataclasses

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from bot.texts import plain
from provisioning.spec import EVERY_MINUTES, WEEKDAYS, CronJob
from workflows.engine.description import Field, Form
from workflows.engine.questions import Choice
from workflows.hosting import php, timed_scripts
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

ADD, DAILY, WEEKLY = "add", "daily", "weekly"


async def _form(_app: App, _work: UnitOfWork, hosting: Hosting, answers: Answers) -> Form:
    form, known = office_form("tugas_terjadwal"), hosting.spec.cron
    what = _what(form.field("apa"), known)
    fields = [what]
    if answers.get(what.id, what.assumed) == ADD:
        fields += [form.field("skrip"), _when(form.field("jadwal"))]
        if answers.get("jadwal") == WEEKLY:
            days = tuple(Choice(value=day, label=plain(f"tugas_terjadwal.{day.lower()}")) for day in WEEKDAYS)
            fields.append(dataclasses.replace(form.field("hari"), choices=days))
        if answers.get("jadwal") in (DAILY, WEEKLY):
            fields.append(form.field("pukul"))
    return dataclasses.replace(form, fields=tuple(fields))


def _what(field: Field, known: tuple[CronJob, ...]) -> Field:
    add = Choice(value=ADD, label=plain("tugas_terjadwal.tambah"))
    gone = [
        Choice(value=str(place), label=plain("tugas_terjadwal.hapus", number=place + 1))
        for place, _ in enumerate(known)
    ]
    told = [f"{place}. {told_job(job)}" for place, job in enumerate(known, 1)]
    ask = "\n".join([field.ask, *told]) if known else plain("tugas_terjadwal.belum_ada")
    return dataclasses.replace(field, ask=ask, choices=(add, *gone), assumed="" if known else ADD)


def _when(field: Field) -> Field:
    often = [Choice(value=str(one), label=plain("tugas_terjadwal.tiap", minutes=one)) for one in EVERY_MINUTES]
    seldom = [Choice(value=one, label=plain(f"tugas_terjadwal.{one}")) for one in (DAILY, WEEKLY)]
    return dataclasses.replace(field, choices=(*often, *seldom))


def told_job(job: CronJob) -> str:
    """Return what runs when, in words."""
    return plain("tugas_terjadwal.butir", **dataclasses.asdict(job))


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    office, work = chat.app.office, chat.work
    if answers["apa"] == ADD:
        await timed_scripts.add(office, work, hosting, _job(answers), by=by)
    else:
        await timed_scripts.remove(office, work, hosting, int(answers["apa"]), by=by)


def _job(answers: Answers) -> CronJob:
    often = answers["jadwal"] not in (DAILY, WEEKLY)
    return CronJob(
        script=answers["skrip"],
        minutes=int(answers["jadwal"]) if often else None,
        at=None if often else answers["pukul"].replace(".", ":"),
        weekday=answers.get("hari"),
    )


async def _fits(_work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(php.runs_php(hosting))


ORDERS = (Order(action=timed_scripts.CRON, texts="tugas_terjadwal", handler=_change, form=_form, precondition=_fits),)

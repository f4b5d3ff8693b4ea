"""Kunci SFTP: one more key, or one less."""

from __future__ import annotations

import dataclasses

from bot import formats
from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Form
from workflows.engine.fields.ssh_key import read_ssh_key
from workflows.engine.questions import Choice
from workflows.hosting import sftp_keys
from workflows.hosting.orders import OrderedBy
from workflows.hosting.sftp_keys import KnownKey
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

ADD = "add"


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, answers: Answers) -> Form:
    """Ask which key shall go, or for one more; the question tells of each whose it is."""
    form, known = office_form("kunci_sftp"), await sftp_keys.known(work, hosting)
    choices = [Choice(value=one.key.fingerprint, label=_label(one)) for one in known]
    add = Choice(value=ADD, label=plain("kunci_sftp.tambah"))
    what, line = form.fields
    asked = "\n".join([what.ask, *(f"• {_told(one)}" for one in known)]) if known else plain("kunci_sftp.belum_ada")
    what = dataclasses.replace(what, ask=asked, choices=(add, *choices), assumed="" if known else ADD)
    adds = answers.get(what.id, what.assumed) == ADD
    return dataclasses.replace(form, fields=(what, line) if adds else (what,))


def _label(one: KnownKey) -> str:
    return plain("kunci_sftp.hapus", name=one.key.comment or one.key.fingerprint.removeprefix("SHA256:")[:12])


def _told(one: KnownKey) -> str:
    at = formats.date(one.at.date()) if one.at else ""
    key = one.key
    return plain("kunci_sftp.butir", kind=key.kind, fingerprint=key.fingerprint, comment=key.comment, by=one.by, at=at)


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    office, work = chat.app.office, chat.work
    if answers["apa"] == ADD:
        await sftp_keys.add(office, work, hosting, read_ssh_key(answers["kunci"]), by=by)
    else:
        await sftp_keys.remove(office, work, hosting, answers["apa"], by=by)


ORDERS = (Order(action=sftp_keys.KEYS, texts="kunci_sftp", handler=_change, form=_form),)

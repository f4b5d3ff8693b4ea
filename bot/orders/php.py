"""Versi PHP, with the settings that an owner may choose: what stands now is answered already."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from bot.app import App
from bot.chat_context import ChatContext
from bot.orders.order import Answers, Order, need
from bot.questions import office_form
from bot.texts import plain
from workflows.engine.description import Field, Form
from workflows.engine.questions import Choice
from workflows.hosting import php
from workflows.hosting.orders import OrderedBy
from workflows.hosting.php import PhpChoice
from workflows.people.members import Member
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def _form(_app: App, work: UnitOfWork, hosting: Hosting, _answers: Answers) -> Form:
    form, offer = office_form("php"), await php.offer(work, hosting)
    present = offer.present
    fields = (
        _among(form.field("versi"), offer.versions, present.version, lambda one: plain("php.versi", value=one)),
        _among(form.field("unggah"), offer.uploads_mb, present.upload_mb, _megabytes),
        _among(form.field("memori"), offer.memories_mb, present.memory_mb, _megabytes),
        _among(form.field("waktu"), offer.seconds, present.seconds, lambda one: plain("php.detik", value=one)),
        _among(form.field("zona"), offer.timezones, present.timezone, _zone),
    )
    return dataclasses.replace(form, fields=fields)


def _among(field: Field, offered: Iterable[object], present: object, words: Callable[[object], str]) -> Field:
    choices = tuple(Choice(value=str(one), label=words(one)) for one in offered)
    return dataclasses.replace(field, choices=choices, assumed=str(present))


def _megabytes(size: object) -> str:
    return plain("php.ukuran", value=size)


def _zone(name: object) -> str:
    return plain(f"php.zona_{str(name).rpartition('/')[2].lower()}")


async def _change(chat: ChatContext, hosting: Hosting, by: OrderedBy, answers: Answers) -> None:
    wish = PhpChoice(
        version=answers["versi"],
        upload_mb=int(answers["unggah"]),
        memory_mb=int(answers["memori"]),
        seconds=int(answers["waktu"]),
        timezone=answers["zona"],
    )
    await php.change(chat.app.office, chat.work, hosting, wish, by=by)


async def _fits(_work: UnitOfWork, _member: Member, hosting: Hosting) -> None:
    need(php.runs_php(hosting))


ORDERS = (Order(action=php.PHP, texts="php", handler=_change, form=_form, precondition=_fits),)

"""The picture of a case's course, for whoever may see the case."""

from __future__ import annotations

import asyncio

from bot.app import App
from bot.callback_data import Do, first_number
from bot.chat_context import ChatContext
from bot.inbound.feature import Args, Feature, MadeReady
from bot.screens.cases.case import COURSE
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.people import languages, members
from workflows.pictures import course as pictures
from workflows.record import readings
from workflows.record.readings import ReadingKind
from workflows.store import outbox
from workflows.store.tables.messages import MessageParams
from workflows.views.course import course_of


async def _draw(app: App, telegram_id: int, asked: Do) -> MessageParams | None:
    """Draw it for somebody who may see the case."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        course = await course_of(app.office, work, first_number(asked.args), member) if member else None
    if member is None or course is None:
        return None
    data = pictures.data_of(course, languages.language_of(member))
    sha256 = await app.office.files.write(await asyncio.to_thread(pictures.draw, data))
    said: MessageParams = {
        "caption": "kartu.perjalanan",
        "params": {"number": course.case.number, "seen": pictures.spoken(data)},
    }
    return {"sha256": sha256, "name": f"{course.case.number}.png", "media_type": "image/png", **said}


async def _send(chat: ChatContext, args: Args, picture: MessageParams | None) -> Reply:
    """Send the picture that was drawn; who asks is looked at again."""
    course = await course_of(chat.app.office, chat.work, first_number(args), chat.member)
    if course is None:
        return Reply(toast=plain("penolakan.wrong_role"), alert=True)
    if picture is None:
        return Reply(toast=plain("umum.tombol_lama"))
    await readings.note_reading(chat.app.office, chat.work, chat.member, course.case, ReadingKind.CARD)
    await outbox.put(chat.work, chat.chat_id, "file", picture, case_id=course.case.id)
    return Reply()


FEATURE = Feature(verbs={COURSE: MadeReady(_draw, _send)})

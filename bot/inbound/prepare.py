"""What takes long and needs no transaction: downloads, pictures into PDF, drafts of letters, asking the servers.

It runs before an update's transaction, so that one slow download holds nobody else up. It changes nothing that is
kept but files, which lie under their SHA-256 and harm nobody where the transaction comes to nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import telegram
from telegram.constants import ChatType
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot.app import App
from bot.callback_data import CasePress, Do, FormPress, UnknownPressError, decode
from bot.forms.open_draft import open_draft
from bot.inbound.cases import prepare_case
from bot.inbound.features import MADE_READY
from bot.inbound.letters import letter_checks
from bot.prepared import NOTHING, Prepared
from bot.texts import plain
from workflows.engine.description import FieldType
from workflows.people import members
from workflows.uploads import UploadRefused, accept_letter, check_pages, check_size, file_name

PDF = "application/pdf"
DOWNLOAD_MAX = 20 * 1024 * 1024  # bytes (Bot API: getFile)


async def prepare(app: App, update: telegram.Update) -> Prepared:
    """Make ready what handling this update will need. Raises `TelegramError` where Telegram fails us."""
    message, query = update.message, update.callback_query
    try:
        if message is not None and (message.document or message.photo):
            return await _sent_file(app, message)
        if query is not None and query.data:
            return await _press(app, query.from_user.id, query.data)
    except UploadRefused as refused:
        return Prepared(fault=(f"unggahan.{refused.code}", dict(refused.params)))
    return NOTHING


async def _sent_file(app: App, message: telegram.Message) -> Prepared:
    pages = await _pages_so_far(app, message.chat.id)
    if pages is None:
        return await _to_check(app, message)
    document, photo = message.document, message.photo[-1] if message.photo else None
    sent = document or photo
    assert sent is not None  # noqa: S101  (asked by the caller)
    check_size(sent.file_size or 0)
    if photo is not None:
        check_pages(len(pages) + 1)
    content = await _download(app, sent.file_id)
    if photo is not None:
        return Prepared(page=await app.office.files.write(content))
    name = document.file_name if document and document.file_name else plain("formulir.nama_berkas")
    return Prepared(document=await _accept(app, [content], name))


async def _pages_so_far(app: App, telegram_id: int) -> Sequence[str] | None:
    """Return the photos that were sent of the document this person is asked for; None where none is asked for."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        draft = await open_draft(app, work, member) if member else None
        field = draft.filling.field if draft else None
        if draft is None or field is None or field.type is not FieldType.DOCUMENT:
            return None
        return list(draft.filling.scratch.get("pages", ()))


async def _to_check(app: App, message: telegram.Message) -> Prepared:
    """Take the hash of a PDF that somebody sends while nothing is asked of them, to be checked as a letter of ours."""
    document = message.document
    if document is None or document.mime_type != PDF or message.chat.type != ChatType.PRIVATE:
        return NOTHING
    async with app.database.read() as work:
        member = await members.whois(work, message.chat.id)
        asked = member is not None and await open_draft(app, work, member) is not None
        if asked or not await letter_checks.left(work, message.chat.id):
            return NOTHING if asked else Prepared(checked="")
    check_size(document.file_size or 0)
    return Prepared(checked=hashlib.sha256(await _download(app, document.file_id)).hexdigest())


async def _download(app: App, file_id: str) -> bytes:
    try:
        file = await app.bot.get_file(file_id)
    except BadRequest as error:
        if "too big" in error.message:
            check_size(DOWNLOAD_MAX + 1)
        raise
    try:
        return bytes(await file.download_as_bytearray())
    except InvalidToken as error:  # 404: the link has ended, which lives for an hour; the next try asks for a new one
        raise NetworkError("the link to a file has ended") from error


async def _accept(app: App, contents: list[bytes], name: str) -> Mapping[str, Any]:
    async with app.database.read() as work:
        today = members.today(work)
    letter = await asyncio.to_thread(accept_letter, contents, on=today)
    sha256 = await app.office.files.write(letter.content)
    return {"sha256": sha256, "name": file_name(name), "media_type": PDF, "size": len(letter.content)}


async def _press(app: App, telegram_id: int, data: str) -> Prepared:
    try:
        press = decode(data)
    except UnknownPressError:
        return NOTHING
    if isinstance(press, FormPress) and press.verb == "done":
        return await _finished_pages(app, telegram_id, press)
    if isinstance(press, FormPress) and press.verb in ("send", "sure"):
        return await prepare_case.form_sent(app, telegram_id)
    if isinstance(press, Do):
        verb = MADE_READY.get(press.verb)
        return await verb.prepare(app, telegram_id, press) if verb else NOTHING
    return await prepare_case.case_press(app, telegram_id, press) if isinstance(press, CasePress) else NOTHING


async def _finished_pages(app: App, telegram_id: int, press: FormPress) -> Prepared:
    """Make one PDF of the photos that were sent."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        draft = await open_draft(app, work, member) if member else None
    if draft is None or draft.filling.position != press.at or not draft.filling.scratch.get("pages"):
        return NOTHING
    contents = [await app.office.files.read(page) for page in draft.filling.scratch["pages"]]
    return Prepared(document=await _accept(app, contents, draft.filling.form.field(press.at).label))

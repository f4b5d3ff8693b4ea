"""What a person can do in the chat with the bot, as a Telegram client would let them."""

from __future__ import annotations

import dataclasses
import re

from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import TEXT_MAX, Formatted, commands_in, utf16_length
from bot.sandbox.state import CallbackQuery, Contact, Content, Message, Person, StoredFile

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # Bot API, "Deep linking"


def write(core: Core, person: Person, text: str, *, reply_to: int | None = None) -> list[Message]:
    """Type and send a text. As every client does, blanks are trimmed and what is over 4096 goes in several parts."""
    body = text.strip()
    if not body:
        raise bad_request("text must be non-empty")
    _open_chat(core, person, is_start=body.split()[0] == "/start")
    return [
        core.world.post(person.id, Content(text=Formatted(part, commands_in(part))), from_bot=False, reply_to=reply_to)
        for part in _parts(body)
    ]


def _parts(text: str) -> list[str]:
    if utf16_length(text) <= TEXT_MAX:
        return [text]
    step = TEXT_MAX if utf16_length(text) == len(text) else TEXT_MAX // 2
    return [part for start in range(0, len(text), step) if (part := text[start : start + step].strip())]


def open_link(core: Core, person: Person, payload: str) -> list[Message]:
    """Follow t.me/bot?start=payload and press START."""
    if payload and not PAYLOAD.fullmatch(payload):
        raise bad_request("START_PARAM_INVALID")
    return write(core, person, f"/start {payload}".strip())


def _open_chat(core: Core, person: Person, *, is_start: bool = False) -> None:
    if person.blocked and not is_start:
        raise bad_request("YOU_BLOCKED_USER")
    core.world.set_blocked(person, blocked=False)
    if not person.started:
        person.started = True
        core.world.feed.add(person.id, "person", person=dataclasses.asdict(person))
        core.world.feed.add(person.id, "commands", commands=core.commands_for(person.id))


def send_files(core: Core, person: Person, files: list[StoredFile], caption: str, *, photos: bool) -> list[Message]:
    """Send documents or photos; two to ten at once become an album."""
    if not 1 <= len(files) <= 10:
        raise bad_request("wrong number of media in the album: expected 1 to 10")
    _open_chat(core, person)
    group = core.world.new_group_id() if len(files) > 1 else None
    posted = []
    for index, file in enumerate(files):
        text = Formatted(caption.strip() if index == 0 else "")
        content = Content(photo=file, caption=text) if photos else Content(document=file, caption=text)
        posted.append(core.world.post(person.id, content, from_bot=False, group=group))
    return posted


def share_contact(core: Core, person: Person, *, phone: str, name: str, user_id: int | None) -> Message:
    """Share a contact card: one's own (`user_id` is then one's own id) or somebody else's."""
    _open_chat(core, person)
    known = core.world.people.get(user_id) if user_id is not None else None
    if known is not None:
        known.seen_by_bot = True
    contact = Contact(phone_number=re.sub(r"\D", "", phone), first_name=name, user_id=user_id)
    return core.world.post(person.id, Content(contact=contact), from_bot=False)


def press(core: Core, person: Person, message_id: int, data: str) -> CallbackQuery:
    """Press a button. Any data passes, as from a forged client; the message must still be there."""
    message = core.world.message_in(person.id, message_id)
    if message is None or not message.from_bot:
        raise bad_request("MESSAGE_ID_INVALID")
    if not 1 <= len(data.encode()) <= 64:
        raise bad_request("DATA_INVALID")
    if person.blocked:
        raise bad_request("YOU_BLOCKED_USER")
    return core.world.press(person, message, data)


def take_away(core: Core, person: Person, message_id: int) -> None:
    """Delete a message for both sides, as anybody can in a private chat; the bot hears nothing of it."""
    message = core.world.message_in(person.id, message_id)
    if message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    core.world.delete(message)


def rewrite(core: Core, person: Person, message_id: int, text: str) -> Message:
    """Edit one's own text."""
    message = core.world.message_in(person.id, message_id)
    if message is None or message.from_bot or message.content.text is None:
        raise bad_request("MESSAGE_ID_INVALID")
    core.world.edit(message, Content(text=Formatted(text.strip(), commands_in(text.strip()))), None)
    return message

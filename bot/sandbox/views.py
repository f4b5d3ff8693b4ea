"""One message, written twice: as the Bot API gives it to a bot, and as a person's screen shows it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.formatted import Formatted
from bot.sandbox.state import CallbackQuery, Content, Message, Person, StoredFile, Version

Json = dict[str, Any]


def user_json(person: Person) -> Json:
    """Return a `User`."""
    body: Json = {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "id"}
    return body | ({"username": person.username} if person.username else {})


def chat_json(person: Person) -> Json:
    """Return the private `Chat` with that person."""
    body: Json = {"id": person.id, "type": "private", "first_name": person.name}
    return body | ({"username": person.username} if person.username else {})


def file_json(file: StoredFile) -> Json:
    """Return the fields every file object shares."""
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}


def message_json(message: Message, chat: Json, sender: Json) -> Json:
    """Return a `Message` for the bot."""
    body: Json = {
        "message_id": message.id,
        "date": message.date,
        "chat": chat,
        "from": sender,
    }
    body |= content_json(message.content)
    if message.markup is not None and "inline_keyboard" in message.markup:
        body["reply_markup"] = message.markup
    if message.edit_date is not None:
        body["edit_date"] = message.edit_date
    if message.media_group_id is not None:
        body["media_group_id"] = message.media_group_id
    if message.thread is not None:
        body |= {"message_thread_id": message.thread, "is_topic_message": True}
    if message.protected:
        body["has_protected_content"] = True
    return body


def content_json(content: Content) -> Json:
    """Text, caption, document, photo or contact as fields of a `Message`."""
    body: Json = {}
    if content.text is not None:
        body |= _formatted("text", "entities", content.text)
    if content.document is not None:
        document = content.document
        body["document"] = {**file_json(document), "file_name": document.name, "mime_type": document.mime}
    if content.photo is not None:
        photo = content.photo
        body["photo"] = [{**file_json(photo), "width": photo.width, "height": photo.height}]
    if content.has_media and content.caption.text:
        body |= _formatted("caption", "caption_entities", content.caption)
    if content.contact is not None:
        contact = content.contact
        body["contact"] = {"phone_number": contact.phone_number, "first_name": contact.first_name}
        if contact.user_id is not None:
            body["contact"]["user_id"] = contact.user_id
    return body


def _formatted(name: str, entities_name: str, value: Formatted) -> Json:
    return {name: value.text} | ({entities_name: value.entities_json()} if value.entities else {})


def callback_query_json(query: CallbackQuery, message: Message, person: Person, bot: Json) -> Json:
    """Return a `CallbackQuery`."""
    return {
        "id": query.id,
        "from": user_json(person),
        "message": message_json(message, chat_json(person), bot),
        "chat_instance": str(person.id * 7919),
        "data": query.data,
    }


def screen_message(message: Message, *, whole: bool = False) -> Json:
    """Return a message for the people's side as it is now, or with all versions it ever had."""
    return {
        "id": message.id,
        "from_bot": message.from_bot,
        "date": message.date,
        "reply_to": message.reply_to,
        "media_group_id": message.media_group_id,
        "protected": message.protected,
        "edited": message.edit_date is not None,
        "deleted_ms": message.deleted_ms,
        "reaction": message.reaction,
        "versions": [screen_version(version) for version in (message.versions if whole else message.versions[-1:])],
    }


def screen_version(version: Version) -> Json:
    """One state of a message: text or caption with entities, media, keyboard."""
    content = version.content
    shown = content.text if content.text is not None else content.caption
    file = content.document or content.photo
    return {
        "at_ms": version.at_ms,
        "text": shown.text,
        "entities": shown.entities_json(),
        "file": _screen_file(file, is_photo=content.photo is not None) if file else None,
        "contact": content_json(content).get("contact"),
        "markup": version.markup,
    }


def _screen_file(file: StoredFile, *, is_photo: bool) -> Json:
    return {
        "id": file.unique_id,
        "name": file.name,
        "mime": file.mime,
        "size": len(file.data),
        "is_photo": is_photo,
        "width": file.width,
        "height": file.height,
    }

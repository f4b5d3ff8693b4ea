"""send…, copyMessage and forwardMessage: what puts a new message into a chat."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.sandbox.call import Call, formatted
from bot.sandbox.core import Core
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import Formatted, require_caption, require_text
from bot.sandbox.groups import Group, no_thread
from bot.sandbox.keyboards import parse_markup
from bot.sandbox.methods.files import take_file
from bot.sandbox.state import Content, Message

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_video_note",
        "upload_video_note",
        "cancel",
    ]
)


async def send_message(core: Core, call: Call) -> dict[str, Any]:
    """SendMessage."""
    if not call.text("text"):
        raise bad_request("message text is empty")
    return _post(core, call, Content(text=require_text(call.formatted("text", "entities"))))


async def send_document(core: Core, call: Call) -> dict[str, Any]:
    """SendDocument, up to 50 MB."""
    document = take_file(core, call, "document", call.text("document"))
    return _post(core, call, Content(document=document, caption=_caption(call)))


async def send_photo(core: Core, call: Call) -> dict[str, Any]:
    """SendPhoto, PNG or JPEG up to 10 MB."""
    photo = take_file(core, call, "photo", call.text("photo"))
    return _post(core, call, Content(photo=photo, caption=_caption(call)))


def _caption(call: Call) -> Formatted:
    return require_caption(call.formatted("caption", "caption_entities"))


def _post(core: Core, call: Call, content: Content) -> dict[str, Any]:
    markup = parse_markup(call.text("reply_markup"))
    chat_id = call.chat_id()
    thread = _thread(core, call, chat_id)
    reply_to = _reply_target(core, call, chat_id)
    core.gate.pass_or_refuse(chat_id)
    message = core.world.post(
        chat_id,
        content,
        from_bot=True,
        markup=markup,
        reply_to=reply_to,
        protected=call.flag("protect_content"),
        thread=thread,
    )
    return core.world.bot_view(message)


def _thread(core: Core, call: Call, chat_id: int) -> int | None:
    """Return the topic that is meant, or None for none. Raises `ApiError` 400 or 403."""
    chat, thread = core.world.reachable(chat_id), call.integer("message_thread_id")
    if not thread:
        return None
    if not isinstance(chat, Group):
        raise no_thread()
    chat.require_topic(thread)
    return thread


def _reply_target(core: Core, call: Call, chat_id: int) -> int | None:
    parameters = call.json("reply_parameters") or {}
    if not isinstance(parameters, dict):
        raise bad_request("object expected as reply parameters")
    message_id = parameters.get("message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return None
    if core.world.message_in(chat_id, int(message_id)) is not None:
        return int(message_id)
    if parameters.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


async def send_media_group(core: Core, call: Call) -> list[dict[str, Any]]:
    """SendMediaGroup: 2 to 10 photos, or 2 to 10 documents."""
    media = call.json("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise bad_request("expected an Array of InputMedia")
    kinds = {item.get("type") for item in media}
    if not 2 <= len(media) <= 10:
        raise bad_request("wrong number of media in the album: expected 2 to 10")
    if kinds not in ({"photo"}, {"document"}):
        raise bad_request("can't use the media of the specified type in the album")
    contents = [media_content(core, call, item) for item in media]
    chat_id = call.chat_id()
    core.world.reachable(chat_id)
    core.gate.pass_or_refuse(chat_id, len(contents))
    group, protected = core.world.new_group_id(), call.flag("protect_content")
    posted = [
        core.world.post(chat_id, content, from_bot=True, group=group, protected=protected) for content in contents
    ]
    return [core.world.bot_view(message) for message in posted]


def media_content(core: Core, call: Call, item: dict[str, Any]) -> Content:
    """Return an `InputMediaPhoto` or `InputMediaDocument` with its caption. Raises `ApiError` 400."""
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise bad_request(f"can't parse InputMedia: type {kind} is not offered by this server")
    file = take_file(core, call, kind, str(item.get("media", "")))
    text = formatted(str(item.get("caption", "")), str(item.get("parse_mode", "")), item.get("caption_entities"))
    caption = require_caption(text)
    return Content(photo=file, caption=caption) if kind == "photo" else Content(document=file, caption=caption)


async def copy_message(core: Core, call: Call) -> dict[str, Any]:
    """CopyMessage; the copy has no link to its source."""
    source = _source(core, call, "copy")
    content = source.content
    if content.has_media and "caption" in call.params:
        content = dataclasses.replace(content, caption=_caption(call))
    return {"message_id": _post(core, call, content)["message_id"]}


async def forward_message(core: Core, call: Call) -> dict[str, Any]:
    """ForwardMessage."""
    return _post(core, call, _source(core, call, "forward").content)


def _source(core: Core, call: Call, verb: str) -> Message:
    message = core.world.message_in(call.integer("from_chat_id"), call.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.protected:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


async def send_chat_action(core: Core, call: Call) -> bool:
    """SendChatAction; the person sees it for five seconds or until the next message."""
    action = call.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat_id = call.chat_id()
    core.world.reachable(chat_id)
    core.world.feed.add(chat_id, "action", action=action)
    return True


METHODS = {
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "sendmediagroup": send_media_group,
    "copymessage": copy_message,
    "forwardmessage": forward_message,
    "sendchataction": send_chat_action,
}

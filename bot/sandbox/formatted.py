"""Text with entities, counted as Telegram counts: in UTF-16 code units."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from bot.sandbox.errors import bad_request

TEXT_MAX = 4096  # characters of a message after entities parsing (Bot API, sendMessage)
CAPTION_MAX = 1024  # characters of a caption after entities parsing (Bot API, sendDocument)
_SPACE = " \t\n\r\v\f"
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII)


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes; an emoji outside the basic plane takes two."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclasses.dataclass(frozen=True)
class Entity:
    """One MessageEntity; `extra` holds `url`, `language` or `custom_emoji_id` where the type has one."""

    type: str
    offset: int
    length: int
    extra: tuple[tuple[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the entity as the Bot API writes it."""
        return {"type": self.type, "offset": self.offset, "length": self.length, **dict(self.extra)}


@dataclasses.dataclass(frozen=True)
class Formatted:
    """Plain text and the entities over it."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def trimmed(self) -> Formatted:
        """Without blank characters at both ends, as Telegram stores every message."""
        left = len(self.text) - len(self.text.lstrip(_SPACE))
        text = self.text.strip(_SPACE)
        end = utf16_length(text)
        moved = (_shifted(entity, left, end) for entity in self.entities)
        return Formatted(text, tuple(entity for entity in moved if entity is not None))

    def entities_json(self) -> list[dict[str, Any]]:
        """All entities as the Bot API writes them."""
        return [entity.as_json() for entity in self.entities]


def _shifted(entity: Entity, left: int, end: int) -> Entity | None:
    start = max(entity.offset - left, 0)
    stop = min(entity.offset + entity.length - left, end)
    return dataclasses.replace(entity, offset=start, length=stop - start) if stop > start else None


def commands_in(text: str) -> tuple[Entity, ...]:
    """Return the `bot_command` entities a Telegram server finds in what a person typed."""
    return tuple(
        Entity("bot_command", utf16_length(text[: found.start()]), len(found.group()))
        for found in _COMMAND.finditer(text)
    )


def require_text(formatted: Formatted) -> Formatted:
    """Return a message body, trimmed. Raises `ApiError` 400 when nothing is left or when it is over 4096 characters."""
    body = formatted.trimmed()
    if not body.text:
        raise bad_request("text must be non-empty")
    if utf16_length(body.text) > TEXT_MAX:
        raise bad_request("message is too long")
    return body


def require_caption(formatted: Formatted) -> Formatted:
    """Return a caption, trimmed; may be empty. Raises `ApiError` 400 when it is over 1024 characters."""
    body = formatted.trimmed()
    if utf16_length(body.text) > CAPTION_MAX:
        raise bad_request("message caption is too long")
    return body

"""One call of a bot: its method, its parameters as Telegram reads them, and its uploads."""

from __future__ import annotations

import dataclasses
import json
import mimetypes
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.formatted import Entity, Formatted
from bot.sandbox.html import parse_html


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Call:
    """Parameters are strings, as in a form; objects and lists are JSON in a string (Bot API, "Making requests")."""

    method: str
    params: dict[str, str]
    uploads: dict[str, Upload] = dataclasses.field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a parameter, empty when it was not given."""
        return self.params.get(name, "")

    def flag(self, name: str) -> bool:
        """Return a Boolean as Telegram reads it."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0, lowest: int | None = None, highest: int | None = None) -> int:
        """Return a whole number, clamped to its range; anything else is the default."""
        try:
            value = int(self.text(name))
        except ValueError:
            value = default
        value = value if lowest is None else max(lowest, value)
        return value if highest is None else min(highest, value)

    def json(self, name: str, otherwise: Any = None) -> Any:
        """Return a JSON parameter. Raises `ApiError` 400 when it is no JSON."""
        raw = self.text(name)
        if not raw:
            return otherwise
        try:
            return json.loads(raw)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat_id(self) -> int:
        """Return the target chat. Raises `ApiError` 400 when it is missing or no number."""
        raw = self.text("chat_id")
        if not raw:
            raise bad_request("chat_id is empty")
        try:
            return int(raw)
        except ValueError:
            raise bad_request("chat not found") from None

    def formatted(self, name: str, entities_name: str) -> Formatted:
        """Text by `parse_mode`, or with explicit entities. Raises `ApiError` 400 for bad markup."""
        return formatted(self.text(name), self.text("parse_mode"), self.json(entities_name))

    def upload(self, name: str) -> Upload | None:
        """Return the file given directly or by `attach://`."""
        return self.attached(self.text(name)) or self.uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """Return the file that an `attach://…` reference names."""
        return self.uploads.get(reference.removeprefix("attach://")) if reference.startswith("attach://") else None


def formatted(text: str, parse_mode: str, entities: Any) -> Formatted:
    """Text and entities of one field. Of Telegram's parse modes only HTML is offered here."""
    mode = parse_mode.lower()
    if len(text.encode("utf-8", "surrogatepass")) > 1 << 15:
        raise bad_request("text is too long")
    if mode == "html":
        return parse_html(text)
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    return Formatted(text, tuple(_entity(item) for item in entities or ()))


def _entity(item: Any) -> Entity:
    try:
        known = {"type", "offset", "length"}
        extra = tuple((key, value) for key, value in item.items() if key not in known)
        return Entity(str(item["type"]), int(item["offset"]), int(item["length"]), extra)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity: expected an Object") from None


async def read_call(request: web.Request) -> Call:
    """Parameters from query string, form, multipart or JSON body, whichever the bot used."""
    params = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.json()
        params |= {key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                mime = value.content_type or mimetypes.guess_type(value.filename)[0] or "application/octet-stream"
                uploads[name] = Upload(value.filename, mime, value.file.read())
            else:
                params[name] = str(value)
    return Call(request.match_info["method"].lower(), params, uploads)


def unknown_method() -> ApiError:
    """404 as Telegram words it."""
    return ApiError(404, "Not Found: method not found")

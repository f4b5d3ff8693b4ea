"""The HTML that Telegram accepts (Bot API, "HTML style"), with its refusals and byte offsets.

The grammar is Telegram's own, not that of browsers: a dozen tags, four named entities, every tag closed in order.
"""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.formatted import Entity, Formatted, utf16_length

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*));?")
_PLAIN = re.compile(rb"[^<&]+")
_TAG_NAME = re.compile(rb"[^\s\0>]*")
_SPACES = re.compile(rb"\s*")
_ATTRIBUTE_NAME = re.compile(rb"[^\s\0=>/\"']*")
_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_AROUND_CODE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_CODE = frozenset({"code", "pre"})
_LINK_SCHEMES = ("http", "https", "ton", "tg", "tonsite")


@dataclasses.dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    text_index: int


def parse_html(source: str) -> Formatted:
    """Text and entities of a `parse_mode=HTML` string. Raises `ApiError` 400 "can't parse entities: …"."""
    return _Parser(source.encode("utf-8", "surrogatepass")).parse()


def _refuse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


class _Parser:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._parts: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> Formatted:
        while self._at < len(self._data):
            if self._data.startswith(b"</", self._at):
                self._end_tag()
            elif self._data.startswith(b"<", self._at):
                self._start_tag()
            elif self._data.startswith(b"&", self._at):
                self._emit(self._reference())
            else:
                self._emit(self._take(_PLAIN).decode("utf-8", "surrogatepass"))
        if self._open:
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        plain = (
            dataclasses.replace(entity, extra=()) if entity.type == "code" else entity for entity in self._entities
        )
        ordered = sorted(_bared(list(plain)), key=lambda entity: (entity.offset, -entity.length))
        return Formatted(self._checked_text(), tuple(ordered))

    def _checked_text(self) -> str:
        try:
            return "".join(self._parts).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise _refuse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ) from None

    def _emit(self, text: str) -> None:
        self._parts.append(text)
        self._length += utf16_length(text)

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self._data, self._at)
        taken = found.group() if found else b""
        self._at += len(taken)
        return taken

    def _peek(self) -> bytes:
        return self._data[self._at : self._at + 1]

    def _reference(self) -> str:
        found = _REFERENCE.match(self._data, self._at)
        decoded = _decode_reference(found) if found else None
        if found is None or decoded is None:
            self._at += 1
            return "&"
        self._at = found.end()
        return decoded

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._take(_TAG_NAME).decode("utf-8", "replace").lower()
        if not self._peek():
            raise _refuse(f"Unclosed start tag at byte offset {begin}")
        if tag not in _STYLES:
            raise _refuse(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = self._attributes(tag, begin)
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_Open(tag, argument, self._length, len(self._parts)))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while self._peek() != b">":
            self._take(_SPACES)
            if self._peek() == b">":
                break
            name = self._take(_ATTRIBUTE_NAME).decode("utf-8", "replace")
            if not name:
                raise _refuse(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._take(_SPACES)
            if self._peek() == b"=":
                value = self._value(tag, begin)
                argument = _argument(tag, name, value) or argument
            elif not self._peek():
                raise _refuse(f'Unclosed start tag "{tag}" at byte offset {begin}')
            elif (tag, name) == ("blockquote", "expandable"):
                argument = "expandable"
        return argument

    def _value(self, tag: str, begin: int) -> str:
        self._at += 1
        self._take(_SPACES)
        quote = self._peek()
        if not quote:
            raise _refuse(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted(quote) if quote in {b'"', b"'"} else self._token()
        if not self._peek():
            raise _refuse(f"Unclosed start tag at byte offset {begin}")
        return value

    def _token(self) -> str:
        begin = self._at
        value = self._take(_TOKEN).decode().lower()
        if self._peek() != b">" and not self._peek().isspace():
            raise _refuse(f"Unexpected end of name token at byte offset {begin}")
        return value

    def _quoted(self, quote: bytes) -> str:
        end = self._data.find(quote, self._at + 1)
        raw = self._data[self._at + 1 :] if end < 0 else self._data[self._at + 1 : end]
        self._at = len(self._data) if end < 0 else end + 1
        decoded = _REFERENCE.sub(lambda found: (_decode_reference(found) or found.group().decode()).encode(), raw)
        return decoded.decode("utf-8", "replace")

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _refuse(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = self._take(_TAG_NAME).decode("utf-8", "replace").lower()
        self._take(_SPACES)
        if self._peek() != b">":
            raise _refuse(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _refuse(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self._length - opened.offset
        inner = self._entities[-1] if self._entities else None
        same = inner is not None and (inner.offset, inner.length) == (opened.offset, length)
        if opened.tag == "pre" and inner is not None and same and inner.type == "code" and inner.extra:
            self._entities[-1] = dataclasses.replace(inner, type="pre")
            return
        if opened.tag == "code" and inner is not None and same and inner.type == "pre" and opened.argument:
            self._entities[-1] = dataclasses.replace(inner, extra=(("language", opened.argument),))
            return
        text = "".join(self._parts[opened.text_index :])
        entity = _entity(opened, length, text)
        if entity is not None:
            self._entities.append(entity)


def _bared(entities: list[Entity]) -> list[Entity]:
    """Take the styles off what is code: it is part of none, so no spoiler hides it (Bot API, "Formatting options")."""
    kept = [one for one in entities if one.type not in _AROUND_CODE]
    for style in (one for one in entities if one.type in _AROUND_CODE):
        begin, end = style.offset, style.offset + style.length
        for code in sorted((one for one in entities if one.type in _CODE), key=lambda one: one.offset):
            if begin < code.offset + code.length and code.offset < end:
                kept += [dataclasses.replace(style, offset=begin, length=code.offset - begin)] * (code.offset > begin)
                begin = code.offset + code.length
        kept += [dataclasses.replace(style, offset=begin, length=end - begin)] * (end > begin)
    return kept


def _decode_reference(found: re.Match[bytes]) -> str | None:
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal or b"0", 16) if hexadecimal is not None else int(decimal or b"0")
    too_long = len(found.group().rstrip(b";")) >= 10
    return None if code == 0 or code >= 0x10FFFF or too_long else chr(code)


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "expandable" if (tag, name) == ("blockquote", "expandable") else ""


def _entity(opened: _Open, length: int, text: str) -> Entity | None:
    kind = _STYLES[opened.tag]
    if kind == "custom_emoji":
        if not opened.argument.isdecimal() or int(opened.argument) == 0:
            raise _refuse("Invalid custom emoji identifier specified")
        return Entity(kind, opened.offset, length, (("custom_emoji_id", opened.argument),))
    if kind == "text_link":
        url = _checked_link(opened.argument or text)
        return Entity(kind, opened.offset, length, (("url", url),)) if url else None
    if kind == "code" and opened.argument:  # only a <pre> around it makes it a language
        return Entity(kind, opened.offset, length, (("language", opened.argument),))
    if kind == "blockquote" and opened.argument:
        return Entity("expandable_blockquote", opened.offset, length)
    return Entity(kind, opened.offset, length)


def _checked_link(url: str) -> str | None:
    """Return the address if Telegram would keep it as a link; other text stays, plain."""
    candidate = url.strip()
    if "://" not in candidate and not candidate.lower().startswith("tg:"):
        candidate = f"http://{candidate}"
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return None
    if parts.scheme.lower() not in _LINK_SCHEMES or any(character.isspace() for character in candidate):
        return None
    if parts.scheme.lower() in {"http", "https"} and "." not in (parts.hostname or ""):
        return None
    return candidate

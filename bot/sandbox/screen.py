"""What a person sees of the chat, as typed values; built from the sandbox's events."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

_DECORATION = re.compile(r"[^\w]+")


@dataclasses.dataclass(frozen=True)
class Button:
    """One button of an inline or a reply keyboard."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    request_contact: bool = False

    def says(self, words: str) -> bool:
        """Whether the words stand on the button as whole words; an emoji or a count may stand around them."""
        return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", self.text) is not None


@dataclasses.dataclass(frozen=True)
class FileOnScreen:
    """A document or photo in a message; `size` in bytes."""

    id: str
    name: str
    mime: str
    size: int
    is_photo: bool


@dataclasses.dataclass(frozen=True)
class ScreenVersion:
    """One state of a message, from `at_ms` (monotonic milliseconds of the sandbox) on."""

    at_ms: float
    text: str
    entities: tuple[dict[str, Any], ...]
    file: FileOnScreen | None
    contact: dict[str, Any] | None
    keyboard: tuple[tuple[Button, ...], ...]
    reply_keyboard: tuple[tuple[Button, ...], ...] | None
    removes_keyboard: bool


@dataclasses.dataclass(frozen=True)
class ScreenMessage:
    """A message with its whole history; `seq` is the number of the last event that changed it."""

    id: int
    seq: int
    from_bot: bool
    date: int
    reply_to: int | None
    media_group_id: str | None
    protected: bool
    edited: bool
    deleted_ms: float | None
    reaction: str | None
    versions: tuple[ScreenVersion, ...]

    @property
    def now(self) -> ScreenVersion:
        """How it looks now."""
        return self.versions[-1]

    @property
    def text(self) -> str:
        """Its text, or its caption."""
        return self.now.text

    @property
    def file(self) -> FileOnScreen | None:
        """Its document or photo."""
        return self.now.file

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Its inline buttons in reading order."""
        return tuple(button for row in self.now.keyboard for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands on its inline buttons."""
        return tuple(button.text for button in self.buttons)

    def button(self, words: str) -> Button | None:
        """Return the inline button that says the words; the plainest one where several do."""
        return plainest(self.buttons, words)


@dataclasses.dataclass(frozen=True)
class Press:
    """A press and what became of it; times in monotonic milliseconds of the sandbox."""

    id: str
    message_id: int
    data: str
    pressed_ms: float
    answered_ms: float | None
    text: str
    show_alert: bool
    seq: int = 0

    @property
    def answered(self) -> bool:
        """Whether the button stopped spinning."""
        return self.answered_ms is not None

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds from the press to its answer; infinite while there is none."""
        return float("inf") if self.answered_ms is None else self.answered_ms - self.pressed_ms


def plainest(buttons: tuple[Button, ...], words: str) -> Button | None:
    """Of the buttons that say the words, the one that says the least besides."""
    saying = [button for button in buttons if button.says(words)]
    return min(saying, key=lambda button: len(_DECORATION.sub("", button.text)), default=None)


def read_message(raw: dict[str, Any], seq: int) -> ScreenMessage:
    """Return a message from the sandbox's JSON."""
    names = ("id", "from_bot", "date", "reply_to", "media_group_id", "protected", "edited", "deleted_ms", "reaction")
    versions = tuple(_version(version) for version in raw["versions"])
    return ScreenMessage(seq=seq, versions=versions, **{name: raw[name] for name in names})


def _version(raw: dict[str, Any]) -> ScreenVersion:
    markup = raw["markup"] or {}
    file = raw["file"]
    return ScreenVersion(
        at_ms=raw["at_ms"],
        text=raw["text"],
        entities=tuple(raw["entities"]),
        file=FileOnScreen(file["id"], file["name"], file["mime"], file["size"], file["is_photo"]) if file else None,
        contact=raw["contact"],
        keyboard=_rows(markup.get("inline_keyboard", ())),
        reply_keyboard=_rows(markup["keyboard"]) if "keyboard" in markup else None,
        removes_keyboard=bool(markup.get("remove_keyboard")),
    )


def _rows(rows: Any) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(raw: dict[str, Any]) -> Button:
    return Button(
        text=raw["text"],
        data=raw.get("callback_data"),
        url=raw.get("url"),
        style=raw.get("style"),
        copy_text=raw.get("copy_text", {}).get("text"),
        request_contact=bool(raw.get("request_contact")),
    )


def read_press(raw: dict[str, Any], seq: int = 0) -> Press:
    """Return a press from the sandbox's JSON."""
    names = ("id", "message_id", "data", "pressed_ms", "answered_ms", "text", "show_alert")
    return Press(seq=seq, **{name: raw[name] for name in names})

"""One person in a sandbox: what they do in the chat with the bot, and what they see there."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.sandbox.screen import Button, Press, ScreenMessage, plainest, read_message, read_press

if TYPE_CHECKING:
    from bot.sandbox.client import Sandbox

T = TypeVar("T")
USED_BUTTON_GRACE_S = 2.0
Wanted = str | re.Pattern[str] | Callable[[ScreenMessage], bool]


class SandboxRefused(Exception):  # noqa: N818 - reads as what happened
    """The sandbox refused what a person tried; the message says why, as Telegram would."""


class SandboxTimeout(AssertionError):  # noqa: N818 - reads as what happened
    """What was waited for did not appear in time; the message shows what stood on the person's screen."""


class SandboxUser:
    """One person: what they do in the chat with the bot, and what they see there.

    Waiting looks at what appeared or changed since the person's own last act (text, press, file, contact), so nothing
    older answers by mistake; `since=0` looks at everything.
    """

    def __init__(self, sandbox: Sandbox, raw: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.id: int = raw["id"]
        self.name: str = raw["name"]
        self.phone: str = raw["phone"]
        self.commands: list[dict[str, str]] = []
        self._seq = 0
        self._acted_at = 0
        self._messages: dict[int, ScreenMessage] = {}
        self._presses: dict[str, Press] = {}
        self._used: set[tuple[int, int, str]] = set()
        self._reply_keyboard: tuple[tuple[Button, ...], ...] | None = None

    # What a person does

    async def send_text(self, text: str, *, reply_to: ScreenMessage | None = None) -> None:
        """Type and send; over 4096 characters it goes in several messages, as in every Telegram client."""
        await self._act("text", json={"text": text, "reply_to": reply_to.id if reply_to else None})

    async def send_command(self, command: str, arguments: str = "") -> None:
        """Send `/command arguments`."""
        await self.send_text(f"/{command.removeprefix('/')} {arguments}")

    async def open_link(self, link: str = "") -> None:
        """Follow a deep link (`https://t.me/bot?start=…`, or only the payload) and press START."""
        payload = parse_qs(urlsplit(link).query).get("start", [""])[0] if "://" in link else link
        await self._act("start", json={"payload": payload})

    async def press(
        self, label: str, *, message: ScreenMessage | None = None, timeout_s: float | None = None, wait: bool = True
    ) -> Press:
        """Press the inline button that says `label`, on the newest message that has one or on `message` as it was seen.

        Waits for the button to appear, then (unless `wait` is off) for the bot's answer, whose toast is in the result.
        A `message` kept from before presses its old buttons, as a slow phone would. A button this person has pressed
        already is given two seconds to make way for the next one that says the same.
        """
        target, button = await self._button_to_press(label, message, timeout_s)
        if button.data is None:
            raise SandboxRefused(f"{button.text!r} is not a callback button")
        return await self.press_data(button.data, target, timeout_s=timeout_s, wait=wait)

    async def press_data(
        self, data: str, message: ScreenMessage, *, timeout_s: float | None = None, wait: bool = True
    ) -> Press:
        """Press with any callback data, as a forged client can."""
        press = read_press(await self._act("press", json={"message_id": message.id, "data": data}))
        self._used.add((message.id, len(message.versions), data))
        return await self.answer_to(press, timeout_s=timeout_s) if wait else press

    async def tap(self, label: str, *, timeout_s: float | None = None) -> None:
        """Press a button of the reply keyboard: sends its text, or shares one's own contact where it asks for it."""
        button = await self._until(lambda: plainest(self.reply_keyboard, label), f"a key saying {label!r}", timeout_s)
        await (self.share_contact() if button.request_contact else self.send_text(button.text))

    async def send_document(self, data: bytes, name: str, *, caption: str = "") -> None:
        """Send one file as a document."""
        await self._send_files("documents", [(name, data)], caption)

    async def send_photo(self, data: bytes, *, name: str = "photo.png", caption: str = "") -> None:
        """Send one PNG or JPEG as a photo."""
        await self._send_files("photos", [(name, data)], caption)

    async def send_photos(self, pictures: Sequence[bytes], *, caption: str = "") -> None:
        """Send 2 to 10 pictures as one album."""
        await self._send_files("photos", [(f"photo{index}.png", data) for index, data in enumerate(pictures)], caption)

    async def share_contact(self) -> None:
        """Share one's own contact."""
        await self._act("contact", json={})

    async def share_foreign_contact(self, *, phone: str, name: str, user_id: int | None = None) -> None:
        """Share somebody else's contact card; `user_id` where they are on Telegram."""
        await self._act("contact", json={"phone": phone, "name": name, "user_id": user_id})

    async def edit_text(self, message: ScreenMessage, text: str) -> None:
        """Edit one's own message."""
        await self._act("edit", json={"message_id": message.id, "text": text})

    async def delete(self, message: ScreenMessage) -> None:
        """Delete a message, one's own or the bot's, for both sides."""
        await self._act("delete", json={"message_id": message.id})

    async def block(self) -> None:
        """Block the bot: from now on it gets 403."""
        await self._act("block", json={"blocked": True})

    async def unblock(self) -> None:
        """Unblock the bot."""
        await self._act("block", json={"blocked": False})

    # What a person sees

    async def wait_for(
        self, wanted: Wanted, *, timeout_s: float | None = None, since: int | None = None, from_bot: bool = True
    ) -> ScreenMessage:
        """Wait for that text (or pattern, or predicate) new or changed since the last act; the newest message wins."""
        if since is not None:  # what is older than the last act may be about to change
            await self.sandbox.pause()
        await self._sync(0)
        after = self._acted_at if since is None else since
        matches = _matcher(wanted)

        def found() -> ScreenMessage | None:
            fresh = (m for m in self._newest_first() if m.seq > after and m.from_bot == from_bot)
            return next((message for message in fresh if matches(message)), None)

        return await self._until(found, f"a message with {wanted!r}", timeout_s)

    async def wait_for_file(self, *, timeout_s: float | None = None, since: int | None = None) -> ScreenMessage:
        """Return the newest message with a document or photo since the last act."""
        return await self.wait_for(lambda message: message.file is not None, timeout_s=timeout_s, since=since)

    async def wait_gone(self, message: ScreenMessage, *, timeout_s: float | None = None) -> ScreenMessage:
        """Wait until a message was deleted; returns it with the time in `deleted_ms`."""

        def gone() -> ScreenMessage | None:
            now = self._messages[message.id]
            return now if now.deleted_ms is not None else None

        return await self._until(gone, f"message {message.id} to be deleted", timeout_s)

    async def find_button(
        self, label: str, *, message: ScreenMessage | None = None, timeout_s: float | None = None
    ) -> tuple[ScreenMessage, Button]:
        """Return the newest message with an inline button that says `label`, and the button; waits for it."""
        return await self._until(lambda: self._seen_button(label, message), f"a button saying {label!r}", timeout_s)

    async def answer_to(self, press: Press, *, timeout_s: float | None = None) -> Press:
        """Wait for the answer to a press; its toast is in `text`."""

        def answered() -> Press | None:
            now = self._presses.get(press.id)
            return now if now is not None and now.answered else None

        return await self._until(answered, f"an answer to the press of {press.data!r}", timeout_s)

    async def messages(self, *, deleted: bool = False) -> list[ScreenMessage]:
        """Return the chat, oldest first; with `deleted` also what is no longer there."""
        await self.sandbox.pause()
        await self._sync(0)
        return [m for m in self._messages.values() if deleted or m.deleted_ms is None]

    async def presses(self) -> list[Press]:
        """Return this person's presses, oldest first."""
        await self._sync(0)
        return list(self._presses.values())

    async def current(self, message: ScreenMessage) -> ScreenMessage:
        """Return the same message as it is now."""
        await self.sandbox.pause()
        await self._sync(0)
        return self._messages[message.id]

    async def download(self, message: ScreenMessage) -> bytes:
        """Return the message's file. Raises `SandboxRefused` when it has none."""
        if message.file is None:
            raise SandboxRefused("the message has no file")
        return await self.sandbox.download(message.file.id)

    async def command_names(self) -> list[str]:
        """Return the commands in this person's menu, without the slash."""
        await self._sync(0)
        return [command["command"] for command in self.commands]

    @property
    def reply_keyboard(self) -> tuple[Button, ...]:
        """The keys below the input field, in reading order."""
        return tuple(button for row in self._reply_keyboard or () for button in row)

    # How it follows the sandbox

    async def _act(self, act: str, **options: Any) -> Any:
        await self._sync(0)
        self._acted_at = self._seq
        return await self.sandbox.call("POST", f"/sandbox/people/{self.id}/{act}", **options)

    def _seen_button(self, label: str, message: ScreenMessage | None = None) -> tuple[ScreenMessage, Button] | None:
        pairs = ((m, m.button(label)) for m in ([message] if message else self._newest_first()))
        return next(((m, button) for m, button in pairs if button is not None), None)

    def _unused_button(self, label: str) -> tuple[ScreenMessage, Button] | None:
        seen = self._seen_button(label)
        return seen if seen and (seen[0].id, len(seen[0].versions), seen[1].data) not in self._used else None

    async def _button_to_press(
        self, label: str, message: ScreenMessage | None, timeout_s: float | None
    ) -> tuple[ScreenMessage, Button]:
        if message is None:
            await self.sandbox.pause()
            grace = min(USED_BUTTON_GRACE_S, self.sandbox.timeout_s if timeout_s is None else timeout_s)
            with contextlib.suppress(SandboxTimeout):
                return await self._until(lambda: self._unused_button(label), f"a button saying {label!r}", grace)
        return await self.find_button(label, message=message, timeout_s=timeout_s)

    async def _send_files(self, act: str, files: Sequence[tuple[str, bytes]], caption: str) -> None:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("caption", caption)
        for index, (name, data) in enumerate(files):
            form.add_field(f"file{index}", io.BytesIO(data), filename=name)
        await self._act(act, data=form)

    async def _until(self, look: Callable[[], T | None], what: str, timeout_s: float | None) -> T:
        loop = asyncio.get_running_loop()
        limit = self.sandbox.timeout_s if timeout_s is None else timeout_s
        deadline = loop.time() + limit
        await self._sync(0)
        while (seen := look()) is None:
            left = deadline - loop.time()
            if left <= 0:
                raise SandboxTimeout(f"{self.name} waited {limit:g} s for {what}\n{self._screen()}")
            await self._sync(left)
        return seen

    async def _sync(self, timeout_s: float) -> None:
        query = {"after": self._seq, "person": self.id, "timeout": f"{timeout_s:.3f}"}
        for event in await self.sandbox.call("GET", "/sandbox/events", params=query):
            self._seq = event["seq"]
            if "message" in event:
                self._take_message(read_message(event["message"], event["seq"]), is_edit=event["kind"] == "edited")
            elif "query" in event:
                press = read_press(event["query"], event["seq"])
                self._presses[press.id] = press
            elif event["kind"] == "commands":
                self.commands = event["commands"]

    def _take_message(self, message: ScreenMessage, *, is_edit: bool) -> None:
        known = self._messages.get(message.id)
        is_new = known is None
        if known is not None:  # events carry only the newest version
            message = dataclasses.replace(message, versions=known.versions + (message.versions if is_edit else ()))
        self._messages[message.id] = message
        if is_new and message.now.reply_keyboard is not None:
            self._reply_keyboard = message.now.reply_keyboard
        elif is_new and message.now.removes_keyboard:
            self._reply_keyboard = None

    def _newest_first(self) -> list[ScreenMessage]:
        return sorted((m for m in self._messages.values() if m.deleted_ms is None), key=lambda m: m.id, reverse=True)

    def _screen(self) -> str:
        shown = self._newest_first()[:6]
        lines = [f"{'bot' if m.from_bot else self.name}: {m.text!r} {list(m.labels) or ''}" for m in reversed(shown)]
        return "On the screen:\n" + "\n".join(lines or ["(nothing)"])


def _matcher(wanted: Wanted) -> Callable[[ScreenMessage], bool]:
    if isinstance(wanted, str):
        return lambda message: wanted in message.text
    if isinstance(wanted, re.Pattern):
        return lambda message: wanted.search(message.text) is not None
    return wanted

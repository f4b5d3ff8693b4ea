"""A stand-in at the transport: PTB is real, only the network below it answers as the test says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

from telegram import Bot
from telegram.request import BaseRequest, RequestData

TOKEN = "123456:" + "t" * 35
ME = {"id": 123456, "is_bot": True, "first_name": "Layanan", "username": "layanan_bot"}

Answer = tuple[int, dict[str, Any]] | Exception


def refused(status: int, description: str, **parameters: Any) -> Answer:
    return status, {"ok": False, "error_code": status, "description": description, "parameters": parameters}


def bad(description: str) -> Answer:
    return refused(400, f"Bad Request: {description}")


FORBIDDEN = refused(403, "Forbidden: bot was blocked by the user")


@dataclasses.dataclass(frozen=True)
class Call:
    method: str
    data: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.data.get("text", ""))


class TelegramByScript(BaseRequest):
    """Gives every call a plausible yes, unless the test queued another answer for its method."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.down: Callable[[], Exception | None] = lambda: None  # what every call meets instead of an answer
        self._answers: dict[str, list[Answer]] = {}
        self._last_message = 100

    def next_answers(self, method: str, *answers: Answer) -> None:
        self._answers.setdefault(method, []).extend(answers)

    def made(self, *methods: str) -> list[Call]:
        return [call for call in self.calls if call.method in methods]

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        if failure := self.down():
            raise failure
        name = url.rpartition("/")[2]
        if name == "getMe":
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        call = Call(name, dict(request_data.parameters) if request_data else {})
        self.calls.append(call)
        answers = self._answers.get(name)
        answer = answers.pop(0) if answers else (200, {"ok": True, "result": self._yes(call)})
        if isinstance(answer, Exception):
            raise answer
        return answer[0], json.dumps(answer[1]).encode()

    def _yes(self, call: Call) -> Any:
        if call.method not in {"sendMessage", "sendDocument", "editMessageText"}:
            return True
        if call.method == "editMessageText":
            message_id = call.data["message_id"]
        else:
            self._last_message += 1
            message_id = self._last_message
        chat = {"id": call.data["chat_id"], "type": "private", "first_name": "x"}
        return {"message_id": message_id, "date": 1, "chat": chat, "text": call.text}


async def bot_over(transport: TelegramByScript) -> Bot:
    bot = Bot(TOKEN, request=transport, get_updates_request=transport)
    await bot.initialize()
    return bot

"""Bad days to order: what Telegram, or the way to it, then does with a bot's calls (Bot API, "Making requests").

A refusal changes nothing here. A cut connection gives no answer, whether or not the call was carried out before.
"""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import http
from typing import Any

from aiohttp import web

from bot.sandbox.call import Call
from bot.sandbox.errors import ApiError, too_many_requests

GATEWAY_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>"
)


class FaultKind(enum.StrEnum):
    """What happens to a call."""

    FLOOD = "flood"  # 429, and how long to wait
    SERVER_ERROR = "server_error"  # 500 in JSON; any other code is a gateway's page in HTML
    CUT_BEFORE = "cut_before"  # the connection ends, nothing is done
    CUT_AFTER = "cut_after"  # it is done, then the connection ends
    SLOW = "slow"  # it is done after some time


@dataclasses.dataclass(kw_only=True)
class Fault:
    """One ordered fault; `times` (None: until it is cleared) counts down with each call that meets it."""

    kind: FaultKind
    method: str = ""  # any
    chat_id: str = ""  # any
    times: int | None = 1
    seconds: float = 1.0  # to wait after a flood, or of slowness
    code: int = 500

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Fault:
        """Read an order. Raises `ValueError` or `TypeError` for anything else."""
        fault = cls(**{**body, "kind": FaultKind(body["kind"])})
        return dataclasses.replace(fault, method=fault.method.lower(), chat_id=str(fault.chat_id))

    def meets(self, call: Call) -> bool:
        """Whether this call is to suffer it."""
        return self.times != 0 and self.method in ("", call.method) and self.chat_id in ("", call.text("chat_id"))

    async def before(self) -> web.StreamResponse | None:
        """Do what comes before the call; return the answer that takes its place. Raises `ApiError`, `Cut`."""
        match self.kind:
            case FaultKind.FLOOD:
                raise too_many_requests(int(self.seconds))
            case FaultKind.SERVER_ERROR if self.code == http.HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ApiError(self.code, "Internal Server Error")
            case FaultKind.SERVER_ERROR:
                title = f"{self.code} {http.HTTPStatus(self.code).phrase}"
                page = GATEWAY_PAGE.format(title)
                return web.Response(status=self.code, text=page, content_type="text/html")
            case FaultKind.CUT_BEFORE:
                raise Cut
            case FaultKind.SLOW:
                await asyncio.sleep(self.seconds)
        return None


class Cut(Exception):  # noqa: N818 - reads as what happened
    """The connection ends without an answer."""


class Faults:
    """All that is ordered; a call meets the oldest that fits."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let the next calls that fit meet it."""
        self._ordered.append(fault)

    def clear(self) -> None:
        """Let everything be well again."""
        self._ordered.clear()

    def met_by(self, call: Call) -> Fault | None:
        """Return what a call meets, and count it."""
        fault = next((one for one in self._ordered if one.meets(call)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
        return fault

    def left(self) -> int:
        """Return how many are still to be met; what is ordered without a number counts as one."""
        return sum(1 if fault.times is None else fault.times for fault in self._ordered)

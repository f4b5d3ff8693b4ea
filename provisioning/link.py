"""One kept-open connection to one server's agent: a request goes out, progress and a result come back.

A call that is cut off (network, reboot, agent killed) is asked again under the same request id, a bounded number of
times: the agent's journal answers what it has done already instead of doing it twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from provisioning.agent.protocol import Request, Verb
from provisioning.connection import (
    CutError,
    Endpoint,
    HostKeyChangedError,
    LinkError,
    Login,
    LoginRefusedError,
    Session,
    SilentError,
    UnreachableError,
    connect,
)
from provisioning.plan import ErrorCode, Progress, ServerError

PAUSES = (0.2, 1.0, 5.0, 15.0)  # seconds before the second, third … attempt; a reboot takes some 20
CHANNELS = 8  # calls side by side on one connection; sshd's MaxSessions is 10 by default
SILENCE = {Verb.APPLY: 180.0}  # seconds an agent may say nothing: the longest single step, or the wait for its lock
SILENCE_DEFAULT = 90.0  # longer than the keepalive needs to find a dead connection
CODES: dict[type[LinkError], ErrorCode] = {
    UnreachableError: ErrorCode.UNREACHABLE,
    HostKeyChangedError: ErrorCode.HOST_KEY_CHANGED,
    LoginRefusedError: ErrorCode.LOGIN_REFUSED,
    CutError: ErrorCode.CONNECTION_LOST,
    SilentError: ErrorCode.NO_ANSWER,
}
WORTH_ANOTHER_TRY = (CutError, UnreachableError)

OnProgress = Callable[[Progress], Awaitable[None]]
log = structlog.get_logger(__name__)


class Link:
    """Opens when first needed, stays open, and opens again when it broke."""

    def __init__(self, endpoint: Endpoint, login: Login) -> None:
        self._endpoint = endpoint
        self._login = login
        self._session: Session | None = None
        self._opening = asyncio.Lock()
        self._channels = asyncio.Semaphore(CHANNELS)

    async def ask(self, request: Request, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Return the agent's result. Raises `ServerError` for its refusals and for everything between us and it."""
        for pause in PAUSES:
            try:
                return await self._ask_once(request, on_progress)
            except WORTH_ANOTHER_TRY as error:
                log.warning("call cut off", server=self._endpoint.host, request=request.id, reason=str(error))
                await asyncio.sleep(pause)
            except LinkError as error:
                raise as_server_error(error) from error
        try:
            return await self._ask_once(request, on_progress)
        except LinkError as error:
            raise as_server_error(error) from error

    async def close(self) -> None:
        """Close the connection, if one is open."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask_once(self, request: Request, on_progress: OnProgress | None) -> dict[str, Any]:
        async with self._channels:
            session = await self._open()
            silence = SILENCE.get(request.verb, SILENCE_DEFAULT)
            lines = session.exchange(request.to_line(), silence=silence)
            async with contextlib.aclosing(lines):
                async for line in lines:
                    message = _message(line)
                    if "result" in message:
                        result: dict[str, Any] = message["result"]
                        return result
                    if "error" in message:
                        raise ServerError.from_data(message["error"])
                    if on_progress is not None and message.get("event") == "progress":
                        await on_progress(_progress(message))
        raise CutError("the agent ended without a result")

    async def _open(self) -> Session:
        async with self._opening:
            if self._session is None or not self._session.is_open:
                self._session = await connect(self._endpoint, self._login)
            return self._session


def _message(line: str) -> dict[str, Any]:
    """Read one line of the agent's. Raises `CutError` for half a line, `ServerError` for what is no message."""
    if not line.endswith("\n"):
        raise CutError("the agent ended in the middle of a line")
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ServerError(ErrorCode.NO_ANSWER, f"not JSON: {line[:80]!r}") from error
    if not isinstance(message, dict) or not isinstance(message.get("result", {}), dict):
        raise ServerError(ErrorCode.NO_ANSWER, f"not an object: {line[:80]!r}")
    return message


def _progress(message: dict[str, Any]) -> Progress:
    try:
        return Progress(step=str(message["step"]), done=int(message["done"]), total=int(message["total"]))
    except (KeyError, ValueError, TypeError) as error:
        raise ServerError(ErrorCode.NO_ANSWER, f"progress without its fields: {error}") from error


def as_server_error(error: LinkError) -> ServerError:
    """Return the error that callers outside of this room know."""
    return ServerError(CODES.get(type(error), ErrorCode.CONNECTION_LOST), str(error), step="connection")

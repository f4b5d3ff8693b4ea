"""One kept-open connection to one server's agents: a request goes out, progress and a result come back.

An agent answers many requests, one after another, so a few that are idle are kept for the next ones.
A call that is cut off (network, reboot, agent killed) is asked again under the same request id, a bounded number of
times: the agent's journal answers what it has done already instead of doing it twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog

from provisioning.agent.protocol import Request, Verb
from provisioning.connection import (
    Channel,
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
KEPT = 3  # idle agents kept a connection; each ends by itself when nobody has asked it for ten minutes
# Seconds an agent may say nothing: the longest single step, or the wait for its lock; for a database, both in full.
SILENCE = {
    Verb.APPLY: 180.0,
    Verb.SCAN: 300.0,
    Verb.DUMP: 3600.0,
    Verb.LOAD: 3600.0,
    Verb.INSTALL: 1800.0,
    Verb.PACK: 4 * 3600.0,
    Verb.UNPACK: 4 * 3600.0,
}
SILENCE_DEFAULT = 90.0  # longer than the keepalive needs to find a dead connection
CODES: dict[type[LinkError], ErrorCode] = {
    UnreachableError: ErrorCode.UNREACHABLE,
    HostKeyChangedError: ErrorCode.HOST_KEY_CHANGED,
    LoginRefusedError: ErrorCode.LOGIN_REFUSED,
    CutError: ErrorCode.CONNECTION_LOST,
    SilentError: ErrorCode.NO_ANSWER,
}
WORTH_ANOTHER_TRY = (CutError, UnreachableError)


class EndedError(CutError):
    """The agent ended before it said a word."""


T = TypeVar("T")
OnProgress = Callable[[Progress], Awaitable[None]]
log = structlog.get_logger(__name__)


class AgentChannel:
    """Opens when first needed, stays open, and opens again when it broke."""

    def __init__(self, endpoint: Endpoint, login: Login) -> None:
        self._endpoint = endpoint
        self._login = login
        self._session: Session | None = None
        self._idle: list[Channel] = []  # of the present session
        self._opening = asyncio.Lock()
        self._channels = asyncio.Semaphore(CHANNELS)

    async def ask(self, request: Request, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Return the agent's result. Raises `ServerError` for its refusals and for everything between us and it."""
        for pause in PAUSES:
            try:
                return await self._ask_once(request, on_progress)
            except WORTH_ANOTHER_TRY as error:
                log.warning("call_cut_off", server=self._endpoint.host, request=request.id, reason=str(error))
                await asyncio.sleep(pause)
            except LinkError as error:
                raise from_link_error(error) from error
        try:
            return await self._ask_once(request, on_progress)
        except LinkError as error:
            raise from_link_error(error) from error

    async def close(self) -> None:
        """Close the connection, if one is open."""
        session, self._session = self._session, None
        self._idle.clear()
        if session is not None:
            await session.close()

    async def _ask_once(self, request: Request, on_progress: OnProgress | None) -> dict[str, Any]:
        async with self._channels:
            while channel := self._an_idle_one():
                try:
                    return await self._talk(channel, request, on_progress)
                except EndedError:  # an idle agent ends after a while, or when a newer one is installed
                    continue
            session = await self._open()
            return await self._talk(await session.start(), request, on_progress)

    async def _talk(self, channel: Channel, request: Request, on_progress: OnProgress | None) -> dict[str, Any]:
        """Ask an agent and keep it for the next request; one that does not answer to the end is let go."""
        silence, answered, said = SILENCE.get(request.verb, SILENCE_DEFAULT), False, False
        try:
            channel.send(request.to_line())
            while line := await channel.line(silence):
                message, said = _message(line), True
                if "result" in message or "error" in message:
                    answered = True
                    return _result(message)
                if on_progress is not None and message.get("event") == "progress":
                    await on_progress(_progress(message))
        finally:
            if answered and len(self._idle) < KEPT and channel.is_open:
                self._idle.append(channel)
            else:
                channel.close()
        raise CutError("the agent ended without a result") if said else EndedError("the agent ended without a word")

    def _an_idle_one(self) -> Channel | None:
        """Return an agent that waits for a request, the one that was asked last first."""
        while self._idle:
            channel = self._idle.pop()
            if channel.is_open:
                return channel
            channel.close()
        return None

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


def _result(message: dict[str, Any]) -> dict[str, Any]:
    if "error" in message:
        raise ServerError.from_data(message["error"])
    result: dict[str, Any] = message["result"]
    return result


def _progress(message: dict[str, Any]) -> Progress:
    try:
        return Progress(
            step=str(message["step"]),
            done=int(message["done"]),
            total=int(message["total"]),
            ended=bool(message.get("ended", False)),
            work=str(message.get("work", "")),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ServerError(ErrorCode.NO_ANSWER, f"progress without its fields: {error}") from error


def from_link_error(error: LinkError) -> ServerError:
    """Return what stands between us and an agent as the error that callers know."""
    return ServerError(CODES.get(type(error), ErrorCode.CONNECTION_LOST), str(error), step="connection")


def read(reader: Callable[[dict[str, Any]], T], data: dict[str, Any]) -> T:
    """Read an agent's result; one of another shape means another version. Raises `ServerError`."""
    try:
        return reader(data)
    except (ValueError, KeyError, TypeError) as error:
        detail = f"the agent's answer has another shape: {error}"
        raise ServerError(ErrorCode.VERSION_MISMATCH, detail, step="connection") from error

"""An SSH server in this process whose far end is a script of answers: what a server might say, and how it fails."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncssh

from provisioning.fleet import ServerAddress
from provisioning.spec import Secret

Answer = Callable[["asyncssh.SSHServerProcess[str]", dict[str, Any]], Awaitable[None]]


def new_key() -> Secret:
    return Secret(asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())


def public(key: Secret) -> str:
    line = asyncssh.import_private_key(key.reveal()).export_public_key().decode()
    return " ".join(line.split()[:2])


@dataclasses.dataclass
class AgentDouble:
    """`answers` are used one after another, the last one for every later call; `requests` is what arrived."""

    address: ServerAddress
    answers: list[Answer]
    requests: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = dataclasses.field(default_factory=list)
    logins: int = 0
    starts: int = 0
    most_at_once: int = 0

    async def serve(self, process: asyncssh.SSHServerProcess[str]) -> None:
        """Answer one line after another, as an agent does, until an answer ends it."""
        self.starts += 1
        while not process.is_closing() and (line := await process.stdin.readline()):
            request = json.loads(line)
            self.requests.append(request)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            await answer(process, request)


class _Door(asyncssh.SSHServer):
    def __init__(self, double: AgentDouble) -> None:
        self._double = double

    def connection_made(self, connection: asyncssh.SSHServerConnection) -> None:
        self._double.connections.append(connection)

    def auth_completed(self) -> None:
        self._double.logins += 1


@asynccontextmanager
async def agent_double(bot_key: Secret, *answers: Answer) -> AsyncIterator[AgentDouble]:
    host_key = new_key()
    double = AgentDouble(ServerAddress(name="x", host="127.0.0.1", port=0, host_key=public(host_key)), list(answers))
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: _Door(double),
        server_host_keys=[asyncssh.import_private_key(host_key.reveal())],
        authorized_client_keys=asyncssh.import_authorized_keys(public(bot_key)),
        process_factory=double.serve,
    )
    double.address = dataclasses.replace(double.address, port=server.get_port())
    try:
        yield double
    finally:
        server.close()
        for connection in double.connections:  # since Python 3.12 a server's end waits for them
            connection.abort()
        await server.wait_closed()


def says(*messages: dict[str, Any]) -> Answer:
    async def answer(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
        for message in messages:
            process.stdout.write(json.dumps(message) + "\n")

    return answer


def applies(*answers: dict[str, Any], before: tuple[dict[str, Any], ...] = ()) -> Answer:
    """Say `before`, then answer each piece of work in turn with one of `answers`."""

    async def answer(process: asyncssh.SSHServerProcess[str], request: dict[str, Any]) -> None:
        works = dict(zip((work["id"] for work in request["works"]), answers, strict=True))
        for message in (*before, {"result": {"works": works}}):
            process.stdout.write(json.dumps(message) + "\n")

    return answer


def babbles(text: str) -> Answer:
    async def answer(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
        process.stdout.write(text)
        process.exit(0)

    return answer


async def hangs_up(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
    """The network goes away in the middle of an answer."""
    process.stdout.write('{"event": "progress", "step": "vhost", "done": 1, "total": 9}\n')
    await process.stdout.drain()
    await asyncio.sleep(0.05)
    process.channel.get_connection().abort()


async def dies(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
    """The agent is killed; the connection stands."""
    process.stdout.write('{"event": "progress", "step": "vh')
    process.exit_with_signal("KILL")


async def ends(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
    """The agent has been idle for long, or makes room for a newer one: it answers nothing any more."""
    process.exit(0)


async def says_nothing(process: asyncssh.SSHServerProcess[str], _: dict[str, Any]) -> None:
    await asyncio.sleep(1)
    process.exit(0)

"""What stands before several webhook replicas, as a reverse proxy does: each update to one of them, by turns.

With `at_once`, each update reaches every replica at one instant: what Telegram does where an answer was lost, at its
worst.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Sequence

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
PASSED_ON = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")


class Balancer:
    """Passes updates on to the replicas that answer; `url` is what Telegram is told."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.url = ""
        self.at_once = False
        self.passed: dict[int, int] = dict.fromkeys(ports, 0)
        self._turns = itertools.cycle(ports)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        if self.at_once:
            answers = await asyncio.gather(*(self._pass_on(port, request.path, body, headers) for port in self.passed))
            return web.Response(status=max(answers))
        for _ in self.passed:
            status = await self._pass_on(next(self._turns), request.path, body, headers)
            if status != web.HTTPBadGateway.status_code:
                return web.Response(status=status)
        return web.Response(status=web.HTTPBadGateway.status_code)

    async def _pass_on(self, port: int, path: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
                session.post(f"http://{HOST}:{port}{path}", data=body, headers=headers) as answer,
            ):
                self.passed[port] += answer.status == 200
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return web.HTTPBadGateway.status_code


@contextlib.asynccontextmanager
async def balancing(count: int) -> AsyncIterator[Balancer]:
    """Run a balancer before so many replicas, which will listen on the ports in `passed`."""
    balancer = Balancer(free_ports(count))
    app = web.Application()
    app.router.add_post("/telegram", balancer.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        balancer.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield balancer
    finally:
        await runner.cleanup()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]

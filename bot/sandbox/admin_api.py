"""Telegram's own side over HTTP: bad days, and what only @BotFather can do. For this machine's tests only."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.errors import unauthorized
from bot.sandbox.faults import Fault
from bot.sandbox.keys import CORE


def add_routes(app: web.Application) -> None:
    """Register what Telegram does by itself."""
    router = app.router
    router.add_get("/sandbox/faults", _left)
    router.add_post("/sandbox/faults", _order)
    router.add_delete("/sandbox/faults", _heal)
    router.add_post("/sandbox/updates/repeat", _repeat)
    router.add_post("/sandbox/updates/reverse", _reverse)
    router.add_post("/sandbox/token", _revoke)


async def _left(request: web.Request) -> web.Response:
    return web.json_response({"left": request.app[CORE].faults.left()})


async def _order(request: web.Request) -> web.Response:
    try:
        request.app[CORE].faults.order(Fault.from_json(await request.json()))
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"description": f"no such fault: {error}"}, status=400)
    return web.json_response({})


async def _heal(request: web.Request) -> web.Response:
    request.app[CORE].faults.clear()
    return web.json_response({})


async def _repeat(request: web.Request) -> web.Response:
    return web.json_response({"again": request.app[CORE].world.updates.give_again()})


async def _reverse(request: web.Request) -> web.Response:
    request.app[CORE].world.updates.give_backwards(int((await request.json())["polls"]))
    return web.json_response({})


async def _revoke(request: web.Request) -> web.Response:
    core = request.app[CORE]
    core.world.token = str((await request.json())["token"])
    core.world.updates.interrupt(unauthorized())
    return web.json_response({})

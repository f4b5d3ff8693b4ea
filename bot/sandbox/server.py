"""The HTTP face of the sandbox: the Bot API below /bot, downloads below /file/bot, the people below /sandbox."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox import admin_api, groups_api, people_api
from bot.sandbox.call import Call, read_call, unknown_method
from bot.sandbox.core import ApiCall, Core
from bot.sandbox.errors import ApiError, unauthorized
from bot.sandbox.faults import Cut, Fault, FaultKind
from bot.sandbox.keys import CORE
from bot.sandbox.methods import METHODS
from bot.sandbox.state import now_ms

WEB = Path(__file__).parent / "web"
BODY_MAX = 64 * 1024 * 1024  # above the 50 MB a bot may upload, so that the refusal is Telegram's and not the server's
_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclasses.dataclass(frozen=True)
class ApiCallEnd:
    """How a call ended, for the log."""

    code: int
    description: str = ""
    ordered: bool = False


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(core: Core) -> web.Application:
    """Return the aiohttp application around one sandbox."""
    app = web.Application(client_max_size=BODY_MAX, middlewares=[_only_this_machine])
    app[CORE] = core
    app.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", _bot_method)
    app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", _bot_file)
    people_api.add_routes(app)
    admin_api.add_routes(app)
    groups_api.add_routes(app)
    app.router.add_get("/", _page)
    app.router.add_static("/web/", WEB)
    app.on_cleanup.append(_stop_webhook)
    return app


async def _stop_webhook(app: web.Application) -> None:
    await app[CORE].webhook.stop()


@web.middleware
async def _only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign host names and foreign pages: the people's side has no password."""
    origin = request.headers.get("Origin")
    host = urlsplit(f"//{request.host}")
    if host.hostname not in _LOCAL_NAMES or (origin is not None and urlsplit(origin).netloc != host.netloc):
        raise web.HTTPForbidden(text="this server is for this machine only")
    return await handler(request)


async def _bot_method(request: web.Request) -> web.StreamResponse:
    core = request.app[CORE]
    call: Call | None = None
    fault: Fault | None = None
    try:
        _check_token(core, request.match_info["token"])
        call = await read_call(request)
        method = METHODS.get(call.method)
        if method is None:
            raise unknown_method()
        fault = core.faults.met_by(call)
        instead = await fault.before() if fault else None
        if instead is not None:
            _log(core, request, call, ApiCallEnd(instead.status, "gateway", ordered=True))
            return instead
        result = await method(core, call)
        if fault is not None and fault.kind is FaultKind.CUT_AFTER:
            raise Cut
    except web.HTTPRequestEntityTooLarge:
        return _refusal(core, request, call, ApiError(413, "Request Entity Too Large"))
    except Cut:
        return _cut(core, request, call, fault)
    except ApiError as error:
        return _refusal(core, request, call, error, ordered=fault is not None)
    _log(core, request, call, ApiCallEnd(200))
    return web.json_response({"ok": True, "result": result})


def _check_token(core: Core, token: str) -> None:
    if not hmac.compare_digest(token.encode(), core.world.token.encode()):
        raise unauthorized()
    if core.logged_out:
        raise ApiError(400, "Logged out")


def _cut(core: Core, request: web.Request, call: Call | None, fault: Fault | None) -> web.Response:
    """End the connection; what is returned reaches nobody."""
    _log(core, request, call, ApiCallEnd(0, str(fault.kind) if fault else "", ordered=True))
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _refusal(
    core: Core, request: web.Request, call: Call | None, error: ApiError, *, ordered: bool = False
) -> web.Response:
    _log(core, request, call, ApiCallEnd(error.code, error.description, ordered=ordered))
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    return web.json_response(error.payload, status=error.code, headers=headers)


def _log(core: Core, request: web.Request, call: Call | None, end: ApiCallEnd) -> None:
    method = request.match_info["method"].lower()
    if method == "getupdates" and end.code == 200:
        return
    chat_id = call.text("chat_id") if call is not None else ""
    core.log(ApiCall(at_ms=now_ms(), method=method, chat_id=chat_id, **dataclasses.asdict(end)))


async def _bot_file(request: web.Request) -> web.Response:
    core = request.app[CORE]
    try:
        _check_token(core, request.match_info["token"])
    except ApiError as error:
        return web.json_response(error.payload, status=error.code)
    path = request.match_info["path"]
    for file in core.world.files.values():
        if file.path == path:
            return web.Response(body=file.data, content_type="application/octet-stream")
    return web.json_response(ApiError(404, "Not Found").payload, status=404)


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(
        WEB / "index.html",
        headers={
            "Content-Security-Policy": _PAGE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )

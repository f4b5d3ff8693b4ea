"""A window on the demo's web sites for a browser that does not know the lab's DNS.

`/` lists the sites that stand, `/<domain>/…` shows one.

Only names of the demo's zone, only the demo's server, only on this machine.
"""

from __future__ import annotations

import contextlib
import html
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

HOST = "127.0.0.1"
PASSED_ON = ("Content-Type", "Location", "Cache-Control")
TIMEOUT_SECONDS = 10
Sites = Callable[[], Awaitable[list[str]]]
LIST = """<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Situs peragaan</title><style>body {{ font: 17px/1.6 sans-serif; margin: 3em auto; max-width: 34em; }}</style>
<h1>Situs yang sudah dibuat</h1>{sites}</html>"""
NONE = "<p>Belum ada. Situs muncul di sini setelah permohonannya disetujui dan selesai dibuat.</p>"


class _OneServer(AbstractResolver):
    """Resolves every name to the demo's server."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=self._address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


@contextlib.asynccontextmanager
async def open_window(
    sites: Sites, *, zone: str, address: str, authority_pem: str, port: int = 0
) -> AsyncIterator[str]:
    """Show the sites of `zone` on `address` at the address that is given. Port 0: any free one."""
    trust = ssl.create_default_context(cadata=authority_pem)
    connector = aiohttp.TCPConnector(resolver=_OneServer(address), ssl=trust, use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=True) as session:
        app = web.Application()
        window = _Window(session, zone, sites)
        app.router.add_get("/", window.list)
        app.router.add_get("/{domain}", window.add_slash)
        app.router.add_get("/{domain}/{path:.*}", window.look)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            yield f"http://{HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


class _Window:
    def __init__(self, session: aiohttp.ClientSession, zone: str, sites: Sites) -> None:
        self._session = session
        self._zone = zone
        self._sites = sites

    async def list(self, _request: web.Request) -> web.Response:
        """List the sites that stand."""
        names = [html.escape(name) for name in await self._sites()]
        links = "".join(f'<p><a href="/{name}/">{name}</a></p>' for name in names)
        return web.Response(text=LIST.format(sites=links or NONE), content_type="text/html")

    async def add_slash(self, request: web.Request) -> web.StreamResponse:
        """Lead to the site's first page."""
        raise web.HTTPFound(f"/{self._domain(request)}/")

    async def look(self, request: web.Request) -> web.StreamResponse:
        """Fetch one page over HTTPS, as a visitor would."""
        url = f"https://{self._domain(request)}/{request.match_info['path']}"
        try:
            async with self._session.get(url, params=request.query, allow_redirects=False) as answer:
                headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
                return web.Response(status=answer.status, body=await answer.read(), headers=headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise web.HTTPBadGateway(text=f"{url}: {error}") from error

    def _domain(self, request: web.Request) -> str:
        domain = request.match_info["domain"].lower()
        if not domain.endswith(f".{self._zone}"):
            raise web.HTTPNotFound
        return domain

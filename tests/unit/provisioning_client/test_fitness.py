"""A careless site beside a careful one: each carelessness is named by its own check, and the careful one has none."""

from __future__ import annotations

import dataclasses
import ssl
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web

from provisioning.fitness import transport
from provisioning.fitness.examine import CHECKS, examine
from provisioning.verification.http import WebError, WebServer
from provisioning.verification.verify import Check
from tests.unit.provisioning_client.test_web import DAY, NOW, issue

NAME = "dinkes.hosting.test"
GUARDS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Server": "Apache",
}
HOME = "<html><title>Dinas Kesehatan</title>Selamat datang</html>"


@dataclasses.dataclass
class Site:
    """A site's manners: what its paths answer, its headers, whether it answers anything with the first page."""

    pages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=lambda: GUARDS)
    cookies: tuple[str, ...] = ()
    traces: bool = False
    answers_all: bool = False
    redirects_to: str = f"https://{NAME}/"

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.method == "TRACE" and not self.traces:
            return web.Response(status=405, headers=self.headers)
        if request.scheme == "http":
            return web.Response(status=301, headers={"Location": self.redirects_to})
        body = self.pages.get(unquote(str(request.rel_url)), HOME if self.answers_all or request.path == "/" else None)
        if request.query and body is None:
            body = HOME
        made = web.Response(status=200 if body is not None else 404, text=body or "Tidak ada", content_type="text/html")
        for name, value in self.headers.items():
            made.headers[name] = value
        for cookie in self.cookies:
            made.headers.add("Set-Cookie", cookie)
        return made


@asynccontextmanager
async def open_site(folder: Path, site: Site, *, old_tls: bool = False) -> AsyncIterator[WebServer]:
    chain, key = issue(folder, NAME, ends=NOW + 60 * DAY, issuer=None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    if old_tls:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    ports = []
    for tls in (None, context):
        listening = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await listening.start()
        assert listening._server is not None
        ports.append(listening._server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]
    yield WebServer(address="127.0.0.1", http_port=ports[0], https_port=ports[1], authorities=chain)
    await runner.cleanup()


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the databases of the machine that runs the tests out of account."""
    monkeypatch.setattr(transport, "PORTS", {1: "port 1"})


async def failed(folder: Path, site: Site, *, old_tls: bool = False) -> dict[str, str]:
    async with open_site(folder, site, old_tls=old_tls) as server:
        checks: tuple[Check, ...] = await examine(server, NAME)
    assert [check.name for check in checks] == list(CHECKS)
    return {check.name: check.detail for check in checks if not check.ok}


async def test_a_careful_site_has_nothing_against_it(tmp_path: Path) -> None:
    careful = Site(cookies=("app_session=x; Secure; HttpOnly; SameSite=Lax", "XSRF-TOKEN=y; Secure"))
    assert await failed(tmp_path, careful) == {}


async def test_a_site_that_answers_every_path_is_not_accused_of_what_it_does_not_show(tmp_path: Path) -> None:
    assert await failed(tmp_path, Site(answers_all=True)) == {}


@pytest.mark.parametrize(
    ("careless", "check", "detail"),
    [
        (Site(headers={**GUARDS, "Strict-Transport-Security": "max-age=300"}), "hsts", "300"),
        (Site(headers={k: v for k, v in GUARDS.items() if k != "X-Frame-Options"}), "headers", "X-Frame-Options"),
        (Site(headers={**GUARDS, "Server": "Apache/2.4.57 (Debian)"}), "banner", "server"),
        (Site(headers={**GUARDS, "X-Powered-By": "PHP/8.2.1"}), "banner", "x-powered-by"),
        (Site(cookies=("PHPSESSID=x; path=/; Secure",)), "cookies", "PHPSESSID"),
        (Site(cookies=("theme=dark; path=/", "a=b; Secure")), "cookies", "theme"),
        (Site(traces=True), "trace", "200"),
        (Site(redirects_to="https://lain.example/"), "redirect", "301"),
        (Site(pages={"/.git/HEAD": "ref: refs/heads/main\n"}), "secrets", "/.git/HEAD"),
        (Site(pages={"/.env": "APP_NAME=x\nDB_PASSWORD=rahasia\n"}), "secrets", "/.env"),
        (Site(pages={"/backup.sql": "-- MariaDB dump 10.19\nCREATE TABLE `users` ("}), "secrets", "/backup.sql"),
        (Site(pages={"/info.php": "<title>phpinfo()</title>"}), "secrets", "/info.php"),
        (Site(pages={"/uploads/": "<title>Index of /uploads</title>"}), "listing", "/uploads/"),
        (Site(pages={"/adminer.php": "<h1>Login - Adminer</h1>"}), "tools", "/adminer.php"),
        (Site(pages={"/?id[]=": "<b>Warning</b>:  Array to string conversion"}), "errors", "/?id[]="),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_carelessness_is_named_by_its_own_check(
    tmp_path: Path, careless: Site, check: str, detail: str
) -> None:
    found = await failed(tmp_path, careless)
    assert list(found) == [check]
    assert detail in found[check]
    assert "rahasia" not in found[check]


async def test_old_tls_and_open_ports_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_site(tmp_path, Site(), old_tls=True) as server:
        monkeypatch.setattr(transport, "PORTS", {server.http_port: "MariaDB", 1: "Redis"})
        seen = {check.name: check for check in await examine(server, NAME)}
    assert (seen["tls_versions"].ok, seen["ports"].ok) == (False, False)
    assert seen["tls_versions"].detail == "TLSv1, TLSv1_1"
    assert seen["ports"].detail == "MariaDB"


async def test_a_certificate_that_visitors_do_not_trust_is_named(tmp_path: Path) -> None:
    async with open_site(tmp_path, Site()) as server:
        checks = {c.name: c for c in await examine(dataclasses.replace(server, authorities=None), NAME)}
    assert (checks["certificate"].ok, checks["certificate"].detail) == (False, "self-signed")


async def test_a_site_that_does_not_answer_is_judged_by_nothing() -> None:
    with pytest.raises(WebError):
        await examine(WebServer(address="127.0.0.1", https_port=1), NAME)

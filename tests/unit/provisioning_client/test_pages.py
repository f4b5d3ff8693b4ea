"""A site that shows search engines another face: seen by a tour of a real server, judged by the rules."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from provisioning.pages import rules, tour
from provisioning.pages.markup import parse
from provisioning.pages.rules import PageResponse, PageViews, judge, score
from provisioning.verification.http import WebServer
from tests.unit.provisioning_client.test_web import DAY, NOW, issue

NAME = "dinkes.kota.test"
ADVERT = (
    "<title>SLOT GACOR MAXWIN</title><p>slot gacor, situs slot, rtp live, togel online</p>"
    "<a href='https://gacor.example/'>daftar</a>"
)
CLEAN = "<title>Dinas Kesehatan</title><h1>Berita</h1><a href='/profil'>Profil</a><a href='/berkas.pdf'>Berkas</a>"
Answer = Callable[[web.BaseRequest], web.Response]


@asynccontextmanager
async def serving(folder: Path, answer: Answer) -> AsyncIterator[tuple[WebServer, list[str]]]:
    asked: list[str] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return answer(request)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*issue(folder, NAME, ends=NOW + 9 * DAY, issuer=None))
    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    yield WebServer(address="127.0.0.1", https_port=port), asked
    await runner.cleanup()


def html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


async def suspected(folder: Path, answer: Answer) -> dict[str, set[str]]:
    async with serving(folder, answer) as (server, _):
        seen = await tour.tour(server, NAME)
    judged = {views.url: judge(views) for views in seen}
    return {url: {one.id for one in found} for url, found in judged.items() if score(found) >= rules.rules().alarm}


async def test_a_page_for_search_engines_alone_is_found(tmp_path: Path) -> None:
    def answer(request: web.BaseRequest) -> web.Response:
        return html(ADVERT if "Googlebot" in request.headers["User-Agent"] else CLEAN)

    found = await suspected(tmp_path, answer)
    assert "beda_untuk_mesin_pencari" in found[f"https://{NAME}/"]


async def test_who_comes_from_a_search_is_sent_on_and_others_are_not(tmp_path: Path) -> None:
    def answer(request: web.BaseRequest) -> web.Response:
        if "google" in request.headers.get("Referer", ""):
            return web.Response(status=302, headers={"Location": "https://maxwin.example/"})
        return html(CLEAN)

    found = await suspected(tmp_path, answer)
    assert found == {f"https://{NAME}/": {"dialihkan_dari_pencarian"}}


async def test_pages_that_only_the_site_map_names_are_looked_at(tmp_path: Path) -> None:
    def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/sitemap.xml":
            return web.Response(text=f"<loc>https://{NAME}/lama/slot-gacor</loc>", content_type="application/xml")
        return html(ADVERT if "slot" in request.path else CLEAN)

    found = await suspected(tmp_path, answer)
    assert set(found) == {f"https://{NAME}/lama/slot-gacor"}


async def test_a_tour_stays_on_the_site_and_leaves_files_alone(tmp_path: Path) -> None:
    links = "".join(f"<a href='/halaman/{n}'>x</a>" for n in range(300))

    def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/dalam":
            return web.Response(status=301, headers={"Location": f"https://{NAME}/profil"})
        return html(f"{CLEAN}<a href='/dalam'>d</a><a href='https://lain.example/x'>y</a>{links}")

    async with serving(tmp_path, answer) as (server, asked):
        seen = await tour.tour(server, NAME)
    assert len(seen) <= tour.PAGES + 1
    assert "/berkas.pdf" not in asked
    assert all(views.url.startswith(f"https://{NAME}/") for views in seen)


async def test_a_site_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, lambda _: html(CLEAN)) as (server, _):
        pass
    assert await tour.tour(server, NAME) == []


def both(body: str) -> PageViews:
    return PageViews(
        url=f"https://{NAME}/", visitor=PageResponse(status=200, body=body), engine=PageResponse(status=200, body=body)
    )


@pytest.mark.parametrize(
    ("body", "trait"),
    [
        (ADVERT, "judul_judi"),
        (f"<title>Dinas</title><div style='display:none'>{ADVERT}</div>", "judi_tersembunyi"),
        (f"<style>.k{{left:-9999px}}</style><div class='k'>{ADVERT}</div>", "judi_tersembunyi"),
        ("<title>Hacked by Uji</title><h1>Hacked by Uji</h1>", "diubah_wajah"),
        ("<meta http-equiv='refresh' content='0;url=https://lain.example/'>", "dialihkan"),
        ("<iframe src='https://lain.example/' width=0></iframe>", "bingkai_tersembunyi"),
        ("<script>eval(atob('aGFsbw=='))</script>", "skrip_tersamar"),
        ("".join(f"<a href='/x/slot-{n}'>s</a>" for n in range(3)), "alamat_judi"),
    ],
)
def test_each_trait_is_seen(body: str, trait: str) -> None:
    assert trait in {one.id for one in judge(both(body))}


@pytest.mark.parametrize(
    "body",
    [
        CLEAN,
        "<title>Bahaya Judi Online</title><p>Polisi menangkap bandar. Cegah slot online, situs slot. Satgas.</p>",
        "<title>Reservasi Slot</title><p>Pilih slot waktu antrean.</p>",
        "<iframe src='https://www.googletagmanager.com/ns.html' width=0 style='display:none'></iframe>",
        "<a href='https://www.go.id/edaran-larangan-judi'>Larangan judi</a>" * 3,
        "<a href='/berita/bahaya-judi'>x</a><a href='/berita/stop-judi'>x</a><a href='/berita/waspada-slot'>x</a>",
        "",
        "<" * 5000,
        "<div>" * 5000,
    ],
)
def test_what_is_usual_raises_no_alarm(body: str) -> None:
    assert score(judge(both(body))) < rules.rules().alarm


def test_what_is_hidden_is_told_from_what_is_shown() -> None:
    page = parse(
        "<title>A &amp; B</title><p>satu</p><div style='opacity:0'>dua <b>tiga</b></div><script>empat</script>"
        "<ul class='x'>lima</ul><style>.x{visibility:hidden}</style><p hidden>enam</p><br><p>tujuh</p>"
    )
    assert page.title == "A & B"
    assert page.shown == "satu tujuh"
    assert page.hidden == "dua tiga lima enam"
    assert page.scripts == "empat"

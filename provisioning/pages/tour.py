"""A tour of a site: some of its pages, fetched as a visitor, as a search engine, and as who comes from a search.

Addresses that sound of gambling come first, the others by chance, so that in time all are seen. One page at a time, so
that nobody is kept waiting by us.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from provisioning.pages.rules import PageResponse, PageViews, is_suspect_address
from provisioning.verification.http import Page, Visitor, WebError, WebServer

PAGES = 12
SITEMAP = "/sitemap.xml"
WHOLE_SECONDS = 90.0
HOPS = 3
LINKS_MAX = 2000
BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"
)
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
LANGUAGE = {"Accept-Language": "id-ID,id;q=0.9", "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
AS_VISITOR: Mapping[str, str] = {**LANGUAGE, "User-Agent": BROWSER}
AS_ENGINE: Mapping[str, str] = {"Accept": "*/*", "User-Agent": CRAWLER}
AS_SEARCHER: Mapping[str, str] = {**AS_VISITOR, "Referer": "https://www.google.com/"}
FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|woff2?|xml|json)$")
REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def tour(web: WebServer, name: str) -> list[PageViews]:
    """Return the first page and some others as they were got; what does not answer is left out."""
    found: list[PageViews] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WHOLE_SECONDS), Visitor(web) as visitor:
            first = await _views(visitor, name, "/", searches=True)
            if first is None:
                return []
            found.append(first)
            for path in await _itinerary(visitor, name, first):
                views = await _views(visitor, name, path, searches=is_suspect_address(path))
                found += [views] if views is not None else []
    return found


async def _itinerary(visitor: Visitor, name: str, first: PageViews) -> list[str]:
    """Return what to look at beside the first page."""
    linked = {
        path
        for seen in (first.visitor, first.engine)
        if seen is not None
        for link in seen.markup.links[:LINKS_MAX]
        if (path := _own_path(name, link.href))
    }
    listed = set(await _sitemap(visitor, name)) - linked
    chosen: list[str] = []
    for paths in (linked, listed):
        suspect = sorted(path for path in paths if is_suspect_address(path))
        others = sorted(paths - set(suspect))
        random.shuffle(others)
        chosen += suspect[: PAGES // 3] + others[: PAGES // 4]
    return chosen[:PAGES]


async def _sitemap(visitor: Visitor, name: str) -> list[str]:
    try:
        page = await visitor.get("https", name, SITEMAP, headers=AS_ENGINE)
    except WebError:
        return []
    if page.status != 200:
        return []
    listed = re.findall(r"<loc>\s*([^<\s]{1,500})\s*</loc>", page.body)
    return [path for url in listed[:LINKS_MAX] if (path := _own_path(name, url))]


def _own_path(name: str, href: str) -> str:
    """Return the path and query of a link to a page of this very site, "" for any other."""
    try:
        parts = urlsplit(urljoin(f"https://{name}/", href))
    except ValueError:
        return ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_page = parts.scheme in {"http", "https"} and parts.hostname == name and not FILES.search(parts.path.lower())
    is_plain = path.isascii() and path.isprintable() and " " not in path
    return path if is_page and is_plain and path != "/" and len(path) <= 500 else ""


async def _views(visitor: Visitor, name: str, path: str, *, searches: bool) -> PageViews | None:
    try:
        plain = await _fetch(visitor, name, path, AS_VISITOR)
        engine = await _fetch(visitor, name, path, AS_ENGINE)
        searcher = await _fetch(visitor, name, path, AS_SEARCHER) if searches else None
    except WebError:
        return None
    return PageViews(url=f"https://{name}{path}", visitor=plain, engine=engine, searcher=searcher)


async def _fetch(visitor: Visitor, name: str, path: str, headers: Mapping[str, str]) -> PageResponse:
    """Fetch a page, following it within the site. Raises `WebError`."""
    for _ in range(HOPS):
        page = await visitor.get("https", name, path, headers=headers)
        target = page.headers.get("location", "")
        if page.status not in REDIRECTS or not target:
            return PageResponse(status=page.status, body=_html(page))
        onward = _own_path(name, target) or (
            "/" if urljoin(f"https://{name}{path}", target) == f"https://{name}/" else ""
        )
        if not onward or onward == path:
            return PageResponse(status=page.status, location=target)
        path = onward
    return PageResponse(status=page.status, location=target)


def _html(page: Page) -> str:
    kind = page.headers.get("content-type", "text/html").lower()
    return page.body if "html" in kind or "text/plain" in kind else ""

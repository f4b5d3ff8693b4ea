"""Looks for what must never be a page. A path counts by what comes, not by its status: many sites answer any path."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from provisioning.fitness.observed import Observed, ObservedSite, found
from provisioning.verification.http import Page, WebError

SQL = re.compile(r"(?:CREATE TABLE|INSERT INTO) [`\"\w]|-- (?:MySQL|MariaDB) dump", re.IGNORECASE)
SETTINGS = re.compile(r"^\s*[A-Z][A-Z0-9_]{2,40}\s*=", re.MULTILINE)
PHP_SOURCE = re.compile(r"<\?php|DB_PASSWORD")
PHP_INFO = re.compile(r"<title>phpinfo\(\)|PHP License as published", re.IGNORECASE)
LISTED = re.compile(r"<title>\s*(?:Index of|Directory listing)\b", re.IGNORECASE)

SECRETS: Mapping[str, re.Pattern[str]] = {
    "/.git/HEAD": re.compile(r"^ref: |^[0-9a-f]{40}\s*$"),
    "/.git/config": re.compile(r"\[core\]"),
    "/.svn/wc.db": re.compile(r"^SQLite format"),
    "/.env": SETTINGS,
    "/.env.bak": SETTINGS,
    "/.env.example": re.compile(r"^(?:DB_PASSWORD|APP_KEY)=.+$", re.MULTILINE),
    "/.htpasswd": re.compile(r"^[^:\s]+:[$\w]", re.MULTILINE),
    "/wp-config.php.bak": PHP_SOURCE,
    "/wp-config.php~": PHP_SOURCE,
    "/wp-config.txt": PHP_SOURCE,
    "/config.php.bak": PHP_SOURCE,
    "/backup.sql": SQL,
    "/database.sql": SQL,
    "/db.sql": SQL,
    "/dump.sql": SQL,
    "/backup.zip": re.compile(r"^PK"),
    "/backup.tar.gz": re.compile("^\x1f"),
    "/storage/logs/laravel.log": re.compile(r"\] (?:local|production)\.[A-Z]+:"),
    "/phpinfo.php": PHP_INFO,
    "/info.php": PHP_INFO,
    "/test.php": PHP_INFO,
}
TOOLS: Mapping[str, re.Pattern[str]] = {
    "/phpmyadmin/": re.compile(r"phpMyAdmin"),
    "/pma/": re.compile(r"phpMyAdmin"),
    "/adminer.php": re.compile(r"Adminer"),
    "/server-status": re.compile(r"Apache Server Status"),
    "/server-info": re.compile(r"Apache Server Information"),
    "/filemanager/": re.compile(r"<title>[^<]*File ?Manager", re.IGNORECASE),
    "/wp-admin/install.php": re.compile(r"wp-core-ui[^>]*>.*install", re.IGNORECASE | re.DOTALL),
    "/telescope/requests": re.compile(r"<title>[^<]*Telescope", re.IGNORECASE),
}
FOLDERS = ("/", "/assets/", "/backup/", "/css/", "/files/", "/images/", "/img/", "/js/", "/storage/", "/upload/",
           "/uploads/", "/vendor/", "/wp-content/uploads/", "/wp-includes/")  # fmt: skip


NO_ANSWER = frozenset({429, 502, 503, 504})  # of a site with too much to do: what lies there was not seen


async def no_secret_file_is_a_page(site: ObservedSite) -> Observed:
    """No version control, environment, dump, source or phpinfo comes out."""
    return await _none_shows(site, SECRETS)


async def no_tool_is_open(site: ObservedSite) -> Observed:
    """No tool that rules a database, files or the server is open to everybody."""
    return await _none_shows(site, TOOLS)


async def no_folder_is_listed(site: ObservedSite) -> Observed:
    """No folder shows what is in it."""
    return await _none_shows(site, dict.fromkeys(FOLDERS, LISTED))


async def _none_shows(site: ObservedSite, paths: Mapping[str, re.Pattern[str]]) -> Observed:
    """Name the paths that show what they must not. Raises `WebError` where none is seen to, and not all were seen."""
    pages = await asyncio.gather(*(_seen(site, path) for path in paths))
    looked = list(zip(paths.items(), pages, strict=True))
    wrong = [path for (path, telltale), page in looked if page and page.status == 200 and telltale.search(page.body)]
    unseen = [path for (path, _), page in looked if page is None]
    if unseen and not wrong:
        raise WebError(f"the site did not show {', '.join(unseen)}")
    return found(wrong)


async def _seen(site: ObservedSite, path: str) -> Page | None:
    """Return what lies at a path; None where the site did not say."""
    try:
        page = await site.get(path)
    except WebError:
        return None
    return None if page.status in NO_ANSWER else page

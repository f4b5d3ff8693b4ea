"""Looks at how pages come: over TLS only, with what browsers need to guard them, telling nothing of the machine."""

from __future__ import annotations

import re

from provisioning.fitness.observed import Observed, ObservedSite, found
from provisioning.verification.http import Page

HSTS_SECONDS = 15_552_000  # half a year
SESSION = re.compile(r"sess|auth|login|token|remember", re.IGNORECASE)
FOR_SCRIPTS = re.compile(r"^x?-?(?:xsrf|csrf)", re.IGNORECASE)  # frameworks hand these to scripts on purpose
VERSION = re.compile(r"[0-9]+\.[0-9]+")
ERRORS = re.compile(
    r"<b>(?:Fatal error|Parse error|Warning|Notice|Deprecated)</b>:|Stack trace:"
    r"|Uncaught (?:\w+\\)*\w*(?:Error|Exception)|SQLSTATE\[|You have an error in your SQL syntax"
    r"|Whoops, looks like something went wrong|Illuminate\\\w+"
)
PROVOKING = ("/?id[]=", "/index.php?page[]=")  # a list where a page expects a word: the commonest way to a warning


async def plain_is_redirected(site: ObservedSite) -> Observed:
    """HTTP leads to the same name over HTTPS, for good."""
    page = await site.get("/", scheme="http")
    target = page.headers.get("location", "")
    return Observed(page.status in {301, 308} and target.startswith(f"https://{site.name}/"), f"status {page.status}")


async def browsers_are_told_to_stay_on_tls(site: ObservedSite) -> Observed:
    """HSTS (RFC 6797) for half a year at least."""
    said = re.search(r'max-age="?([0-9]+)', site.home.headers.get("strict-transport-security", ""))
    return Observed(said is not None and int(said[1]) >= HSTS_SECONDS, f"max-age={said[1] if said else '-'}")


async def browsers_are_told_to_guard(site: ObservedSite) -> Observed:
    """No guessing of types, no frames of strangers, no address told to strangers."""
    headers = site.home.headers
    policy = headers.get("content-security-policy", "")
    wrong = [] if headers.get("x-content-type-options", "").lower() == "nosniff" else ["X-Content-Type-Options"]
    if "frame-ancestors" not in policy and headers.get("x-frame-options", "").upper() not in {"DENY", "SAMEORIGIN"}:
        wrong.append("X-Frame-Options")
    if headers.get("referrer-policy", "unsafe-url").lower() == "unsafe-url":
        wrong.append("Referrer-Policy")
    return found(wrong)


async def no_version_is_told(site: ObservedSite) -> Observed:
    """Neither the server nor what runs on it says which version it is."""
    told = [name for name in ("server", "x-generator") if VERSION.search(site.home.headers.get(name, ""))]
    told += [name for name in ("x-powered-by", "x-aspnet-version") if name in site.home.headers]
    return found(told)


async def cookies_are_guarded(site: ObservedSite) -> Observed:
    """Cookies travel over TLS only, and no script reads the one of a session."""
    wrong = []
    for cookie in site.home.cookies:
        name, _, rest = cookie.partition("=")
        attributes = {part.strip().lower().partition("=")[0] for part in rest.split(";")[1:]}
        is_session = SESSION.search(name) is not None and not FOR_SCRIPTS.match(name)
        if "secure" not in attributes or (is_session and "httponly" not in attributes):
            wrong.append(name.strip()[:40])
    return found(wrong)


async def trace_is_refused(site: ObservedSite) -> Observed:
    """TRACE, which gives a visitor's own secrets back, is not answered."""
    page = await site.visitor.trace(site.name, "/")
    return Observed(page.status >= 400, f"status {page.status}")


async def no_error_is_shown(site: ObservedSite) -> Observed:
    """See nothing told of what goes wrong inside: on the first page, a missing one or one asked amiss."""
    asked: list[tuple[str, Page]] = [("/", site.home)]
    asked += [(path, await site.get(path)) for path in (site.nowhere, *PROVOKING)]
    return found([path for path, page in asked if ERRORS.search(page.body)])

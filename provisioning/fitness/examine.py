"""All that can be judged of a site from outside, in one call: the machine's part of the fitness checklist.

Each check has a stable id (`CHECKS`); its meaning, its origin and what to do about it lie in the checklist's own file.
A look that cannot be made is a failed check that says so, so nothing unseen ever counts as fulfilled.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping

from provisioning.fitness import exposed, pages, transport
from provisioning.fitness.observed import Observed, ObservedSite
from provisioning.verification.http import Visitor, WebError, WebServer
from provisioning.verification.verify import Check

AT_ONCE = 4  # requests: below what one visitor's browser asks for, so no site notices
SECONDS = 120.0  # for the whole of it

CHECKS: Mapping[str, Callable[[ObservedSite], Awaitable[Observed]]] = {
    "tls_versions": transport.old_versions_are_refused,
    "tls_ciphers": transport.weak_ciphers_are_refused,
    "certificate": transport.certificate_is_trusted,
    "redirect": pages.plain_is_redirected,
    "hsts": pages.browsers_are_told_to_stay_on_tls,
    "headers": pages.browsers_are_told_to_guard,
    "banner": pages.no_version_is_told,
    "cookies": pages.cookies_are_guarded,
    "trace": pages.trace_is_refused,
    "errors": pages.no_error_is_shown,
    "listing": exposed.no_folder_is_listed,
    "secrets": exposed.no_secret_file_is_a_page,
    "tools": exposed.no_tool_is_open,
    "ports": transport.nothing_else_listens,
}


async def examine(server: WebServer, name: str) -> tuple[Check, ...]:
    """Look at the site of that name. Raises `WebError` where no page of it can be had at all."""
    async with Visitor(server) as visitor, asyncio.timeout(SECONDS):
        home = await visitor.get("https", name, "/")
        site = ObservedSite(
            server=server,
            name=name,
            visitor=visitor,
            home=home,
            nowhere=f"/layanan-{secrets.token_hex(16)}",
            places=asyncio.Semaphore(AT_ONCE),
        )
        looked = [_check(check, look(site)) for check, look in CHECKS.items()]
        return tuple(await asyncio.gather(*looked))


async def _check(name: str, look: Awaitable[Observed]) -> Check:
    try:
        seen = await look
    except WebError as error:
        return Check(name=name, ok=False, detail=f"not seen: {error}")
    return Check(name=name, ok=seen.ok, detail=seen.detail)

"""Whether a hosting is there for the world: its names, its pages, its certificate; asked every few minutes.

The same eyes as `verify` has, without a login: the city's own name server is asked, so that a dead resolver of ours is
no outage of theirs.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import enum

from provisioning.spec import HostingSpec
from provisioning.verification import checks
from provisioning.verification.checks import SERVER_FAULT, Target, WrongError
from provisioning.verification.http import Certificate, Visitor, WebError, certificate

WHOLE_SECONDS = 45.0


class Cause(enum.StrEnum):
    """Why visitors do not get a site."""

    NAME = "name"  # a name does not lead to the server
    NO_ANSWER = "no_answer"  # nothing answers there, or not in time
    BROKEN = "broken"  # an error of the server's instead of a page
    CERTIFICATE = "certificate"  # ended, or for another name


@dataclasses.dataclass(frozen=True, kw_only=True)
class Availability:
    """What one look saw; `cause` is None where the site is there. The certificate is the one that ends first."""

    cause: Cause | None = None
    detail: str = ""
    expires: dt.datetime | None = None
    trusted: bool | None = None


async def check_availability(target: Target, spec: HostingSpec) -> Availability:
    """Look at every name of an active hosting. What is wrong there is an answer, never an exception."""
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            return await _look(target, spec)
    except TimeoutError:
        return Availability(cause=Cause.NO_ANSWER, detail=f"not done after {WHOLE_SECONDS:g} s")


async def _look(target: Target, spec: HostingSpec) -> Availability:
    try:
        await checks.names_resolve(target, spec)
    except WrongError as error:
        return Availability(cause=Cause.NAME, detail=str(error))
    shown: list[Certificate] = []
    try:
        async with Visitor(target.web) as visitor:
            for name in spec.domains:
                status = await visitor.status("https", name, "/")
                if status >= SERVER_FAULT:
                    return Availability(cause=Cause.BROKEN, detail=f"https://{name}: status {status}")
                shown.append(await certificate(target.web, name))
    except WebError as error:
        return Availability(cause=Cause.NO_ANSWER, detail=str(error))
    return _judged(spec, shown)


def _judged(spec: HostingSpec, shown: list[Certificate]) -> Availability:
    now = dt.datetime.now(dt.UTC)
    worst = min(shown, key=lambda one: one.expires)
    wrong = [name for name, one in zip(spec.domains, shown, strict=True) if not one.valid_on(now)]
    return Availability(
        cause=Cause.CERTIFICATE if wrong else None,
        detail=", ".join(wrong),
        expires=worst.expires,
        trusted=all(one.trusted for one in shown),
    )

"""Looks at a hosting as the world does, from this machine: the acceptance report that is handed to the OPD.

Each check has a stable id (`dns`, `http`, `https`, `php`, `sftp`, `sql`, `isolation`) and passes only on what was
seen from outside. The words users read live elsewhere; `detail` is for engineers, `facts` are values for sentences.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import secrets
from collections.abc import Awaitable, Mapping

from provisioning.connection import LinkError
from provisioning.spec import HostingSecrets, HostingSpec, Kind, State
from provisioning.verification import checks
from provisioning.verification.checks import CheckResult, Inside, Target, WrongError
from provisioning.verification.http import PageLogin, Visitor, WebError
from provisioning.verification.owner_session import OwnerSession, owner_endpoint
from provisioning.verification.probe import ProbeError

WHOLE_SECONDS = 90.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Verification:
    """Everything that was looked at, in a fixed order."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.ok)

    @property
    def said(self) -> str:
        """What was wrong, for engineers; "" where nothing was."""
        return "; ".join(f"{check.name}: {check.detail}" for check in self.failed)


async def verify(
    target: Target,
    spec: HostingSpec,
    passwords: HostingSecrets | None,
    owner: OwnerSession | None = None,
    *,
    is_new: bool = True,
) -> Verification:
    """Look at everything `spec` promises in its state. What a server does wrong is a failed check, never an exception.

    An active hosting gets a marker page and a probe for the time of the call; nothing of them stays. Without the
    passwords of its files and of pages that ask for one (destroyed, or not those that were changed), only what any
    visitor sees can be looked at: `dns`, `http`, `https`. The `owner` may have begun to
    log in before. One that `is_new` holds nothing that could fail by itself; of another, what its own application
    answers is no fault, nor is a certificate that ended: no change of it could pass otherwise, nor mend it.
    """
    if passwords is not None and not _opens_everything(spec, passwords):
        passwords = None
    async with Visitor(target.web, _page_login(spec, passwords)) as visitor:
        if spec.state is State.ACTIVE and passwords is not None:
            own = OwnerSession(owner_endpoint(target.host, target.port, target.host_key, spec), spec, passwords)
            async with own:
                return await _verify_active(target, spec, passwords, visitor, owner or own, is_new=is_new)
        looked = {"dns": checks.names_resolve(target, spec)}
        if spec.state is State.ACTIVE:
            looked["http"] = checks.plain_pages_redirect(spec, visitor, "/", is_new=is_new)
            looked["https"] = checks.pages_answer(target, spec, visitor, "/", None, is_new=is_new)
        else:
            looked["https"] = checks.pages_are_closed(spec, visitor)
        if passwords is not None:
            look = checks.login_opens if spec.opens_files else checks.login_is_refused
            looked["sftp"] = look(target, spec, passwords)
        return Verification(tuple(await asyncio.gather(*(_check(name, look) for name, look in looked.items()))))


def _opens_everything(spec: HostingSpec, passwords: HostingSecrets) -> bool:
    return passwords.sftp_password is not None and not (spec.team_only and passwords.page_password is None)


def _page_login(spec: HostingSpec, passwords: HostingSecrets | None) -> PageLogin | None:
    if not spec.team_only or passwords is None or passwords.page_password is None:
        return None
    return PageLogin(name=spec.slug, password=passwords.page_password)


async def _verify_active(
    target: Target, spec: HostingSpec, passwords: HostingSecrets, visitor: Visitor, owner: OwnerSession, *, is_new: bool
) -> Verification:
    resolved = asyncio.create_task(_check("dns", checks.names_resolve(target, spec)))
    woken = asyncio.create_task(_wake_php(spec, visitor))
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            session, sftp, probe = await owner.logged_in(passwords)
            inside = Inside(session=session, files=sftp, probe=probe, visitor=visitor, passwords=passwords)
            seen = await _look_inside(target, spec, inside, is_new=is_new)
            await owner.close()
    except (LinkError, TimeoutError) as error:
        detail = str(error) or f"not done after {WHOLE_SECONDS:g} s"
        seen = [Check(name=name, ok=False, detail=f"not seen: {detail}") for name in _names_inside(spec, passwords)]
    await woken
    return Verification((await resolved, *seen))


async def _wake_php(spec: HostingSpec, visitor: Visitor) -> None:
    """Be the first visitor, for whom a new site's PHP starts, while the login of the looks is still under way."""
    if spec.kind is Kind.PHP:
        with contextlib.suppress(WebError):
            await visitor.get("https", spec.domains[0], f"/layanan-{secrets.token_hex(16)}.php")


def _names_inside(spec: HostingSpec, passwords: HostingSecrets) -> list[str]:
    php = ["php"] if spec.kind is Kind.PHP else []
    sql = ["sql"] if spec.database and php and passwords.database_password else []
    return ["http", "https", *php, "sftp", *sql, "isolation"]


async def _look_inside(target: Target, spec: HostingSpec, inside: Inside, *, is_new: bool) -> list[Check]:
    answer = asyncio.create_task(checks.ask_php(target, spec, inside)) if spec.kind is Kind.PHP else None
    visitor, probe = inside.visitor, inside.probe
    looked = {
        "http": checks.plain_pages_redirect(spec, visitor, probe.marker, probe.marker_text),
        "https": checks.pages_answer(target, spec, visitor, probe.marker, probe.marker_text, is_new=is_new),
        "sftp": checks.files_are_ours_alone(inside),
        "isolation": checks.neighbours_are_closed(inside, spec, answer),
    }
    if answer is not None:
        looked["php"] = checks.php_computes(spec, inside, answer)
    if answer is not None and spec.database and inside.passwords.database_password:
        looked["sql"] = checks.database_is_ours_alone(spec, answer)
    return list(await asyncio.gather(*(_check(name, looked[name]) for name in _names_inside(spec, inside.passwords))))


async def _check(name: str, look: Awaitable[CheckResult]) -> Check:
    try:
        seen = await look
    except (WrongError, ProbeError, WebError, LinkError) as error:
        return Check(name=name, ok=False, detail=str(error))
    return Check(name=name, ok=True, detail=seen.detail, facts=seen.facts)

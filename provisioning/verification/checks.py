"""The single checks of `verify`: each returns a `CheckResult`, or raises `WrongError` with what it saw instead."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import secrets
from collections.abc import Mapping
from typing import Any

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rdatatype

from provisioning.agent import names
from provisioning.connection import Endpoint, FileRefusedError, Files, Login, LoginRefusedError, Session, connect
from provisioning.spec import HostingSecrets, HostingSpec, State
from provisioning.verification import probe
from provisioning.verification.http import Certificate, Page, Visitor, WebError, WebServer, certificate
from provisioning.verification.probe import Planted

DNS_SECONDS = 3.0
UNAUTHORIZED = 401  # RFC 9110, 15.5.2
SERVER_FAULT = 500  # and above (RFC 9110, 15.6)
FORBIDDEN = ("/etc/layanan/agent.json", "/etc/shadow", "/root", "/srv/hosting")  # no tenant may read these
PUBLISHED = (State.ACTIVE, State.SUSPENDED)  # in these its names lead to the server
ABROAD = ("/../../../etc/passwd", "/etc/passwd", "/proc/self/status")  # must not exist inside the chroot


class WrongError(Exception):
    """What was seen is not what must be; the message says what was."""


@dataclasses.dataclass(frozen=True)
class CheckResult:
    """What a look saw: words for engineers, values for sentences."""

    detail: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target:
    """Where to look. `addresses` are what the names must resolve to; `neighbours` are slugs on the same server."""

    host: str
    port: int
    host_key: str
    web: WebServer
    dns_address: str
    dns_port: int = 53
    addresses: tuple[str, ...]
    neighbours: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Inside:
    """What a look has once the owner's login worked and the probe is in its place."""

    session: Session
    files: Files
    probe: Planted
    visitor: Visitor
    passwords: HostingSecrets


async def names_resolve(target: Target, spec: HostingSpec) -> CheckResult:
    """Every name, at the authoritative server: our addresses, or none of its own once it is closed for good."""
    wanted = set(target.addresses) if spec.state in PUBLISHED else set()
    for name in spec.domains:
        found = await _addresses(target, name)
        if found != wanted and (spec.state in PUBLISHED or found != await _by_wildcard(target, name)):
            raise WrongError(f"{name}: {', '.join(sorted(found)) or 'no address'}")
    addresses = ", ".join(sorted(wanted))
    return CheckResult(f"{', '.join(spec.domains)}: {addresses or 'no address'}", {"addresses": addresses})


async def _addresses(target: Target, name: str) -> set[str]:
    return {found for kind in (dns.rdatatype.A, dns.rdatatype.AAAA) for found in await _resolve(target, name, kind)}


async def _by_wildcard(target: Target, name: str) -> set[str]:
    """Return what the zone answers for any name beside this one (RFC 4592), by one that nobody can have."""
    return await _addresses(target, f"{secrets.token_hex(16)}.{name.partition('.')[2]}")


async def _resolve(target: Target, name: str, kind: dns.rdatatype.RdataType) -> set[str]:
    question = dns.message.make_query(name, kind)
    question.flags &= ~dns.flags.RD
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question, target.dns_address, timeout=DNS_SECONDS, port=target.dns_port
        )
    except (dns.exception.DNSException, OSError) as error:
        raise WrongError(f"{target.dns_address} does not answer for {name}: {error}") from error
    if not answer.flags & dns.flags.AA:
        raise WrongError(f"{target.dns_address} is not authoritative for {name}")
    return {item.to_text() for records in answer.answer if records.rdtype == kind for item in records}


async def plain_pages_redirect(
    spec: HostingSpec, visitor: Visitor, path: str, text: str | None = None, *, is_new: bool = True
) -> CheckResult:
    """Every name, over HTTP: sent on to the same page over HTTPS, under that name or the primary one.

    A custom domain may be answered by plain HTTP, where nobody issues a certificate for it; with the page `text`.
    """
    for name in spec.domains:
        page = await visitor.get("http", name, path)
        targets = [f"https://{host}{path}" for host in (name, spec.domains[0])]
        if page.status not in {301, 308} or page.headers.get("location") not in targets:
            raise WrongError(f"http://{name}: status {page.status}, location {page.headers.get('location')}")
    plain = []
    for name in spec.custom_domains:
        scheme, page = await _wherever(visitor, name, path)
        plain += [name] * (scheme == "http")
        if not _is_as_wanted(page, text, is_new=is_new):
            raise WrongError(f"http://{name}: status {page.status}, and not this hosting's page")
    return CheckResult(
        f"{len(spec.names) - len(plain)} names redirect to HTTPS", {"plain": " ".join(plain)} if plain else {}
    )


async def _wherever(visitor: Visitor, name: str, path: str) -> tuple[str, Page]:
    """Return a custom domain's page: over HTTP, or over HTTPS where it is sent on to itself."""
    page = await visitor.get("http", name, path)
    sent_on = page.status in {301, 308} and page.headers.get("location") == f"https://{name}{path}"
    return ("https", await visitor.get("https", name, path)) if sent_on else ("http", page)


def _is_as_wanted(page: Page, text: str | None, *, is_new: bool) -> bool:
    """Whether it is the page `text`; without one any page, but no error of a new hosting's: nothing runs there yet."""
    if text is not None:
        return (page.status, page.body) == (200, text)
    return not is_new or page.status < SERVER_FAULT


async def pages_answer(
    target: Target, spec: HostingSpec, visitor: Visitor, path: str, text: str | None, *, is_new: bool = True
) -> CheckResult:
    """Every name, over HTTPS: the page `text` at `path`, under a certificate for that name that has not ended.

    Without `text` any page will do that is not the server's fault. What is for its team only is kept from strangers.
    Of a hosting that is not new, neither its application's errors nor the day on which its certificate ended are.
    """
    if spec.team_only:
        await _strangers_are_refused(target, spec)
    shown: list[Certificate] = []
    for name in spec.domains:
        page = await _page_of(visitor, name, path, is_new=is_new or text is not None)
        if page is not None and not _is_as_wanted(page, text, is_new=is_new):
            raise WrongError(f"https://{name}: status {page.status}, and not this hosting's page")
        shown.append(await certificate(target.web, name))
        if not (shown[-1].valid_on(datetime.datetime.now(datetime.UTC)) if is_new else shown[-1].covers_name):
            raise WrongError(f"https://{name}: its certificate is for another name, or ended {shown[-1].expires}")
    worst = min(shown, key=lambda item: (item.trusted, item.expires))
    kind = "self-signed" if worst.self_signed else "wildcard" if worst.wildcard else "issued for the name"
    facts = {"certificate": kind, "trusted": "yes" if worst.trusted else "no", "expires": worst.expires.isoformat()}
    trust = "trusted" if worst.trusted else "not trusted by visitors"
    return CheckResult(f"certificate {kind}, {trust}, until {worst.expires:%Y-%m-%d}", facts)


async def _page_of(visitor: Visitor, name: str, path: str, *, is_new: bool) -> Page | None:
    """Return a name's page; None where an application of the owner's let us wait in vain. Raises `WebError`.

    Whether it is that, and not the server, is seen by the certificate, which needs no application.
    """
    try:
        return await visitor.get("https", name, path)
    except WebError:
        if is_new:
            raise
        return None


async def _strangers_are_refused(target: Target, spec: HostingSpec) -> None:
    async with Visitor(target.web) as stranger:
        for name in spec.domains:
            page = await stranger.get("https", name, "/")
            if page.status != UNAUTHORIZED:
                raise WrongError(f"https://{name}: status {page.status} for who has no login")


async def pages_are_closed(spec: HostingSpec, visitor: Visitor) -> CheckResult:
    """Every name of a hosting that is not active: the notice of a suspended one, or what an unknown name gets."""
    wanted = {503} if spec.state in PUBLISHED else {403, 404, 421}
    for name in spec.domains:
        page = await visitor.get("https", name, "/")
        if page.status not in wanted:
            raise WrongError(f"https://{name}: status {page.status}")
    for name in spec.custom_domains:
        _, page = await _wherever(visitor, name, "/")
        if page.status not in wanted:
            raise WrongError(f"http://{name}: status {page.status}")
    return CheckResult(f"{len(spec.names)} names are closed")


async def login_opens(target: Target, spec: HostingSpec, passwords: HostingSecrets) -> CheckResult:
    """See the login of a hosting that is being cleaned let its owner in."""
    try:
        session = await connect(_owner_of(target, spec), Login(password=passwords.sftp_password))
    except LoginRefusedError as error:
        raise WrongError("the login is refused") from error
    await session.close()
    return CheckResult("the login opens")


def _owner_of(target: Target, spec: HostingSpec) -> Endpoint:
    return Endpoint(host=target.host, port=target.port, host_key=target.host_key, user=names.account(spec.slug))


async def login_is_refused(target: Target, spec: HostingSpec, passwords: HostingSecrets) -> CheckResult:
    """See the login of a hosting that is not active refused."""
    try:
        session = await connect(_owner_of(target, spec), Login(password=passwords.sftp_password))
    except LoginRefusedError:
        return CheckResult("the login is refused")
    await session.close()
    raise WrongError("the login still works")


async def files_are_ours_alone(inside: Inside) -> CheckResult:
    """See the password open files and nothing else: no way out of the chroot, no shell, no forwarding."""
    folders = await inside.files.names("/")
    for path in ABROAD:
        try:
            await inside.files.read(path)
        except FileRefusedError:
            continue
        raise WrongError(f"{path} can be read over SFTP")
    word = "layanan" + inside.probe.key[:8]
    if word in (await inside.session.run(f"echo {word}")).output:
        raise WrongError("the account has a shell")
    if await inside.session.open_tcp("127.0.0.1", 3306):
        raise WrongError("the account can forward connections")
    return CheckResult(f"files only: {', '.join(folders)}", {"folders": ", ".join(folders)})


async def ask_php(target: Target, spec: HostingSpec, inside: Inside) -> dict[str, Any]:
    """Let the probe compute, use the database, and try the paths that must be closed."""
    paths = [*FORBIDDEN, *(str(names.home(slug) / part) for slug in target.neighbours for part in ("", "public"))]
    return await probe.ask(inside.visitor, spec, inside.probe, inside.passwords, paths)


async def php_computes(spec: HostingSpec, inside: Inside, answer: asyncio.Task[dict[str, Any]]) -> CheckResult:
    """PHP of the wanted version runs under the uid that owns the files."""
    said = await answer
    owner = await inside.files.owner(f"/{spec.document_root}{inside.probe.php}")
    if said["version"] != spec.php_version:
        raise WrongError(f"PHP {said['version']} instead of {spec.php_version}")
    if said["uid"] != owner:
        raise WrongError(f"PHP runs as uid {said['uid']}, the files belong to {owner}")
    return CheckResult(f"PHP {said['version']} as uid {owner}", {"version": said["version"], "uid": str(owner)})


async def database_is_ours_alone(spec: HostingSpec, answer: asyncio.Task[dict[str, Any]]) -> CheckResult:
    """See the issued account write to and read from its database, and see no other."""
    said = (await answer).get("database", {})
    if "error" in said:
        raise WrongError(f"MariaDB: {said['error']}")
    seen = sorted({str(name) for name in said.get("seen", [])} - {"information_schema"})
    if seen != [names.database(spec.slug)]:
        raise WrongError(f"the account sees {', '.join(seen) or 'no database'}")
    if said.get("read") != "Tarakan":
        raise WrongError("what was written was not read back")
    return CheckResult(f"writes, reads and sees {seen[0]} only", {"database": seen[0]})


async def neighbours_are_closed(
    inside: Inside, spec: HostingSpec, answer: asyncio.Task[dict[str, Any]] | None
) -> CheckResult:
    """No file outside the hosting comes out, through PHP or through a symbolic link that Apache might follow."""
    link = inside.probe.link
    if link is not None and (await inside.visitor.get("https", spec.domains[0], link)).status == 200:
        raise WrongError("a symbolic link out of the hosting is served")
    if answer is not None and (readable := (await answer)["readable"]):
        raise WrongError(f"PHP can read {', '.join(map(str, readable))}")
    return CheckResult("no file of a neighbour or of the system can be read")

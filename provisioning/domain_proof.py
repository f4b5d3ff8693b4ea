"""Whether the asker controls a custom domain, and whether it leads to its hosting: asked of its own name servers.

No cache is asked for either: what its owner changed a second ago counts, and a record that somebody slipped into a
resolver does not. Every server of the zone that answers must say the same. The name and all that its servers answer is
a stranger's: whatever they do, a look ends within `WHOLE_SECONDS`, and is an answer, never an exception. Whoever has a
domain may write any address beside its name servers: inner ones (RFC 1918 and their like, and what is translated into
one) get no question from here.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import ipaddress
from collections.abc import Awaitable, Collection, Iterable, Sequence
from typing import TypeVar

import dns.asyncquery
import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from provisioning.internet_address import is_of_the_internet

LABEL = "_layanan-verifikasi"
VALUE = "layanan-verifikasi="
WHOLE_SECONDS, ASK_SECONDS = 20.0, 3.0
TRIES = 2  # of a question over UDP, which loses some
SERVERS_MAX, ADDRESSES_MAX, HOPS_MAX = 8, 2, 8
TEXTS_MAX, TEXT_MAX = 3, 80  # of other texts that are told, and characters of each
ADDRESS_KINDS = (dns.rdatatype.A, dns.rdatatype.AAAA)
FAILURES = (dns.exception.DNSException, OSError, EOFError)

_T = TypeVar("_T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Answers = list[dns.message.Message]


class Proof(enum.StrEnum):
    """What the name's own servers say of the token."""

    GIVEN = "given"
    PARTLY = "partly"  # by some of them only
    OTHER = "other"  # there are texts, and none is the token
    MISSING = "missing"
    SILENT = "silent"  # none answers, or nobody knows which they are


class Destination(enum.StrEnum):
    """Where the name leads."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"
    LOOP = "loop"  # of aliases, or more of them than `HOPS_MAX`
    SILENT = "silent"


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainLook:
    """What one look saw; `texts` and `addresses` are a stranger's words, cut short."""

    proof: Proof
    lead: Destination
    texts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether a server may answer to the name."""
        return self.proof is Proof.GIVEN and self.lead is Destination.HERE


class LookFailedError(Exception):
    """Nobody who should know answers."""


def record_name(domain: str) -> str:
    """Return the name under which the owner of a domain shows the token."""
    return f"{LABEL}.{domain}"


def record_value(token: str) -> str:
    """Return the text of that record (TXT, RFC 1035 3.3.14)."""
    return f"{VALUE}{token}"


async def look(
    domain: str,
    token: str,
    *,
    addresses: Collection[str],
    aliases: Collection[str],
    resolvers: Sequence[str] = (),
    inner: Sequence[Network] = (),
) -> DomainLook:
    """Look for the token and for where the domain leads.

    `addresses` are those of the hosting, `aliases` its names in the city's zone, which lead there by themselves.
    `resolvers` only tell which servers a zone has; the machine's own ones where none are named. Of name servers with
    addresses that are nobody's in the Internet those in `inner` are asked, no others.
    """
    eyes = _Eyes(resolvers, inner)
    proof, lead = await asyncio.gather(
        _bounded(_proof(eyes, domain, token), (Proof.SILENT, ())),
        _bounded(_lead(eyes, domain, addresses, aliases), (Destination.SILENT, ())),
    )
    return DomainLook(proof=proof[0], texts=proof[1], lead=lead[0], addresses=lead[1])


async def _bounded(looking: Awaitable[_T], silent: _T) -> _T:
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            return await looking
    except (LookFailedError, TimeoutError, *FAILURES):
        return silent


async def _proof(eyes: _Eyes, domain: str, token: str) -> tuple[Proof, tuple[str, ...]]:
    name = dns.name.from_text(record_name(domain))
    said = [_texts(answer, name) for answer in await eyes.ask(name, dns.rdatatype.TXT)]
    shown = [record_value(token) in texts for texts in said]
    if all(shown):
        return Proof.GIVEN, ()
    others = sorted({text[:TEXT_MAX] for texts in said for text in texts if text != record_value(token)})
    proof = Proof.PARTLY if any(shown) else Proof.OTHER if others else Proof.MISSING
    return proof, tuple(others[:TEXTS_MAX])


def _texts(answer: dns.message.Message, name: dns.name.Name) -> set[str]:
    """Return the texts of that very name; aliases are not followed."""
    records = [found for found in answer.answer if found.name == name and found.rdtype == dns.rdatatype.TXT]
    return {b"".join(item.strings).decode(errors="replace") for found in records for item in found}


async def _lead(
    eyes: _Eyes, domain: str, addresses: Collection[str], aliases: Collection[str]
) -> tuple[Destination, tuple[str, ...]]:
    name = dns.name.from_text(domain)
    for _ in range(HOPS_MAX):
        target = _alias(await eyes.ask(name, dns.rdatatype.CNAME), name)  # by itself: servers choke on loops
        if target is None:
            asked = await asyncio.gather(*(eyes.ask(name, kind) for kind in ADDRESS_KINDS))
            found = {each for answers in asked for each in _addresses(answers, name)}
            lead = (
                Destination.NOWHERE
                if not found
                else Destination.HERE
                if found <= set(addresses)
                else Destination.ELSEWHERE
            )
            return lead, tuple(sorted(found))[:SERVERS_MAX]
        if target.to_text(omit_final_dot=True).lower() in aliases:
            return Destination.HERE, ()
        name = target
    return Destination.LOOP, ()


def _alias(answers: Iterable[dns.message.Message], name: dns.name.Name) -> dns.name.Name | None:
    for answer in answers:
        for found in answer.answer:
            if found.name == name and found.rdtype == dns.rdatatype.CNAME:
                target: dns.name.Name = found[0].target
                return target
    return None


def _addresses(answers: Iterable[dns.message.Message], name: dns.name.Name) -> set[str]:
    found = [each for answer in answers for each in answer.answer if each.name == name]
    records = [each for each in found if each.rdtype in ADDRESS_KINDS]
    return {str(ipaddress.ip_address(item.address)) for each in records for item in each}


class _Eyes:
    """Asks the servers of whatever zone a name lies in; which they are is looked up once a look."""

    def __init__(self, resolvers: Sequence[str], inner: Sequence[Network]) -> None:
        self._inner = inner
        self._resolver = dns.asyncresolver.Resolver(configure=not resolvers)
        if resolvers:
            self._resolver.nameservers = list(resolvers)
        self._resolver.lifetime = TRIES * ASK_SECONDS
        self._servers: dict[dns.name.Name, list[list[str]]] = {}
        self._silent: set[str] = set()  # addresses that did not answer before: nobody waits for them again

    async def ask(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> Answers:
        """Return the answer of each server of the name's zone that gives one. Raises `LookFailedError`."""
        zone = await self._zone_of(name)
        if zone not in self._servers:
            self._servers[zone] = await self._servers_of(zone)
        asked = await asyncio.gather(*(self._ask(server, name, kind) for server in self._servers[zone]))
        answers = [answer for answer in asked if answer is not None]
        if not answers:
            raise LookFailedError(name.to_text())
        return answers

    async def _zone_of(self, name: dns.name.Name) -> dns.name.Name:
        """Return the zone that holds a name, which may be an alias in a loop: aliases are not followed.

        Raises `LookFailedError`.
        """
        while name != dns.name.root:
            answer = await self._resolved(name)
            for found in (*answer.answer, *answer.authority):
                if found.rdtype == dns.rdatatype.SOA and name.is_subdomain(found.name):
                    return found.name
            name = name.parent()
        raise LookFailedError("no zone")

    async def _resolved(self, name: dns.name.Name) -> dns.message.Message:
        question = dns.message.make_query(name, dns.rdatatype.SOA)
        for resolver in self._resolver.nameservers:
            if (answer := await _answer(question, str(resolver))) is not None:
                return answer
        raise LookFailedError("no resolver answers")

    async def _servers_of(self, zone: dns.name.Name) -> list[list[str]]:
        """Return the addresses of each server of a zone."""
        named = [item.target for item in await self._resolver.resolve(zone, dns.rdatatype.NS, search=False)]
        return list(await asyncio.gather(*(self._addresses_of(name) for name in sorted(named)[:SERVERS_MAX])))

    async def _addresses_of(self, name: dns.name.Name) -> list[str]:
        found: list[str] = []
        for kind in ADDRESS_KINDS:
            try:
                answer = await self._resolver.resolve(name, kind, search=False)
            except FAILURES:
                continue
            found += [item.address for item in answer if self._may_be_asked(item.address)][:ADDRESSES_MAX]
        return found

    def _may_be_asked(self, address: str) -> bool:
        found = ipaddress.ip_address(address)
        return is_of_the_internet(found) or any(found in network for network in self._inner)

    async def _ask(
        self, addresses: Sequence[str], name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> dns.message.Message | None:
        """Return what a server says with authority, None where it says nothing at any of its addresses."""
        question = dns.message.make_query(name, kind)
        question.flags &= ~dns.flags.RD
        for address in addresses:
            answer = None if address in self._silent else await _answer(question, address)
            if answer is None:
                self._silent.add(address)
            elif answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) and answer.flags & dns.flags.AA:
                return answer
        return None


async def _answer(question: dns.message.Message, address: str) -> dns.message.Message | None:
    for _ in range(TRIES):
        with contextlib.suppress(*FAILURES):
            answer, _ = await dns.asyncquery.udp_with_fallback(question, address, timeout=ASK_SECONDS)
            return answer
    return None

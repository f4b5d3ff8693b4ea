"""The servers: whether their agents answer, what they lack, how full they are, when their certificates end."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from bot.doctor.finding import Finding, bad, due, good
from provisioning.agent import bundle
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.plan import CertificateReport, CertificateState, ErrorCode, ServerFacts
from workflows import servers as office_servers
from workflows.store.tables import Server
from workflows.upkeep.certificate_watch import THRESHOLDS, WATCHED

PATIENCE_SECONDS = 15.0
DISK_BAD, DISK_DUE = 0.03, 0.10  # share of the disk that is free
NAMES_SHOWN = 3


async def look(fleet: Fleet, server: Server, today: dt.date) -> list[Finding]:
    """Ask a server's agent."""
    at = office_servers.address(server)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            facts = await fleet.facts(at)
            report = await fleet.certificates(at)
    except TimeoutError:
        return [bad(f"{server.name}: does not answer within {PATIENCE_SECONDS:.0f} s.")]
    except ProvisioningError as error:
        return [bad(f"{server.name}: {error.code}: {error.detail}.{_remedy(error, server.name)}")]
    return [
        *of_facts(server.name, facts),
        *of_certificates(server.name, report, today),
        *of_backups(server.name, server.backup_place),
    ]


def _remedy(error: ProvisioningError, name: str) -> str:
    if error.code is ErrorCode.VERSION_MISMATCH:
        return f" `layanan server upgrade {name}` is due."
    if error.code is ErrorCode.HOST_KEY_CHANGED:
        return " Find out why before anything else; `layanan server add` enrols it anew."
    return ""


def of_facts(name: str, facts: ServerFacts) -> Iterator[Finding]:
    """Say what a server's own account of itself means."""
    yield good(f"{name}: answers; {facts.os_release}, {facts.sites} sites, load {facts.load:.2f}.")
    if facts.agent_version != bundle.version():
        yield due(f"{name}: has another version's agent: `layanan server upgrade {name}` is due.")
    if stopped := sorted(unit for unit, state in facts.services.items() if state != "active"):
        yield bad(f"{name}: not running: {', '.join(stopped)}.")
    if facts.missing:
        yield bad(f"{name}: lacks {', '.join(facts.missing)}: `layanan server upgrade {name}` brings it.")
    share = facts.disk_free_mb / max(1, facts.disk_total_mb)
    if share < DISK_DUE:
        grade = bad if share < DISK_BAD else due
        yield grade(f"{name}: {share:.0%} of the disk is free ({facts.disk_free_mb} MB).")


def of_backups(name: str, place: str | None) -> Iterator[Finding]:
    """Say where the backups of a server's hostings go."""
    if place is None:
        yield due(f"{name}: keeps no backups of its hostings: `layanan server backup {name} PLACE`.")
    elif place.startswith("/"):
        yield due(f"{name}: keeps backups on its own disk; a place elsewhere outlives it.")


def of_certificates(name: str, report: CertificateReport, today: dt.date) -> Iterator[Finding]:
    """Say which certificates end soon or cannot be renewed; those of one wildcard are told together."""
    if report.problem is not None:
        yield bad(f"{name}: new certificates cannot be taken up: {report.problem}")
    watched = sorted((one for one in report.certificates if one.kind in WATCHED), key=_same)
    for (kind, expires), group in groupby(watched, key=_same):
        states = list(group)
        yield _of_end(name, kind, expires, states, today)
        yield from (
            due(f"{name}: {one.name}: {one.failures} attempts to renew have failed: {one.problem}")
            for one in states
            if one.failures
        )


def _same(state: CertificateState) -> tuple[str, str]:
    return state.kind, state.expires or ""


def _of_end(name: str, kind: str, expires: str, states: list[CertificateState], today: dt.date) -> Finding:
    sites = ", ".join(one.name for one in states[:NAMES_SHOWN]) + (" …" if len(states) > NAMES_SHOWN else "")
    if not expires:
        return due(f"{name}: no {kind} certificate yet for {sites}.")
    left = (dt.date.fromisoformat(expires) - today).days
    sentence = f"{name}: {kind} certificate until {expires} ({left} days) for {sites}."
    week, weeks = THRESHOLDS[1], THRESHOLDS[-1]
    return bad(sentence) if left <= week else due(sentence) if left <= weeks else good(sentence)

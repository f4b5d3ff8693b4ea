"""The nightly look at the servers' certificates: engineers hear in time of one that ends or cannot be renewed.

A warning is known by its certificate and threshold, so it is said once, however often the look is cut off or repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from provisioning.plan import CertificateReport, CertificateState, digest
from workflows.hosting import certificates
from workflows.office import Office
from workflows.people.alerts import say_to_engineers
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database
from workflows.words import WITA

THRESHOLDS = (1, 7, 21)  # days before the end; an authority's certificate is renewed by itself 30 days before
FAILURES = 3  # in a row; one or two mend themselves
NAMES_SHOWN = 5
WATCHED = ("wildcard", "acme")  # the end of a self-signed one is the agent's own affair
Warned = tuple[str, str, dict[str, Any]]  # what it is known by, its text, the values in it


async def check_certificates(office: Office, database: Database, server: Server) -> None:
    """Ask a server, and warn the engineers of what they have not been warned of. Raises `ProvisioningError`."""
    report = await certificates.ask_certificates(office, server)
    if report is None:
        return
    async with database.write() as work:
        await certificates.keep_certificates(work, server, report)
        for known, text, values in warnings(report, work.now.astimezone(WITA).date()):
            said = {**values, "server": server.name}
            await say_to_engineers(work, server.id, text, said, key=f"certificate:{server.id}:{known}")


def warnings(report: CertificateReport, today: dt.date) -> Iterator[Warned]:
    """Yield what is to be said of a server's certificates. Pure; hostings with one wildcard are named together."""
    watched = sorted((state for state in report.certificates if state.kind in WATCHED or state.failures), key=_same)
    for _, group in groupby(watched, key=_same):
        states = list(group)
        yield from _ending(states, today)
        yield from _failing(states)
    yield from _limited(report)
    if report.problem is not None:
        values = {"names": "-", "problem": report.problem}
        yield f"waits:{digest(report.problem)[:16]}", "kabar.sertifikat_gagal", values


def _same(state: CertificateState) -> tuple[str, str, str]:
    return state.kind, state.expires or "", "" if state.kind == "wildcard" else state.name


def _ending(states: list[CertificateState], today: dt.date) -> Iterator[Warned]:
    first = states[0]
    if first.expires is None or first.kind not in WATCHED:
        return
    end = dt.date.fromisoformat(first.expires)
    left = (end - today).days
    threshold = next((days for days in THRESHOLDS if left <= days), None)
    if threshold is not None:
        name = first.name if first.kind == "acme" else first.kind
        values = {"names": _names(states), "day": end.isoformat(), "days": max(left, 0), "kind": first.kind}
        yield f"{name}:{first.expires}:{threshold}", "kabar.sertifikat_berakhir", values


def _failing(states: list[CertificateState]) -> Iterator[Warned]:
    first = states[0]
    if first.problem is not None and first.held_until is None and (first.failures >= FAILURES or first.failures == 0):
        values = {"names": _names(states), "problem": first.problem}
        yield f"{first.name}:{digest(first.problem)[:16]}", "kabar.sertifikat_gagal", values


def _limited(report: CertificateReport) -> Iterator[Warned]:
    for until in sorted({state.held_until for state in report.certificates if state.held_until is not None}):
        names = _names([state for state in report.certificates if state.held_until == until])
        yield f"limited:{until}", "kabar.sertifikat_dibatasi", {"names": names, "until": until}


def _names(states: list[CertificateState]) -> str:
    shown = ", ".join(state.name for state in states[:NAMES_SHOWN])
    return shown if len(states) <= NAMES_SHOWN else f"{shown} … ({len(states)})"

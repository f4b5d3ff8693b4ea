"""The TLS certificate: the zone's wildcard, or a self-signed one until a better is there (ordered by mod_md)."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import certificates, files, names
from provisioning.agent.site import Site, Transaction
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, State

NAME = "certificate"
SERVED = (State.ACTIVE, State.SUSPENDED)


def observe(site: Site) -> dict[str, Any]:
    """Look at the pair that would be served and at an own one that may lie there from before."""
    choice = certificates.choose(site.spec, site.config)
    own = names.own_certificate(site.slug)[0]
    found: dict[str, Any] = {"own": choice.own, "own_exists": own.parent.exists(), "path": str(choice.certificate)}
    found["acme"] = choice.acme
    found["plain"] = [] if site.config.acme else list(site.spec.custom_domains)
    found["issued"] = _issued(site)
    if site.spec.state not in SERVED:
        return found
    problem = certificates.defect(choice.certificate, choice.key)
    found["defect"] = problem
    if problem is None:
        end = certificates.expires(choice.certificate)
        left = (end - datetime.datetime.now(datetime.UTC)).days
        found["expires"] = end.date().isoformat()
        found["due"] = left < certificates.RENEW_BEFORE_DAYS
        found["covers"] = not choice.own or certificates.covers(choice.certificate, site.spec.domains)
    return found


def _issued(site: Site) -> list[str]:
    """Return the names that mod_md keeps something for and that are no longer ordered under."""
    kept = certificates.ordered(site.spec, site.config) if site.spec.state in SERVED else ()
    return sorted(
        name for name in _ever_ordered(site) if name not in kept and any(map(Path.exists, names.acme_folders(name)))
    )


def _ever_ordered(site: Site) -> set[str]:
    before = site.record.spec or {}
    return {
        *(site.spec.domains[0], *site.spec.custom_domains),
        *(*before.get("domains", ())[:1], *before.get("custom_domains", ())),
    }


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`CERTIFICATE_MISSING`) for a wildcard that cannot be served."""
    removed = [_removal("issued", f"Remove the certificate of {name}") for name in found.get("issued", ())]
    if spec.state in SERVED and found["own"]:
        return removed + _own(found)
    if spec.state in SERVED and found["defect"]:
        raise ServerError(ErrorCode.CERTIFICATE_MISSING, found["defect"], step=NAME)
    own = [_removal("own", "Remove the self-signed certificate")] if found["own_exists"] else []
    return own + removed


def _own(found: Mapping[str, Any]) -> list[Change]:
    if found["defect"]:
        action = Action.CHANGE if found["own_exists"] else Action.CREATE
        return [Change(part=NAME, key="own", action=action, summary="Make a self-signed certificate")]
    if found["due"] or not found["covers"]:
        reason = f"it ends on {found['expires']}" if found["due"] else "the names have changed"
        return [
            Change(part=NAME, key="own", action=Action.CHANGE, summary=f"Renew the self-signed certificate: {reason}")
        ]
    return []


def notes(spec: HostingSpec, found: Mapping[str, Any]) -> list[str]:
    """Return what the official should know."""
    if spec.state not in SERVED:
        return []
    plain = ", ".join(found.get("plain", ()))
    return [f"No certificates are ordered here: {plain} by plain HTTP only"] * bool(plain) + _own_notes(found)


def _own_notes(found: Mapping[str, Any]) -> list[str]:
    if found.get("acme"):
        return ["A certificate is ordered by ACME once the names lead here; until then it is a self-signed one"]
    if found["own"]:
        return ["No wildcard certificate covers these names: browsers will warn of a self-signed one"]
    return [f"The wildcard certificate ends on {found['expires']}"] if found.get("due") else []


def _removal(key: str, summary: str) -> Change:
    return Change(part=NAME, key=key, action=Action.REMOVE, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Make, renew or remove the own pair."""
    certificate, key = names.own_certificate(site.slug)
    if any(change.key == "issued" for change in changes):
        for name in _issued(site):
            for folder in names.acme_folders(name):
                shutil.rmtree(folder, ignore_errors=True)
            files.remove(names.ACME_TRIES / name)
    for change in (change for change in changes if change.key == "own"):
        for path in (certificate, key):
            transaction.undo_with(files.keep(path).restore)
        if change.action is Action.REMOVE:
            files.remove(certificate)
            files.remove(key)
            files.remove_empty(certificate.parent)
        else:
            certificates.self_sign(site.slug, site.spec.domains)

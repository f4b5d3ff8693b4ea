"""The TLS certificate: the zone's wildcard, or a self-signed one until a better is there; expiry is watched."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import certificates, files, names
from provisioning.agent.site import Batch, Site
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, State

NAME = "certificate"
SERVED = (State.ACTIVE, State.SUSPENDED)


def observe(site: Site) -> dict[str, Any]:
    """Look at the pair that would be served and at an own one that may lie there from before."""
    choice = certificates.choose(site.spec, site.config)
    own = names.own_certificate(site.slug)[0]
    found: dict[str, Any] = {"own": choice.own, "own_exists": own.parent.exists(), "path": str(choice.certificate)}
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


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`CERTIFICATE_MISSING`) for a wildcard that cannot be served."""
    if spec.state not in SERVED:
        return [_removal()] if found["own_exists"] else []
    if not found["own"]:
        if found["defect"]:
            raise ServerError(ErrorCode.CERTIFICATE_MISSING, found["defect"], step=NAME)
        return [_removal()] if found["own_exists"] else []
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
    if found["own"]:
        return ["No wildcard certificate covers these names: browsers will warn of a self-signed one"]
    return [f"The wildcard certificate ends on {found['expires']}"] if found.get("due") else []


def _removal() -> Change:
    return Change(part=NAME, key="own", action=Action.REMOVE, summary="Remove the self-signed certificate")


def apply(site: Site, changes: Sequence[Change], batch: Batch) -> None:
    """Make, renew or remove the own pair."""
    certificate, key = names.own_certificate(site.slug)
    for change in changes:
        for path in (certificate, key):
            batch.undo_with(files.keep(path).restore)
        if change.action is Action.REMOVE:
            files.remove(certificate)
            files.remove(key)
            files.remove_empty(certificate.parent)
        else:
            certificates.self_sign(site.slug, site.spec.domains)

"""Observe every part at once, then put their changes into one plan; refuse what this server must not do."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from provisioning.agent.parts import certificate, database, dns, php_fpm, quota, sftp, system_user, vhost
from provisioning.agent.record import Record
from provisioning.agent.site import Batch, Site
from provisioning.plan import Action, Change, ErrorCode, Plan, ServerError, digest
from provisioning.spec import HostingSpec, State

GIVEN = "given"  # how a part calls what it found only by a password of the request


@dataclasses.dataclass(frozen=True)
class Part:
    """A part's three verbs, under its name."""

    name: str
    observe: Callable[[Site], dict[str, Any]]
    plan: Callable[[HostingSpec, Mapping[str, Any]], list[Change]]
    apply: Callable[[Site, Sequence[Change], Batch], None]


MODULES = (system_user, quota, certificate, sftp, php_fpm, vhost, database, dns)
PARTS = {module.NAME: Part(module.NAME, module.observe, module.plan, module.apply) for module in MODULES}


def observe(site: Site) -> dict[str, dict[str, Any]]:
    """Return what every part found. Parts wait for programs most of the time, so each has a thread."""
    with ThreadPoolExecutor(max_workers=len(PARTS)) as pool:
        waiting = {name: pool.submit(_named, name, part.observe, site) for name, part in PARTS.items()}
        return {name: future.result() for name, future in waiting.items()}


def _named(name: str, look: Callable[[Site], dict[str, Any]], site: Site) -> dict[str, Any]:
    try:
        return look(site)
    except ServerError as error:
        error.step = error.step or name
        raise


def plan(spec: HostingSpec, found: Mapping[str, Mapping[str, Any]]) -> Plan:
    """Return the whole plan. Pure. Raises `ServerError` where a part refuses."""
    changes: list[Change] = []
    for name, part in PARTS.items():
        of_part = part.plan(spec, found[name])
        changes += of_part or [Change(part=name, key="", action=Action.NONE, summary="nothing to do")]
    said = [*certificate.notes(spec, found["certificate"]), *quota.notes(spec, found["quota"])]
    said += dns.notes(found["dns"])
    basis = digest([json.loads(spec.to_json()), _without_given(found)])
    return Plan(slug=spec.slug, basis=basis, changes=tuple(changes), notes=tuple(said))


def _without_given(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _without_given(value) for key, value in found.items() if key != GIVEN}
    return found


def permit(site: Site, others: Sequence[Record]) -> None:
    """Refuse names and addresses that are not this server's to give, or that another hosting has."""
    spec = site.spec
    if spec.state is State.REMOVED:
        return
    for domain in spec.domains:
        dns.zone_of(domain, site.config.zones)
    for address in spec.addresses:
        if address not in site.config.addresses_dedicated:
            detail = f"{address} is no dedicated address of this server"
            raise ServerError(ErrorCode.ADDRESS_NOT_AVAILABLE, detail, step="request")
    for other in others:
        if other.slug != spec.slug and other.spec is not None:
            _permit_beside(spec, other.slug, other.spec)


def _permit_beside(spec: HostingSpec, slug: str, other: Mapping[str, Any]) -> None:
    for domain in sorted({*spec.domains} & {*other["domains"]}):
        raise ServerError(ErrorCode.DOMAIN_TAKEN, f"{domain} belongs to hosting {slug}", step="request")
    for domain in spec.domains:
        above = next((name for name in other["domains"] if domain.endswith(f".{name}")), None)
        if above is not None:  # its pages could set cookies for the name above
            raise ServerError(ErrorCode.DOMAIN_TAKEN, f"{domain} lies below {above} of hosting {slug}", step="request")
    for address in sorted({*spec.addresses} & {*other.get("addresses", ())}):
        raise ServerError(ErrorCode.ADDRESS_NOT_AVAILABLE, f"{address} belongs to hosting {slug}", step="request")

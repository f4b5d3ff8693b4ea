"""Observe every part at once, then put their changes into one plan; refuse what this server must not do."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from provisioning.agent.parts import (
    certificate,
    cron,
    database,
    dns,
    page_login,
    php_fpm,
    quota,
    sftp,
    system_user,
    vhost,
)
from provisioning.agent.record import Record
from provisioning.agent.site import Share, Site, Transaction, as_server_error
from provisioning.plan import Action, Change, ErrorCode, Plan, ServerError, digest
from provisioning.spec import HostingSpec, State

Found = dict[str, dict[str, Any]]  # by part
GIVEN = "given"  # how a part calls what it found only by a password of the request


@dataclasses.dataclass(frozen=True)
class Part:
    """A part's verbs, under its name; those that end in `together` do once for several hostings what can be."""

    name: str
    observe: Callable[[Site], dict[str, Any]]
    plan: Callable[[HostingSpec, Mapping[str, Any]], list[Change]]
    apply: Callable[[Site, Sequence[Change], Transaction], None]
    apply_together: Callable[[Sequence[Share]], dict[str, Exception]] | None = None
    observe_together: Callable[[Sequence[Site]], dict[str, dict[str, Any]]] | None = None


MODULES = (system_user, quota, certificate, sftp, php_fpm, cron, page_login, vhost, database, dns)
PARTS = {
    module.NAME: Part(
        module.NAME,
        module.observe,
        module.plan,
        module.apply,
        getattr(module, "apply_together", None),
        getattr(module, "observe_together", None),
    )
    for module in MODULES
}
THREADS = 32


def observe(sites: Sequence[Site]) -> dict[str, Found | ServerError]:
    """Return, by slug, what every part found, or why one could not look. Parts wait for programs most of the time."""
    looks: dict[str, dict[str, Future[dict[str, Any]]]] = {site.slug: {} for site in sites}
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        shared = {}
        for name, part in PARTS.items():
            if part.observe_together is not None and len(sites) > 1:
                shared[name] = pool.submit(part.observe_together, sites)
                continue
            for site in sites:
                looks[site.slug][name] = pool.submit(part.observe, site)
        for name, look in shared.items():
            failed = look.exception() is not None  # whose fault it is will be seen one by one
            for site in sites:
                one = PARTS[name].observe if failed else functools.partial(_of, look.result())
                looks[site.slug][name] = pool.submit(one, site)
    return {slug: _gathered(of_site) for slug, of_site in looks.items()}


def _of(found: Mapping[str, dict[str, Any]], site: Site) -> dict[str, Any]:
    return found[site.slug]


def _gathered(looks: Mapping[str, Future[dict[str, Any]]]) -> Found | ServerError:
    for name in PARTS:
        error = looks[name].exception()
        if error is not None:
            return as_server_error(error, name)
    return {name: looks[name].result() for name in PARTS}


def plan(spec: HostingSpec, found: Found) -> Plan:
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
    if site.record.spec is not None:
        _permit_itself(spec, site.record.spec)
    if spec.state is State.REMOVED:
        return
    for domain in spec.domains:
        dns.zone_of(domain, site.config.zones)
    for domain in spec.custom_domains:
        if any(domain == zone or domain.endswith(f".{zone}") for zone in site.config.zones):
            detail = f"{domain} lies in a zone of this server, so it is no custom domain"
            raise ServerError(ErrorCode.ZONE_NOT_ALLOWED, detail, step="request")
    for address in spec.addresses:
        if address not in site.config.addresses_dedicated:
            detail = f"{address} is no dedicated address of this server"
            raise ServerError(ErrorCode.ADDRESS_NOT_AVAILABLE, detail, step="request")
    for other in others:
        if other.slug != spec.slug and other.spec is not None:
            _permit_beside(spec, other.slug, other.spec)


def _permit_itself(spec: HostingSpec, there: Mapping[str, Any]) -> None:
    detail = ""
    if not {*spec.domains} & {*there["domains"]}:
        detail = f"hosting {spec.slug} is another one here: it answers for {', '.join(there['domains'])}"
    elif there.get("team_only", False) is not spec.team_only:
        detail = f"hosting {spec.slug} is {'no' if spec.team_only else 'a'} staging copy, and stays so"
    if detail:
        raise ServerError(ErrorCode.NOT_OURS, detail, step="request")


def _permit_beside(spec: HostingSpec, slug: str, other: Mapping[str, Any]) -> None:
    for domain in sorted({*spec.names} & {*other["domains"], *other.get("custom_domains", ())}):
        raise ServerError(ErrorCode.DOMAIN_TAKEN, f"{domain} belongs to hosting {slug}", step="request")
    for domain in spec.domains:
        above = next((name for name in other["domains"] if domain.endswith(f".{name}")), None)
        if above is not None:  # its pages could set cookies for the name above
            raise ServerError(ErrorCode.DOMAIN_TAKEN, f"{domain} lies below {above} of hosting {slug}", step="request")
    for address in sorted({*spec.addresses} & {*other.get("addresses", ())}):
        raise ServerError(ErrorCode.ADDRESS_NOT_AVAILABLE, f"{address} belongs to hosting {slug}", step="request")

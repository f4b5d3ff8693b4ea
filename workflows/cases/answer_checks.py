"""Checks of an answer that need the office's own data: whether a name is free, whether there is such a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.engine.description import Field, FieldType
from workflows.engine.fields.site_name import is_custom_domain
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import cases, custom_domains, hostings
from workflows.store.unit_of_work import UnitOfWork


async def check_answer(office: Office, work: UnitOfWork, field: Field, value: Any, case_id: int | None) -> None:
    """Raise `Refused` for an answer that cannot be had now: server_unknown, or what `check_site_name` raises."""
    if field.type in (FieldType.SUBDOMAIN, FieldType.SITE_NAME):
        await check_site_name(office, work, value, case_id)
    if field.type is FieldType.SERVER:
        server = await hostings.server_by_name(work, value)
        if server is None or not server.active:
            raise Refused("server_unknown")


async def check_site_name(office: Office, work: UnitOfWork, name: str | None, case_id: int | None) -> None:
    """Raise `Refused` for a name that a hosting has or that another living case asks for, or that is no OPD's own.

    subdomain_taken, subdomain_asked; of a domain outside the city's zone: domain_held, domain_of_ours.
    """
    if name is None:
        return
    if is_custom_domain(name):
        await _check_custom_domain(work, name)
        return
    params = {"domain": f"{name}.{office.zone}"}
    if await hostings.domain_held(work, params["domain"], except_case=case_id):
        raise Refused("subdomain_taken", params)
    if await cases.asks_for(work, name, except_case=case_id):
        raise Refused("subdomain_asked", params)


def label_asked(answers: Mapping[str, Any]) -> str | None:
    """Return the label of the city's zone that a request asks for; None for none, or for a domain of elsewhere."""
    name: str | None = answers.get("subdomain")
    return None if is_custom_domain(name) else name


async def _check_custom_domain(work: UnitOfWork, name: str) -> None:
    for server in await hostings.servers(work):  # each may have a zone of its own, whose names are given by label
        if name == server.zone or name.endswith(f".{server.zone}"):
            raise Refused("domain_of_ours", {"name": name, "zone": server.zone})
    if await custom_domains.holder(work, name):
        raise Refused("domain_held", {"name": name})

"""Checks of an answer that need the office's own data: whether a name is free, whether there is such a server."""

from __future__ import annotations

from typing import Any

from workflows.engine.description import Field, FieldType
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import cases, hostings
from workflows.store.unit_of_work import UnitOfWork


async def check_answer(office: Office, work: UnitOfWork, field: Field, value: Any, case_id: int | None) -> None:
    """Raise `Refused` for an answer that cannot be had now: subdomain_taken, subdomain_asked, server_unknown."""
    if field.type is FieldType.SUBDOMAIN:
        await check_subdomain(office, work, value, case_id)
    if field.type is FieldType.SERVER:
        server = await hostings.server_by_name(work, value)
        if server is None or not server.active:
            raise Refused("server_unknown")


async def check_subdomain(office: Office, work: UnitOfWork, name: str | None, case_id: int | None) -> None:
    """Raise `Refused` for a name that a hosting has or that another living case asks for."""
    if name is None:
        return
    params = {"domain": f"{name}.{office.zone}"}
    if await hostings.domain_held(work, params["domain"], except_case=case_id):
        raise Refused("subdomain_taken", params)
    if await cases.asks_for(work, name, except_case=case_id):
        raise Refused("subdomain_asked", params)

"""Which certificate each hosting shows, as the office last heard it: from the work itself, at night, and on Periksa."""

from __future__ import annotations

from typing import Any

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import CertificateReport, CertificateState, ErrorCode, Usage
from workflows import servers
from workflows.office import Office
from workflows.store import observations
from workflows.store.tables import Server
from workflows.store.unit_of_work import UnitOfWork

SHOWN = "shown_certificate"  # the key of `Hosting.applied`
log = structlog.get_logger(__name__)


async def ask_certificates(office: Office, server: Server) -> CertificateReport | None:
    """Ask a server; None where its agent is older than the question. Raises `ProvisioningError`."""
    try:
        return await office.fleet.certificates(servers.address(server))
    except ProvisioningError as error:
        if error.code is not ErrorCode.BAD_REQUEST:
            raise
        log.warning("certificates_not_known", server=server.name)
        return None


async def keep_certificates(work: UnitOfWork, server: Server, report: CertificateReport) -> None:
    """Keep what a server says of the hostings that stand on it."""
    states = {(state.slug, state.name): state for state in report.certificates}  # a custom domain has one of its own
    for hosting in await observations.standing_on(work, server.id):
        state = states.get((hosting.slug, hosting.domain))
        if state is not None and hosting.applied.get(SHOWN) != (shown := _of_state(state)):
            hosting.applied = {**hosting.applied, SHOWN: shown}


def of_usage(usage: Usage | None) -> dict[str, Any]:
    """Return what the agent said of it when the work was done; nothing where it is older than that."""
    if usage is None or not usage.certificate_kind:
        return {}
    return _shown(usage.certificate_kind, usage.certificate_expires, ordered=usage.certificate_ordered)


def _of_state(state: CertificateState) -> dict[str, Any]:
    return _shown(state.kind, state.expires, ordered=state.ordered, held_until=state.held_until)


def _shown(kind: str, expires: str | None, *, ordered: bool, held_until: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "expires": expires, "ordered": ordered, "held_until": held_until}

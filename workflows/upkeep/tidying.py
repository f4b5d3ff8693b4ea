"""What orders that went no further left on a server is taken away by night."""

from __future__ import annotations

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from workflows import servers
from workflows.office import Office
from workflows.store.tables import Server

log = structlog.get_logger(__name__)


async def look(office: Office, server: Server) -> None:
    """Have a server tidied. Raises `ProvisioningError`; an agent older than the request is passed over."""
    try:
        taken = await office.fleet.tidy(servers.address(server))
    except ProvisioningError as error:
        if error.code is not ErrorCode.BAD_REQUEST:
            raise
        return
    if taken:
        log.info("left_over_taken_away", server=server.name, hostings=taken)

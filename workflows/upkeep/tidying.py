"""What orders that went no further left on a server is taken away by night."""

from __future__ import annotations

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from workflows import servers
from workflows.office import Office
from workflows.store.tables import Server

log = structlog.get_logger(__name__)


async def tidy_server(office: Office, server: Server) -> None:
    """Have a server tidied by its agent; one that is older than that, or could not, is passed over.

    Raises `ProvisioningError`.
    """
    try:
        taken = await office.fleet.tidy(servers.address(server))
    except ProvisioningError as error:
        if error.code not in (ErrorCode.BAD_REQUEST, ErrorCode.STEP_FAILED, ErrorCode.TIMEOUT):
            raise
        log.warning("leftovers_not_removed", server=server.name, code=str(error.code))
        return
    if taken:
        log.info("left_over_taken_away", server=server.name, hostings=taken)

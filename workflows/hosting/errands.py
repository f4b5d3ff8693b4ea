"""What an order has done on its server beside making the hosting as it is wanted: by action, once for each job.

An errand runs once the agent has made the hosting as it is wanted. Whatever dies meanwhile, it is asked for again under
the same id, which the server answers without doing it twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from provisioning.errors import ErrorCode
from provisioning.fleet import ServerAddress
from workflows.hosting import databases, handover, wordpress
from workflows.hosting.errand_input import ErrandInput
from workflows.hosting.staging import applying, filling, lifecycle
from workflows.office import Office

Errand = Callable[[Office, ServerAddress, ErrandInput], Awaitable[dict[str, Any]]]

ERRANDS: Mapping[str, Errand] = {
    databases.DUMP: databases.dump,
    databases.LOAD: databases.load,
    wordpress.WORDPRESS: wordpress.install,
    handover.OWNER: handover.renew_login,
    lifecycle.MAKE: filling.fill,
    lifecycle.REFRESH: filling.fill,
    lifecycle.APPLY: applying.carry,
}


OWNERS_FAULTS: Mapping[str, frozenset[ErrorCode]] = {
    databases.LOAD: databases.OWNERS_FAULTS,
    wordpress.WORDPRESS: wordpress.OWNERS_FAULTS,
    lifecycle.MAKE: filling.OWNERS_FAULTS,
    lifecycle.REFRESH: filling.OWNERS_FAULTS,
    lifecycle.APPLY: filling.OWNERS_FAULTS,
}
"""By action, the failures that only whoever ordered it can mend: no engineer is called for them."""


def is_owners_fault(action: str, code: str | None) -> bool:
    """Whether a failure is whoever's who ordered this to mend."""
    return code in OWNERS_FAULTS.get(action, frozenset())


def has_one(action: str) -> bool:
    """Whether an action asks anything of the server beside the hosting itself."""
    return action in ERRANDS


async def run(office: Office, server: ServerAddress, action: str, given: ErrandInput) -> dict[str, Any]:
    """Do what an action asks of the server; return what is to be told of it. Raises `ProvisioningError`."""
    errand = ERRANDS.get(action)
    return {} if errand is None else await errand(office, server, given)

"""What an errand is given: work that an order has done on its server beside making the hosting as it is wanted."""

from __future__ import annotations

import dataclasses
import uuid

from provisioning.spec import HostingSecrets, HostingSpec, Secret
from workflows.store.tables.hostings import JobData


@dataclasses.dataclass(frozen=True, kw_only=True)
class ErrandInput:
    """One order's errand. `secrets` are the passwords that nobody was shown yet; `data` is the job's.

    `application_password` is that of an application's administrator (`workflows.hosting.wordpress`).
    """

    job_request: str
    spec: HostingSpec
    secrets: HostingSecrets | None
    application_password: Secret | None
    data: JobData

    def request_id(self, name: str) -> str:
        """Return the id under which the server is asked for one thing of this order, however often (a UUID)."""
        return str(uuid.uuid5(uuid.UUID(self.job_request), name))

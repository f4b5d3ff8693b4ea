"""What an errand is given: work that an order has done on its server beside making the hosting as it is wanted."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from provisioning.spec import HostingSecrets, HostingSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class ErrandInput:
    """One order's errand. `secrets` are the passwords that nobody was shown yet; `data` is the job's."""

    job_request: str
    spec: HostingSpec
    secrets: HostingSecrets | None
    data: Mapping[str, Any]

    def request_id(self, name: str) -> str:
        """Return the id under which the server is asked for one thing of this order, however often (a UUID)."""
        return str(uuid.uuid5(uuid.UUID(self.job_request), name))

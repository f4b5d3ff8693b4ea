"""A job with all that it needs."""

from __future__ import annotations

import dataclasses

from provisioning.agent.protocol import Work
from provisioning.spec import HostingSecrets, HostingSpec, Secret
from workflows.store.tables import Hosting, Job, Server


@dataclasses.dataclass(frozen=True, kw_only=True)
class JobInput:
    """All that a job needs, read in one transaction. `spec` is what is wanted."""

    job: Job
    hosting: Hosting
    server: Server
    spec: HostingSpec
    secrets: HostingSecrets | None
    application_password: Secret | None
    neighbours: tuple[str, ...]

    @property
    def stood(self) -> bool:
        """Whether the hosting was made before: what is in it is its owner's."""
        return self.hosting.applied_revision > 0

    @property
    def named(self) -> dict[str, int | None]:
        """What each line of the log says of it."""
        return {"job": self.job.id, "case": self.hosting.case_id}

    @property
    def work(self) -> Work:
        """What the agent is asked for."""
        return Work(id=self.job.request_id, spec=self.spec, secrets=self.secrets, plan_hash=self.job.plan_hash)

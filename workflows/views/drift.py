"""What is out of step on the servers, as engineers see it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from provisioning.plan import Plan, digest
from workflows.store import hostings, observations, people
from workflows.store.tables import Hosting, HostingState, Job, Observation, Server
from workflows.store.unit_of_work import UnitOfWork

SHOWN = 12  # hexadecimal digits of a plan's hash that a button carries


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostingDrift:
    """A hosting with what the last look at it found; `plan` is None where the agent refuses to make one."""

    hosting: Hosting
    observation: Observation
    plan: Plan | None
    missing: bool  # the server knows nothing of it any more
    repairing: bool

    @property
    def drifts(self) -> bool:
        """Whether the hosting was found out of step with what is still wanted."""
        return self.observation.drift is not None and self.observation.revision == self.hosting.wanted_revision

    @property
    def planned(self) -> str | None:
        """Return what names the plan that would repair it, None where there is none."""
        can = self.drifts and self.observation.plan_hash and self.hosting.state == HostingState.WANTED
        return str(self.observation.plan_hash)[:SHOWN] if can else None

    @property
    def shown(self) -> str | None:
        """Return what a button to repair carries, None where nothing can be repaired by a press now."""
        return None if self.repairing else self.planned


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerFindings:
    """All that engineers should know of a server. `settled` are domains that are in step again."""

    server: Server
    at: dt.datetime
    error: str
    strangers: Sequence[str]
    outdated: bool
    findings: Sequence[HostingDrift]
    settled: Sequence[str]

    @property
    def shown(self) -> str | None:
        """Return what a button to repair all of them carries, None where there are not several to repair."""
        return self.planned if sum(finding.shown is not None for finding in self.findings) > 1 else None

    @property
    def planned(self) -> str:
        """Return what names all plans, also of hostings that are being worked on now."""
        return digest([finding.planned for finding in self.findings if finding.planned])[:SHOWN]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RepairView:
    """A repair under way or ended; `finding` is the newest look, `by` who asked for it."""

    job: Job
    hosting: Hosting
    server: Server
    by: str
    finding: HostingDrift | None


async def finding_of(work: UnitOfWork, hosting: Hosting) -> HostingDrift | None:
    """Return the newest look at a hosting, None where nobody has looked."""
    observation = await observations.of_hosting(work, hosting.id)
    return await _finding(work, hosting, observation) if observation else None


async def findings_on(work: UnitOfWork, server_id: int, settled: Sequence[int] = ()) -> ServerFindings | None:
    """Return what the last nightly look found on a server, as it is known now."""
    row = await observations.of_server(work, server_id)
    if row is None:
        return None
    told: Mapping[str, object] = row.told
    names = [hosting.domain for each in settled if (hosting := await hostings.get(work, each))]
    strangers = told.get("strangers")
    return ServerFindings(
        server=await hostings.server(work, server_id),
        at=row.attempted_at,
        error=str(told.get("error") or ""),
        strangers=strangers if isinstance(strangers, list) else [],
        outdated=bool(told.get("outdated")),
        findings=[await _finding(work, *pair) for pair in await observations.drifting_on(work, server_id)],
        settled=names,
    )


async def repair_view(work: UnitOfWork, job_id: int) -> RepairView | None:
    """Return a repair, None where there is none of that number."""
    job = await hostings.job(work, job_id)
    hosting = await hostings.get(work, job.hosting_id) if job else None
    if job is None or hosting is None or job.plan_hash is None:
        return None
    return RepairView(
        job=job,
        hosting=hosting,
        server=await hostings.server(work, hosting.server_id),
        by=(await people.by_id(work, job.asked_by)).name if job.asked_by else "",
        finding=await finding_of(work, hosting),
    )


async def _finding(work: UnitOfWork, hosting: Hosting, observation: Observation) -> HostingDrift:
    plan = Plan.from_data(observation.plan) if observation.plan else None
    made = {change.part for change in plan.pending if change.action == "create"} if plan else set()
    return HostingDrift(
        hosting=hosting,
        observation=observation,
        plan=plan,
        missing={"system_user", "vhost"} <= made,
        repairing=await hostings.is_busy(work, hosting.id),
    )

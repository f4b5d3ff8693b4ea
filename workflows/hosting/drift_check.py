"""Looking whether a hosting on its server is as it is wanted, and keeping what was found."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.error_traits import Trait, has
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode, Plan, digest
from provisioning.spec import SpecError
from workflows import servers
from workflows.office import Office
from workflows.store import hostings, ledger, observations
from workflows.store.tables import Hosting, Observation, Server
from workflows.store.unit_of_work import Database, UnitOfWork

ERROR_MAX = 600


@dataclasses.dataclass(frozen=True, kw_only=True)
class DriftCheck:
    """What a server answered when asked for the plan of a hosting, held against its wanted `revision`."""

    revision: int
    plan: Plan | None = None
    error: ProvisioningError | None = None

    @property
    def unasked(self) -> bool:
        """Whether the server could not be asked at all."""
        return self.error is not None and has(self.error.code, Trait.UNASKED)

    @property
    def drift(self) -> str | None:
        """Return the name of what is out of step (the same drift has the same name), None where nothing is."""
        if self.error is not None:
            return digest([str(self.error.code), self.error.step])
        if self.plan is None or self.plan.is_empty:
            return None
        return digest([[change.part, change.key, str(change.action), change.summary] for change in self.plan.pending])


async def check_drift(office: Office, server: Server, hosting: Hosting) -> DriftCheck:
    """Ask the server. Changes nothing there."""
    try:
        plan = await office.fleet.plan(servers.address(server), hosting.spec)
    except ProvisioningError as error:
        return DriftCheck(revision=hosting.wanted_revision, error=error)
    except SpecError as fault:  # as the agent says of what it cannot read; those after this one are looked at
        refused = ProvisioningError(ErrorCode.BAD_REQUEST, str(fault), step="spec")
        return DriftCheck(revision=hosting.wanted_revision, error=refused)
    return DriftCheck(revision=hosting.wanted_revision, plan=plan)


async def keep_check(
    work: UnitOfWork, hosting: Hosting, found: DriftCheck, *, night: dt.date | None = None
) -> Observation | None:
    """Keep a look; the ledger says when a hosting gets out of step, and back.

    Return None, and keep nothing, where something else has come to be wanted meanwhile or that night was looked at.
    """
    row = await observations.of_hosting(work, hosting.id)
    if found.revision != hosting.wanted_revision or (row and night and row.night and row.night >= night):
        return None
    if row is None:
        row = Observation(hosting_id=hosting.id, revision=0, observed_at=work.now)
        work.add(row)
    before = row.drift
    row.revision, row.observed_at, row.night = found.revision, work.now, night or row.night
    row.plan = found.plan.to_data() if found.plan else {}
    row.plan_hash = found.plan.hash if found.plan else None
    row.error_code = str(found.error.code) if found.error else None
    row.error = found.error.detail[:ERROR_MAX] if found.error else None
    row.drift = found.drift
    if row.drift != before:
        row.since = work.now if row.drift else None
        action = "hosting.drifted" if row.drift else "hosting.in_step"
        await ledger.append(work, action, case_id=hosting.case_id, data=_said(hosting, found))
    return row


async def check_again(office: Office, database: Database, server: Server, hosting: Hosting) -> None:
    """Look and keep it, where the server can be asked."""
    found = await check_drift(office, server, hosting)
    if not found.unasked:
        async with database.write() as work:
            present = await hostings.lock(work, hosting.id)
            if present is not None:
                await keep_check(work, present, found)


def _said(hosting: Hosting, found: DriftCheck) -> dict[str, object]:
    data: dict[str, object] = {"hosting": hosting.id, "slug": hosting.slug}
    if found.error is not None:
        return data | {"code": str(found.error.code)}
    if found.plan is None or found.plan.is_empty:
        return data
    return data | {"plan": found.plan.hash, "changes": [f"{c.action} {c.part} {c.key}" for c in found.plan.pending]}

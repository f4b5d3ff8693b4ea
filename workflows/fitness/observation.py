"""The machine's part: what is seen of a site from outside, and what the office knows of it."""

from __future__ import annotations

import datetime as dt

from provisioning.fleet import ProvisioningError
from provisioning.spec import HostingSpec
from workflows import servers, words
from workflows.fitness import backups_seen
from workflows.fitness.backups_seen import Seen
from workflows.hosting.drift_check import DriftCheck, check_drift
from workflows.office import Office
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import Database
from workflows.upkeep import php_support


async def from_outside(office: Office, server: Server, spec: HostingSpec, addresses: tuple[str, ...]) -> Seen:
    """Return what a stranger sees of a site. Raises `ProvisioningError` where no page comes."""
    checks = await office.fleet.outside.examine(servers.address(server), spec, addresses=addresses)
    return {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}


async def look_at(office: Office, database: Database, server: Server, hosting: Hosting, today: dt.date) -> Seen:
    """Return what was seen; empty where the site or its server does not answer, so that nothing is judged by it."""
    spec = hosting.spec
    try:
        seen = await from_outside(office, server, spec, hosting.served_addresses)
    except ProvisioningError:
        return {}
    planned = await check_drift(office, server, hosting)
    if planned.unasked:
        return {}
    seen["in_step"] = {"ok": planned.drift is None, "detail": _of_plan(planned)}
    if spec.php_version is not None:
        until = php_support.support().until(spec.php_version, server.facts.os_release)
        detail = f"PHP {spec.php_version}" + (f", {words.date(until)}" if until else "")
        seen["php_supported"] = {"ok": until is not None and until >= today, "detail": detail}
    return seen | await backups_seen.look_at(office, database, server, hosting)


def _of_plan(planned: DriftCheck) -> str:
    if planned.error is not None:
        return str(planned.error.code)
    pending = planned.plan.pending if planned.plan else ()
    return ", ".join(dict.fromkeys(change.part for change in pending))

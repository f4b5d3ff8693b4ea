"""Before a hosting is handed over: what a stranger sees of it is looked at as it is made, and told with its report.

What people judge is asked later (`yearly.py`), once the OPD has uploaded something.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

import structlog

from provisioning.fleet import ProvisioningError
from provisioning.spec import HostingSpec
from workflows.fitness import judge, observation, procedure
from workflows.fitness.backups_seen import Seen
from workflows.fitness.checklist import CheckedBy
from workflows.fitness.due import Occasion
from workflows.fitness.lines import lines_of
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import fitness_tests
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import UnitOfWork

SECONDS = 30.0  # the making of a hosting waits no longer for it
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class FirstLook:
    """How many of the items that were looked at are fulfilled, and what lacks, in the checklist's words."""

    good: int
    count: int
    lacking: tuple[str, ...]


async def look(office: Office, server: Server, spec: HostingSpec, addresses: tuple[str, ...]) -> Seen:
    """Return what is seen of a site that was made just now; nothing where it cannot be seen. Stops no making."""
    try:
        async with asyncio.timeout(SECONDS):
            return await observation.from_outside(office, server, spec, addresses)
    except (ProvisioningError, TimeoutError) as error:
        log.info("first_look_missed", reason=type(error).__name__)
    except Exception:  # of ours: the hosting stands all the same
        log.exception("first_look_defect")
    return {}


async def note(work: UnitOfWork, hosting: Hosting, seen: Seen, *, files: int | None) -> None:
    """Begin the fitness test of a hosting that was made just now, with so many `files` in it; nobody is asked yet."""
    if not seen:
        return
    with contextlib.suppress(Refused):  # it is no site that visitors see
        row = await procedure.begin(work, hosting.id, Occasion.HANDOVER, seen)
        row.files = files


async def first_look(work: UnitOfWork, hosting: Hosting | None) -> FirstLook | None:
    """Return what was seen before the handover, for as long as the test that began with it is under way."""
    row = await fitness_tests.open_of(work, hosting.id) if hosting else None
    if row is None or hosting is None or row.seen_at is None:
        return None
    machine = [line for line in lines_of(row, hosting) if line.item.by is CheckedBy.MACHINE]
    seen = [line for line in machine if line.result is not judge.Result.OPEN]
    lacking = tuple(line.item.question for line in seen if line.result is judge.Result.LACKING)
    return FirstLook(good=len(seen) - len(lacking), count=len(seen), lacking=lacking)

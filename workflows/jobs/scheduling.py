"""What can begin now: which servers and hostings are at work, in this process and in others.

One process at a time is at work on a server, by a lease, and one on each hosting until it was looked at. Leases save
work; what keeps a process that was frozen and wakes from doing harm is the server's own lock, the agent's journal, and
that an outcome is taken from a job that has not ended only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from provisioning.agent.protocol import WORKS_MAX
from workflows.store import leases
from workflows.store.tables import Job
from workflows.store.unit_of_work import Database


@dataclasses.dataclass
class InProgress:
    """Which servers are at work, and which hostings have a job that has not ended."""

    servers: set[int] = dataclasses.field(default_factory=set)
    hostings: set[int] = dataclasses.field(default_factory=set)

    def batches(self, due: Sequence[tuple[Job, int]]) -> dict[int, list[Job]]:
        """Return by server what can begin now: one job a hosting, the oldest first, a bounded number."""
        found: dict[int, list[Job]] = {}
        for job, server in due:
            batch = [] if server in self.servers else found.setdefault(server, [])
            begun = job.hosting_id in self.hostings or job.hosting_id in {other.hosting_id for other in batch}
            if server not in self.servers and not begun and len(batch) < WORKS_MAX:
                batch.append(job)
        return {server: batch for server, batch in found.items() if batch}


async def claimed(database: Database, server: int, batch: Sequence[Job]) -> list[Job]:
    """Return what of a batch is ours to do; nothing where another process is at work on the server."""
    async with database.write() as work:
        if not await leases.take(work, _server(server)):
            return []
        ours = [job for job in batch if await leases.take(work, _hosting(job))]
        if not ours:
            await leases.give_up(work, _server(server))
        return ours


async def give_back(database: Database, batch: Sequence[Job] = (), *, server: int | None = None) -> None:
    """Let other processes have a server, or the hostings of a batch, and wake them."""
    names = [_hosting(job) for job in batch] + ([] if server is None else [_server(server)])
    async with database.write() as work:
        await leases.give_up(work, *names)
        work.wake("jobs")


def _server(server_id: int) -> str:
    return f"server:{server_id}"


def _hosting(job: Job) -> str:
    return f"hosting:{job.hosting_id}"

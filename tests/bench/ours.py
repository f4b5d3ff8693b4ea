"""Ours in the contest: from the Kepala's press to hostings that were looked at from outside."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Sequence

from provisioning.agent.protocol import WORKS_MAX, Work
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets, HostingSpec, State
from tests.bench import order, outside
from tests.bench.office import Desk, secrets_of


class Ours:
    """The product: the office at `desk`, whose cases are approved for the server `web-1`."""

    name = "ours, verified"
    repeats = True

    def __init__(self, desk: Desk, server: LabServer) -> None:
        self._desk = desk
        self.server = server
        self._cases: dict[str, int] = {}
        self.parts: dict[str, list[float]] = {}  # of one hosting on its way, in milliseconds

    async def at(self) -> ServerAddress:
        """Return the server as the fleet knows it."""
        return await self._desk.at(self.server.name)

    @property
    def fleet(self) -> Fleet:
        """The office's way to the server."""
        return self._desk.fleet

    async def prepare(self, slugs: Sequence[str]) -> None:
        """Play the cases to the step before the approval."""
        for slug in slugs:
            self._cases[slug] = await self._desk.bring_to_approval(slug)

    async def make(self, slugs: Sequence[str]) -> None:
        """Approve all, and do the jobs that this sets up."""
        started = time.perf_counter()
        await self._desk.approve([self._cases[slug] for slug in slugs])
        if len(slugs) == 1:
            spent = dict(self._desk.fleet.spent)
            self._note("of it: apply (observe, plan, test, apply)", spent["apply"])
            self._note("of it: look from outside", spent["verify"])
            whole = (time.perf_counter() - started) * 1000
            self._note("of it: the office's own transactions", whole - sum(spent.values()))

    async def again(self, slugs: Sequence[str]) -> None:
        """Apply what is there already."""
        at = await self._desk.at(self.server.name)
        works = [
            Work(id=str(uuid.uuid4()), spec=spec, secrets=passwords) for spec, passwords in await self._made(slugs)
        ]
        for answer in await self._desk.fleet.apply_many(at, works):
            if isinstance(answer, ProvisioningError):
                raise answer
            if answer.changed:
                raise RuntimeError(f"a run that has nothing to do changed {answer.plan.slug}")

    async def check(self, slugs: Sequence[str]) -> None:
        """Look once more, as at everybody's; and note how long a look and a question take."""
        for spec, passwords in await self._made(slugs):
            started = time.perf_counter()
            await outside.check(self.server, [spec.slug], passwords)
            self._note("a repeated look from outside", (time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        await self._desk.fleet.log(await self._desk.at(self.server.name), spec, lines=1)
        self._note("a question to the agent over the kept connection", (time.perf_counter() - started) * 1000)

    async def take_away(self, slugs: Sequence[str]) -> None:
        """Want them gone."""
        await self._desk.take_away([self._cases.pop(slug) for slug in slugs])

    async def fill(self, slugs: Sequence[str]) -> list[float]:
        """Make many, as large batches as the agent takes; return the milliseconds each batch took a hosting."""
        at, took = await self._desk.at(self.server.name), []
        for first in range(0, len(slugs), WORKS_MAX):
            batch = [outside.spec_of(self.server, slug) for slug in slugs[first : first + WORKS_MAX]]
            started = time.perf_counter()
            await self._apply(at, batch)
            took.append((time.perf_counter() - started) * 1000 / len(batch))
        return took

    async def break_in(self, server: LabServer) -> None:
        """Let `server` get what a first hosting brings (shared files, units, packages' first steps), and no hosting."""
        at, spec = await self._desk.at(server.name), outside.spec_of(server, "pertama")
        await self._apply(at, [spec])
        await self._apply(at, [dataclasses.replace(spec, state=State.REMOVED)])

    async def _apply(self, at: ServerAddress, specs: Sequence[HostingSpec]) -> None:
        works = [Work(id=str(uuid.uuid4()), spec=spec, secrets=order.PASSWORDS) for spec in specs]
        for answer in await self._desk.fleet.apply_many(at, works):
            if isinstance(answer, ProvisioningError):
                raise answer

    async def _made(self, slugs: Sequence[str]) -> list[tuple[HostingSpec, HostingSecrets]]:
        rows = [await self._desk.hosting(self._cases[slug]) for slug in slugs]
        async with self._desk.database.read() as work:
            return [(row.spec, await secrets_of(self._desk.office, work, row)) for row in rows]

    def _note(self, what: str, milliseconds: float) -> None:
        self.parts.setdefault(what, []).append(milliseconds)

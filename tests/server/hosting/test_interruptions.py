"""What happens to the work when the agent is killed, the line is cut, or the power goes."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode, Progress
from provisioning.spec import Secret, State
from tests.server.hosting.conftest import Hostings, enrolled

AGENTS = "pgrep -f '^/usr/bin/python3 -I /usr/lib/layanan-agent'"


@pytest.mark.parametrize("moment", range(5))
async def test_an_agent_killed_midway_is_started_again_and_ends_at_the_same_hosting(
    hostings: Hostings, web: LabServer, moment: int
) -> None:
    hosting = hostings.want()
    killed: list[str] = []

    async def kill(progress: Progress) -> None:
        if progress.done >= moment and not killed:
            killed.append(progress.step)
            await asyncio.to_thread(web.run, f"kill -9 $({AGENTS})", check=False)

    await hosting.apply(on_progress=kill)
    assert killed
    assert (await hosting.verify()).failed == ()
    assert not (await hosting.apply()).changed


async def test_a_call_whose_line_is_cut_is_answered_once(
    hostings: Hostings, bot_key: Secret, address: ServerAddress, web: LabServer
) -> None:
    hosting = hostings.want()
    request_id = str(uuid.uuid4())
    async with _line_to(address) as line:
        fleet = AgentFleet(bot_key)
        cuts: list[str] = []

        async def cut(progress: Progress) -> None:
            if not cuts:
                cuts.append(progress.step)
                line.cut()

        through = ServerAddress(name="x", host="127.0.0.1", port=line.port, host_key=address.host_key)
        applied = await fleet.apply(through, hosting.spec, hosting.passwords, request_id=request_id, on_progress=cut)
        await fleet.aclose()
    assert cuts
    assert (applied.changed, line.connections) == (True, 2)
    again = await hosting.apply(request_id=request_id)
    assert again.replayed
    assert again.plan == applied.plan
    assert (await hosting.verify()).failed == ()
    assert web.run(f"getent passwd {hosting.account} | wc -l").stdout.strip() == "1"


async def test_a_late_copy_of_a_request_does_not_bring_a_removed_hosting_back(
    hostings: Hostings, web: LabServer
) -> None:
    hosting = hostings.want()
    wanted, made, removed = hosting.spec, str(uuid.uuid4()), str(uuid.uuid4())
    await hosting.apply(request_id=made)
    hosting.spec = dataclasses.replace(wanted, state=State.REMOVED)
    assert (await hosting.apply(request_id=removed)).changed
    assert not (await hosting.apply(request_id=removed)).changed  # its answer was lost, it is asked again
    hosting.spec = wanted
    with pytest.raises(ProvisioningError) as late:
        await hosting.apply(request_id=made)
    assert late.value.code is ErrorCode.REQUEST_OUTDATED
    assert web.run(f"getent passwd {hosting.account}", check=False).stdout == ""
    await hosting.apply()
    hosting.spec = dataclasses.replace(wanted, state=State.REMOVED)
    with pytest.raises(ProvisioningError) as late:
        await hosting.apply(request_id=removed)
    assert late.value.code is ErrorCode.REQUEST_OUTDATED
    hosting.spec = wanted
    assert (await hosting.verify()).failed == ()


async def test_a_server_that_loses_its_power_midway_is_waited_for_and_the_work_ends(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    server = new_server()
    hosting = Hostings(fleet, await enrolled(server, bot_key), server, tmp_path).want()
    outages: list[Progress] = []

    def power_cut() -> None:
        server.kill()
        server.boot()

    async def cut_power(progress: Progress) -> None:
        if progress.done >= 2 and not outages:
            outages.append(progress)
            await asyncio.to_thread(power_cut)

    await hosting.apply(on_progress=cut_power)
    assert outages
    assert (await hosting.verify()).failed == ()
    assert not (await hosting.apply()).changed
    await hosting.becomes(State.REMOVED)


async def test_a_verification_whose_line_is_cut_takes_its_probe_away_all_the_same(
    hostings: Hostings, address: ServerAddress, web: LabServer
) -> None:
    hosting = await hostings.make()
    listing = f"ls /srv/hosting/{hosting.spec.slug}/public"
    before = web.run(listing).stdout
    async with _line_to(address) as line:
        hosting.server = dataclasses.replace(address, host="127.0.0.1", port=line.port)
        verifying = asyncio.create_task(hosting.verify(addresses=(web.address,)))
        while web.run(listing).stdout == before:  # noqa: ASYNC110 - a disk on another machine sends no event
            await asyncio.sleep(0.01)
        line.cut()
        verification = await verifying
        hosting.server = address
    assert not verification.ok
    assert web.run(listing).stdout == before


class _Line:
    """A TCP line to a server that can be cut."""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._ends: list[asyncio.StreamWriter] = []
        self.connections = 0
        self.port = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection(self._address.host, self._address.port)
        self._ends += [writer, far_writer]
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def _line_to(address: ServerAddress) -> AsyncIterator[_Line]:
    line = _Line(address)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    async with server:
        yield line
        line.cut()

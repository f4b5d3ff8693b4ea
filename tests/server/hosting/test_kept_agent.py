"""An agent answers many requests, holds nothing of them, and makes room for a newer one."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import pytest

from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import ServerAddress
from provisioning.lab import LabServer
from provisioning.spec import Secret
from tests.server.hosting.conftest import Hostings, enrolled
from tests.server.hosting.test_interruptions import AGENTS

FIND = """
import re, sys
pid, word = sys.argv[1], sys.stdin.buffer.read()
with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
    for line in maps:
        first, last, rights = re.match(r"(\\w+)-(\\w+) (\\S+)", line).groups()
        if rights.startswith("rw") and "[v" not in line:
            memory.seek(int(first, 16))
            if word in memory.read(int(last, 16) - int(first, 16)):
                print("found")
"""


def agents(server: LabServer) -> list[str]:
    """Return the agents by process id, without what one forked for a request."""
    found = server.run(f'ps -o pid=,ppid= -p "$({AGENTS} | paste -sd,)"', check=False).stdout
    parents = dict(line.split() for line in found.splitlines())
    return [process for process, parent in parents.items() if parent not in parents]


async def comes_true(seen: Callable[[], bool], what: str) -> None:
    """Wait for what a busy machine may take a moment for."""
    for _ in range(200):
        if seen():
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"not within 20 s: {what}")


async def test_one_process_answers_many_requests(bot_key: Secret, address: ServerAddress, web: LabServer) -> None:
    others = set(agents(web))
    fleet = AgentFleet(bot_key)
    kept = set()
    for _ in range(3):
        await fleet.facts(address)
        kept |= set(agents(web)) - others
    assert len(kept) == 1
    await asyncio.gather(*(fleet.facts(address) for _ in range(12)))
    await comes_true(lambda: len(set(agents(web)) - others) <= 3, "three wait for what comes next, not twelve")
    await fleet.aclose()
    await comes_true(lambda: not set(agents(web)) - others, "nobody keeps an agent whose caller is gone")


async def test_the_process_that_waits_for_the_next_request_has_seen_no_password(
    hostings: Hostings, bot_key: Secret, web: LabServer
) -> None:
    before = set(agents(web))
    hosting, fleet = hostings.want(), AgentFleet(bot_key)
    await dataclasses.replace(hosting, fleet=fleet).apply()
    (waiting,) = set(agents(web)) - before
    web.put(FIND, "/root/find.py")
    password = hosting.sftp_password.reveal()
    looked = web.run(f"printf %s '{password}' | python3 /root/find.py {waiting}")
    assert looked.stdout == ""
    assert password not in str(await hosting.fleet.log(hosting.server, hosting.spec))
    await fleet.aclose()


async def test_the_newest_agent_answers_and_an_idle_one_goes_away(
    new_server: Callable[[], LabServer], bot_key: Secret
) -> None:
    server = new_server()
    address = await enrolled(server, bot_key)
    fleet = AgentFleet(bot_key)
    first = (await fleet.facts(address)).agent_version
    (old,) = agents(server)

    newer = "/usr/lib/layanan-agent-baru"
    server.run(f"cp -r $(readlink -f /usr/lib/layanan-agent) {newer}; printf baru > {newer}/AGENT_VERSION")
    server.run(f"sed -i 's/^IDLE_SECONDS = 600/IDLE_SECONDS = 1/' {newer}/provisioning/agent/main.py")
    server.run(f"ln -sfn {newer} /usr/lib/x && mv -Tf /usr/lib/x /usr/lib/layanan-agent")
    assert first != "baru"
    assert (await fleet.facts(address)).agent_version == "baru"
    await comes_true(lambda: old not in agents(server), "the older makes room")

    await comes_true(lambda: agents(server) == [], "an idle one goes away")
    assert (await fleet.facts(address)).agent_version == "baru"
    await fleet.aclose()

"""Two programs of one office at work on one server at once; and what becomes of a second office that takes it in."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import sys
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec, Secret
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, visitors_of


def ordered(hosting: Hosting, *, request: str | None = None, spec: HostingSpec | None = None) -> dict[str, Any]:
    database = hosting.passwords.database_password
    return {
        "id": request or str(uuid.uuid4()),
        "spec": json.loads((spec or hosting.spec).to_json()),
        "sftp": hosting.sftp_password.reveal(),
        "database": database.reveal() if database else "",
    }


async def both(server: ServerAddress, key: Secret, orders: Sequence[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Let a program for each list of orders begin at one instant; return what each says at its end."""
    command = (sys.executable, "-m", "tests.server.hosting.other_bot")
    pipe = asyncio.subprocess.PIPE
    bots = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in orders]
    try:
        for bot, works in zip(bots, orders, strict=True):
            assert bot.stdin is not None
            told = {"key": key.reveal(), "server": dataclasses.asdict(server), "works": works}
            bot.stdin.write(json.dumps(told).encode() + b"\n")
        for bot in bots:
            assert bot.stdout is not None
            assert await bot.stdout.readline() == b"ready\n"
        ends = await asyncio.gather(*(bot.communicate(b"go\n") for bot in bots))
        return [json.loads(output) for output, _ in ends]
    finally:
        for bot in bots:
            with contextlib.suppress(ProcessLookupError):
                bot.kill()


async def test_two_programs_make_hostings_side_by_side_and_the_servers_lock_keeps_them_in_order(
    hostings: Hostings, address: ServerAddress, bot_key: Secret
) -> None:
    neighbour = await hostings.make()
    ours, theirs = [[hostings.want() for _ in range(2)] for _ in range(2)]
    with visitors_of(neighbour) as seen:
        ends = await both(address, bot_key, [[ordered(one) for one in some] for some in (ours, theirs)])
    assert [end["answers"] for end in ends] == [[{"changed": True, "replayed": False}] * 2] * 2
    assert max(end["begun"] for end in ends) < min(end["ended"] for end in ends), "they were at work at once"
    for made in (*ours, *theirs):
        assert (await made.verify(neighbours=(neighbour.spec.slug,))).failed == ()
    assert seen.wrong == []


async def test_one_request_from_two_programs_is_done_once_and_answered_twice(
    hostings: Hostings, address: ServerAddress, bot_key: Secret
) -> None:
    hosting, request = hostings.want(), str(uuid.uuid4())
    ends = await both(address, bot_key, [[ordered(hosting, request=request)]] * 2)
    assert sorted(end["answers"][0]["replayed"] for end in ends) == [False, True]
    assert (await hosting.verify()).failed == ()


async def test_one_hosting_wanted_by_two_programs_is_made_once(
    hostings: Hostings, address: ServerAddress, bot_key: Secret
) -> None:
    hosting = hostings.want()
    ends = await both(address, bot_key, [[ordered(hosting)], [ordered(hosting)]])
    assert sorted(end["answers"][0]["changed"] for end in ends) == [False, True]
    assert (await hosting.verify()).failed == ()


async def test_two_hostings_under_one_account_name_are_never_mixed(
    hostings: Hostings, address: ServerAddress, bot_key: Secret
) -> None:
    """A database that was restored from too long ago gives a name that is given: the first stays, the other is told."""
    first = hostings.want()
    other = dataclasses.replace(first.spec, domains=(f"lain-{first.name}",), owner="Dinas Lain")
    ends = await both(address, bot_key, [[ordered(first)], [ordered(first, spec=other)]])
    answers = [end["answers"][0] for end in ends]
    assert sorted(answer.get("error", "done") for answer in answers) == ["done", "not_ours"]
    if "error" in answers[0]:
        first.spec = other
    assert (await first.verify()).failed == ()


async def test_a_server_has_one_office_the_second_locks_the_first_out_in_words(
    new_server: Any, fleet: Fleet, bot_key: Secret
) -> None:
    server: LabServer = await asyncio.to_thread(new_server)
    address = await enrolled(server, bot_key)
    assert (await fleet.facts(address)).hostname == server.name
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    second = Secret(pem.decode())
    await enrolled(server, second)
    theirs, ours = AgentFleet(second), AgentFleet(bot_key)
    assert (await theirs.facts(address)).hostname == server.name
    with pytest.raises(ProvisioningError) as caught:
        await ours.facts(address)
    assert caught.value.code is ErrorCode.LOGIN_REFUSED
    for each in (theirs, ours):
        await each.aclose()

"""What the office sees of a server: results, progress, and every way in which a server or the network can fail."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from provisioning import agent_channel
from provisioning.agent.protocol import Work
from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.plan import Action, Applied, Change, ErrorCode, Plan, Progress
from provisioning.spec import HostingSecrets, HostingSpec, Kind, Secret
from tests.unit.provisioning_client.agent_double import (
    agent_double,
    applies,
    babbles,
    dies,
    ends,
    hangs_up,
    new_key,
    public,
    says,
    says_nothing,
)

SPEC = HostingSpec(slug="dinkes", domains=("dinkes.hosting.test",), kind=Kind.STATIC)
PASSWORDS = HostingSecrets(sftp_password=Secret("rahasia-Sekali-77"))
PLAN = Plan(
    slug="dinkes",
    basis="0" * 64,
    changes=(Change(part="vhost", key="file", action=Action.CREATE, summary="Create the site"),),
)
APPLIED = Applied(plan=PLAN, changed=True, facts={"uid": 20_000})
PLANNED = says({"result": {"plan": PLAN.to_data(), "hash": PLAN.hash}})
DONE = applies({"result": APPLIED.to_data()})


@pytest.fixture
def key() -> Secret:
    return new_key()


@pytest.fixture
async def fleet(key: Secret, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fleet]:
    monkeypatch.setattr(agent_channel, "PAUSES", (0.01, 0.01))
    fleet = AgentFleet(key)
    yield fleet
    await fleet.aclose()


def an_id() -> str:
    return str(uuid.uuid4())


async def test_a_plan_arrives_as_it_was_made(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, PLANNED) as server:
        assert await fleet.plan(server.address, SPEC) == PLAN


async def test_progress_is_told_before_the_result(fleet: Fleet, key: Secret) -> None:
    told: list[Progress] = []

    async def tell(progress: Progress) -> None:
        told.append(progress)

    step = {"event": "progress", "step": "vhost", "done": 3, "total": 9}
    async with agent_double(key, applies({"result": APPLIED.to_data()}, before=(step,))) as server:
        applied = await fleet.apply(server.address, SPEC, PASSWORDS, request_id=an_id(), on_progress=tell)
    assert (told, applied) == ([Progress(step="vhost", done=3, total=9)], APPLIED)


async def test_what_the_agent_refuses_comes_with_its_step_and_what_is_left(fleet: Fleet, key: Secret) -> None:
    error = {"code": "dns_refused", "step": "dns", "detail": "NOTAUTH", "left": ["account h_dinkes"]}
    async with agent_double(key, applies({"error": error})) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.apply(server.address, SPEC, PASSWORDS, request_id=an_id())
    assert (caught.value.code, caught.value.step) == (ErrorCode.DNS_REFUSED, "dns")
    assert caught.value.left == ("account h_dinkes",)
    assert len(server.requests) == 1, "a refusal is an answer: it is not asked again"


@pytest.mark.parametrize("fails", [hangs_up, dies], ids=["connection cut", "agent killed"])
async def test_a_call_that_is_cut_off_is_asked_again_under_its_own_id(fleet: Fleet, key: Secret, fails: Any) -> None:
    request_id = an_id()
    async with agent_double(key, fails, DONE) as server:
        applied = await fleet.apply(server.address, SPEC, PASSWORDS, request_id=request_id)
    assert applied == APPLIED
    assert [request["works"][0]["id"] for request in server.requests] == [request_id, request_id]
    assert server.requests[0] == server.requests[1]


async def test_a_server_that_always_cuts_off_is_given_up(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, hangs_up) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.plan(server.address, SPEC)
    assert caught.value.code is ErrorCode.CONNECTION_LOST
    assert len(server.requests) == 3


async def test_many_calls_share_one_connection(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, PLANNED) as server:
        plans = await asyncio.gather(*(fleet.plan(server.address, SPEC) for _ in range(30)))
        assert (len(plans), server.logins) == (30, 1)


async def test_one_agent_answers_call_after_call(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, PLANNED) as server:
        for _ in range(5):
            await fleet.plan(server.address, SPEC)
        assert (len(server.requests), server.starts) == (5, 1)


async def test_an_agent_that_ended_while_it_was_idle_is_replaced_without_a_pause(
    fleet: Fleet, key: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_channel, "PAUSES", (60.0,))
    async with agent_double(key, PLANNED, ends, PLANNED) as server:
        await fleet.plan(server.address, SPEC)
        assert await fleet.plan(server.address, SPEC) == PLAN
        assert (len(server.requests), server.starts) == (3, 2)


async def test_an_agent_that_was_not_heard_to_the_end_is_not_asked_again(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, says_nothing, PLANNED) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fleet.plan(server.address, SPEC)
        assert await fleet.plan(server.address, SPEC) == PLAN
        assert server.starts == 2


async def test_several_works_are_answered_each_in_one_request(fleet: Fleet, key: Secret) -> None:
    works = [Work(id=an_id(), spec=SPEC), Work(id=an_id(), spec=SPEC)]
    error = {"code": "mariadb_down", "step": "database", "detail": "no socket", "left": []}
    async with agent_double(key, applies({"result": APPLIED.to_data()}, {"error": error})) as server:
        applied, failed = await fleet.apply_many(server.address, works)
    assert applied == APPLIED
    assert isinstance(failed, ProvisioningError)
    assert (failed.code, len(server.requests)) == (ErrorCode.MARIADB_DOWN, 1)


async def test_where_the_server_cannot_be_asked_that_is_the_answer_to_all(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, DONE) as server:
        gone = server.address
    answers = await fleet.apply_many(gone, [Work(id=an_id(), spec=SPEC) for _ in range(3)])
    assert [answer.code for answer in answers if isinstance(answer, ProvisioningError)] == [ErrorCode.UNREACHABLE] * 3


async def test_an_agent_of_before_is_named_as_one(fleet: Fleet, key: Secret) -> None:
    error = {"code": "version_mismatch", "step": "request", "detail": "agent speaks version 1", "left": []}
    async with agent_double(key, says({"error": error})) as server:
        (answer,) = await fleet.apply_many(server.address, [Work(id=an_id(), spec=SPEC)])
    assert isinstance(answer, ProvisioningError)
    assert answer.code is ErrorCode.VERSION_MISMATCH


async def test_a_changed_host_key_stops_everything_before_a_word_is_sent(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, DONE) as server:
        pinned = ServerAddress(name="x", host="127.0.0.1", port=server.address.port, host_key=public(new_key()))
        with pytest.raises(ProvisioningError) as caught:
            await fleet.apply(pinned, SPEC, PASSWORDS, request_id=an_id())
    assert caught.value.code is ErrorCode.HOST_KEY_CHANGED
    assert (server.requests, server.logins) == ([], 0)


async def test_a_server_that_does_not_know_our_key(fleet: Fleet) -> None:
    async with agent_double(new_key(), DONE) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.plan(server.address, SPEC)
    assert (caught.value.code, server.requests) == (ErrorCode.LOGIN_REFUSED, [])


async def test_a_server_that_is_down(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, DONE) as server:
        gone = server.address
    with pytest.raises(ProvisioningError) as caught:
        await fleet.plan(gone, SPEC)
    assert caught.value.code is ErrorCode.UNREACHABLE


async def test_an_agent_that_says_nothing(fleet: Fleet, key: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_channel, "SILENCE_DEFAULT", 0.1)
    async with agent_double(key, says_nothing) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.plan(server.address, SPEC)
    assert caught.value.code is ErrorCode.NO_ANSWER


@pytest.mark.parametrize(
    "text", ["sudo: a password is required\n", "[]\n", '{"result": 1}\n', '{"event": "progress"}\n{"result": 1}\n']
)
async def test_an_answer_outside_the_protocol_is_named_and_not_asked_again(
    fleet: Fleet, key: Secret, text: str
) -> None:
    async def ignore(_: Progress) -> None: ...

    async with agent_double(key, babbles(text)) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.apply(server.address, SPEC, PASSWORDS, request_id=an_id(), on_progress=ignore)
    assert caught.value.code is ErrorCode.NO_ANSWER
    assert len(server.requests) == 1


async def test_an_older_agent_is_a_version_mismatch(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, says({"result": {"slug": "dinkes"}})) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.plan(server.address, SPEC)
    assert caught.value.code is ErrorCode.VERSION_MISMATCH


async def test_the_passwords_are_in_no_error(fleet: Fleet, key: Secret) -> None:
    async with agent_double(key, hangs_up) as server:
        with pytest.raises(ProvisioningError) as caught:
            await fleet.apply(server.address, SPEC, PASSWORDS, request_id=an_id())
    assert "rahasia" not in f"{caught.value!r} {caught.value.detail} {caught.value.__cause__!r}"

"""What is known of an order once the agent has answered: whether it stands, and whether its errand was begun."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from provisioning.errors import ErrorCode
from provisioning.fleet import ProvisioningError
from provisioning.plan import Applied, Plan
from provisioning.verification.owner_session import OwnerSession
from provisioning.verification.verify import Verification
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows.hosting import databases, passwords
from workflows.jobs import completion
from workflows.jobs.job_input import JobInput
from workflows.jobs.outcome import Failure, stands_nevertheless
from workflows.store import hostings
from workflows.store.tables import Job, JobState

APPLIED = Applied(plan=Plan(slug="web", basis="0" * 64, changes=()), changed=True, facts={})
SESSION: Any = None  # nobody logs in here


async def ends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, action: str, *, look: ErrorCode | None, errand: ErrorCode | None
) -> Failure:
    """Let an order of a hosting that stands end, whose look or errand raises."""

    async def raised(code: ErrorCode | None) -> Verification:
        if code is not None:
            raise ProvisioningError(code, "no", step="there")
        return Verification(())

    fleet = desk.office.fleet
    monkeypatch.setattr(fleet.outside, "verify", lambda *_args, **_options: raised(look))
    monkeypatch.setattr(fleet, "load", lambda *_args, **_options: raised(errand))
    hosting_id = await add_hosting(desk, "web", php="8.2")
    async with desk.database.read() as work:
        hosting, server = await hostings.get(work, hosting_id), await hostings.server(work, 1)
    assert hosting is not None
    job = Job(id=1, request_id="b7f4c4de-2c7e-4a8a-9d55-0d6c0a0a2f11", action=action, data={"file": "a.sql"})
    taken = JobInput(
        job=job,
        hosting=hosting,
        spec=hosting.spec,
        server=server,
        secrets=None,
        application_password=None,
        neighbours=(),
    )
    session: OwnerSession = SESSION
    end = await completion.ended(desk.office, taken, APPLIED, session)
    assert isinstance(end, Failure)
    return end


@pytest.mark.parametrize("action", [passwords.PASSWORDS.name, databases.LOAD.name])
async def test_what_the_agent_made_is_made_although_nobody_could_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    end = await ends(desk, monkeypatch, action, look=ErrorCode.INTERNAL, errand=None)
    assert (end.applied, end.begun) == (True, False)
    job = Job(action=action, state=JobState.FAILED, error=dataclasses.asdict(end))
    assert stands_nevertheless(job) is (action == passwords.PASSWORDS.name), "an import is more than what is wanted"


@pytest.mark.parametrize(
    ("code", "begun"),
    [
        (ErrorCode.LOCKED, False),
        (ErrorCode.VERSION_MISMATCH, False),
        (ErrorCode.CONNECTION_LOST, True),
        (ErrorCode.TIMEOUT, True),
        (ErrorCode.STEP_FAILED, True),
    ],
)
async def test_an_errand_is_begun_unless_the_agent_says_it_was_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: ErrorCode, begun: bool
) -> None:
    end = await ends(desk, monkeypatch, databases.LOAD.name, look=None, errand=code)
    assert (end.applied, end.begun) == (True, begun)

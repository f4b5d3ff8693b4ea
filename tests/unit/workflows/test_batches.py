"""What goes to a server together: all that is due, one job a hosting, and nothing while the server is at work."""

from __future__ import annotations

from workflows.jobs.scheduling import InProgress
from workflows.store.tables import Job

WEST, EAST = 1, 2


def job(number: int, hosting: int | None = None) -> Job:
    return Job(id=number, hosting_id=number if hosting is None else hosting)


def numbers(batches: dict[int, list[Job]]) -> dict[int, list[int]]:
    return {server: [job.id for job in batch] for server, batch in batches.items()}


def test_all_that_is_due_on_a_server_goes_together() -> None:
    due = [(job(1), WEST), (job(2), EAST), (job(3), WEST)]
    assert numbers(InProgress().batches(due)) == {WEST: [1, 3], EAST: [2]}


def test_a_server_at_work_is_left_alone_and_what_comes_meanwhile_goes_next() -> None:
    in_progress = InProgress(servers={WEST}, hostings={1})
    due = [(job(1), WEST), (job(2), WEST), (job(3), EAST), (job(4), WEST)]
    assert numbers(in_progress.batches(due)) == {EAST: [3]}
    in_progress.servers.clear()
    assert numbers(in_progress.batches(due)) == {WEST: [2, 4], EAST: [3]}, "job 1 is still being looked at"


def test_two_jobs_of_one_hosting_go_one_after_the_other() -> None:
    assert numbers(InProgress().batches([(job(1, hosting=7), WEST), (job(2, hosting=7), WEST)])) == {WEST: [1]}


def test_a_request_stays_as_small_as_the_agent_takes() -> None:
    (batch,) = InProgress().batches([(job(number), WEST) for number in range(50)]).values()
    assert len(batch) == 20

"""Files that people sent for a request and then withdrew: deleted when their time is over, in a way the record shows.

A paper's row, its hash in the ledger and a line about the deletion stay, so that a file that is not there because of
the schedule is told from one that is missing (`record/papers.py`), and an export says which were deleted.
"""

from __future__ import annotations

import datetime as dt
import itertools

from workflows.hashes import hashes_in
from workflows.store import cases, ledger, withdrawn
from workflows.store.tables import Paper
from workflows.store.unit_of_work import UnitOfWork

DELETED = "retention.papers"  # the ledger's line, one a case
REMOVED = "removed"  # where the line has the kinds and hashes of what was deleted


async def forget(work: UnitOfWork, before: dt.datetime) -> tuple[int, list[str]]:
    """Note what was sent for requests withdrawn before `before` as deleted; return how many papers, and the files.

    What another case has too, or a form that is under way, stays for that; what was withdrawn loses it all the same.
    """
    papers = await withdrawn.uploads(work, before)
    for case_id, group in itertools.groupby(sorted(papers, key=_case), key=_case):
        await _note(work, case_id, list(group))
    await work.flush()
    gone = {paper.sha256 for paper in papers}
    needed = await withdrawn.kept_elsewhere(work, gone) | {
        sha256 for answers in (await withdrawn.drafts(work) if gone else ()) for sha256 in hashes_in(answers)
    }
    return len(papers), sorted(gone - needed)


async def _note(work: UnitOfWork, case_id: int, papers: list[Paper]) -> None:
    for paper in papers:
        paper.removed_at = work.now
    number = (await cases.numbers(work, [case_id]))[case_id]
    removed = [{"kind": paper.kind, "sha256": paper.sha256} for paper in papers]
    await ledger.append(work, DELETED, case_id=case_id, data={"number": number, REMOVED: removed})


def _case(paper: Paper) -> int:
    assert paper.case_id is not None  # noqa: S101  (joined by it)
    return paper.case_id

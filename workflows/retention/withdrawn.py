"""Files that people sent for a request and then withdrew: deleted when their time is over, in a way the record shows.

A paper's row, its hash in the ledger and a line about the deletion stay, so that a file that is not there because of
the schedule is told from one that is missing (`record/papers.py`), and an export says which were deleted.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection

from workflows.file_hashes import hashes_in
from workflows.malware.old_evidence import evidence_kept
from workflows.store import cases, ledger, outbox_retention, withdrawn
from workflows.store.tables import Paper
from workflows.store.unit_of_work import UnitOfWork

DELETED = "retention.papers"  # the ledger's line, one a case
PAGES = "pages"  # where a form has the photos of an answer that is being given
REMOVED = "removed"  # where the line has the kinds and hashes of what was deleted


async def forget(work: UnitOfWork, before: dt.datetime) -> tuple[int, list[str]]:
    """Note what was sent for requests withdrawn before `before` as deleted; return how many papers, and their files.

    Which of the files may go, `unneeded` says.
    """
    papers = await withdrawn.uploads(work, before)
    for case_id, group in itertools.groupby(sorted(papers, key=_case), key=_case):
        await _note(work, case_id, list(group))
    await work.flush()
    return len(papers), [paper.sha256 for paper in papers]


async def unneeded(work: UnitOfWork, hashes: Collection[str], kinds: Collection[str]) -> list[str]:
    """Return which of these files nothing has any more: no paper, form under way, finding, nor message of these kinds.

    The store keeps files by their contents: what was forgotten may be, to the byte, what something else has.
    """
    if not hashes:
        return []
    needed = await withdrawn.kept_elsewhere(work, hashes) | await evidence_kept(work)
    for answers, under_way in await withdrawn.drafts(work):
        needed |= {*hashes_in(answers), *under_way.get(PAGES, ())}
    for kind in kinds:
        needed |= {sha256 for made_of in await outbox_retention.made_of(work, kind) for sha256 in hashes_in(made_of)}
    return sorted({*hashes} - needed)


async def _note(work: UnitOfWork, case_id: int, papers: list[Paper]) -> None:
    for paper in papers:
        paper.removed_at = work.now
    number = (await cases.numbers(work, [case_id]))[case_id]
    removed = [{"kind": paper.kind, "sha256": paper.sha256} for paper in papers]
    await ledger.append(work, DELETED, case_id=case_id, data={"number": number, REMOVED: removed})


def _case(paper: Paper) -> int:
    assert paper.case_id is not None  # noqa: S101  (joined by it)
    return paper.case_id

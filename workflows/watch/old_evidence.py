"""What was kept of suspected pages, let go of when its time is over (`workflows.retention.schedule` says when)."""

from __future__ import annotations

import datetime as dt

from workflows.store import inspections
from workflows.store.unit_of_work import UnitOfWork

PAGE, PICTURE = "sha256", "picture"  # a suspected page's facts that name files of ours (`evidence.with_page`)


async def forget(work: UnitOfWork, before: dt.datetime) -> tuple[int, list[str]]:
    """Let go of the pages and pictures of what was settled before `before`; return of how many, and their files.

    What was found, and why, stays with the finding. Which of the files may go, `withdrawn.unneeded` says.
    """
    files = []
    settled = await inspections.settled_pages(work, before, with_fact=PAGE)
    for row in settled:
        files += [str(row.facts[name]) for name in (PAGE, PICTURE) if row.facts.get(name)]
        row.facts = {name: value for name, value in row.facts.items() if name not in (PAGE, PICTURE)}
    await work.flush()
    return len(settled), files


async def evidence_kept(work: UnitOfWork) -> set[str]:
    """Return the files that findings still have."""
    kept = await inspections.facts_of_pages(work)
    return {str(facts[name]) for facts in kept for name in (PAGE, PICTURE) if facts.get(name)}

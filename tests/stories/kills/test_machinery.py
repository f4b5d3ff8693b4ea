"""What the kill matrix rests on: no commit goes unseen, and none is left out."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from pathlib import Path

from tests.stories.kills.commit_points import CommitPoint, told
from tests.stories.kills.extent import GAP
from tests.stories.kills.notebook import Fate, Notebook, Side
from workflows.store import migrations, outbox, settings
from workflows.store.unit_of_work import Database


async def test_a_commit_is_told_before_it_is_kept_and_once_it_is(tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrations.upgrade(database)
    seen: list[tuple[CommitPoint | None, int]] = []

    def kept() -> int:
        with contextlib.closing(sqlite3.connect(file)) as other:
            return int(other.execute("SELECT count(*) FROM outbox").fetchone()[0])

    with told(lambda point: seen.append((point, kept())), lambda: seen.append((None, kept()))):
        async with database.write() as work, work.session.begin_nested():  # its release is no commit
            await outbox.put(work, 1, "notice")
        async with database.write() as work:
            await settings.get(work, "nothing")  # a transaction that writes nothing is no point
        with contextlib.suppress(ZeroDivisionError):
            async with database.write() as work:
                await outbox.put(work, 2, "notice")
                raise ZeroDivisionError
        async with database.write() as work:
            await outbox.move_chat(work, 1, 3)
    await database.close()
    made, moved = (point for point, _ in seen if point is not None)
    assert [(point is not None, count) for point, count in seen] == [(True, 0), (False, 1), (True, 1), (False, 1)]
    assert made.changes == ("outbox kind=notice state=pending",)
    assert moved.changes == ("outbox",)


def test_plays_meet_every_commit_on_both_sides_and_then_kill_no_more(tmp_path: Path) -> None:
    commits = [CommitPoint("worker", (f"table step={number % 7}", "other")) for number in range(50)]
    notebook, met = Notebook(tmp_path), set[tuple[int, Side]]()
    for play in range(50):
        notebook.begin(f"play{play}", gap=GAP)
        deaths = _played(notebook, commits)
        assert all(later - earlier > GAP for (earlier, _), (later, _) in itertools.pairwise(deaths))
        if not deaths:
            break
        met.update((_retold(deaths, place), side) for place, side in deaths)
    assert not deaths
    assert met == {(number, side) for number in range(50) for side in ("before", "after")}


def _played(notebook: Notebook, commits: list[CommitPoint]) -> list[tuple[int, Side]]:
    """Make the commits one after another, in a new life after each death; return at which try it died, and how."""
    deaths: list[tuple[int, Side]] = []
    fate, waiting, tries = Fate(notebook), list(commits), 0
    while waiting:
        side = fate.meet(waiting[0])
        if side != "before":
            waiting.pop(0)
        if side is not None:
            deaths.append((tries, side))
            fate = Fate(notebook)
        tries += 1
    return deaths


def _retold(deaths: list[tuple[int, Side]], place: int) -> int:
    """Return which commit was made at a try: each death before a commit has it tried once more."""
    return place - sum(side == "before" for earlier, side in deaths if earlier < place)

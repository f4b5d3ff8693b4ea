"""The commits of each play, and at which of them the bot dies: files that the test and every life of the bot share.

A point is one change of a commit: who makes it, what it writes, and the how-manieth of its kind in the play it is
("the third letter that the sender notes as sent"). A commit that did not come about, because the bot died before it,
counts for none; made again in the next life it is the same point. So points mean the same in every play, although no
two plays have their commits in one order.
"""

from __future__ import annotations

import collections
import dataclasses
import json
from pathlib import Path
from typing import Literal, cast

from tests.stories.kills.commit_points import CommitPoint

Side = Literal["before", "after"]
LONG_AGO = 10**9  # commits since a death that there was none of
OTHER: dict[Side, Side] = {"before": "after", "after": "before"}


@dataclasses.dataclass(frozen=True)
class Commit:
    """One commit of a play; `struck`: on which side of it the bot died."""

    points: tuple[str, ...]
    struck: Side | None


class Notebook:
    """What is written down in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._present = folder / "play"

    def begin(self, play: str, *, gap: int | None) -> None:
        """Begin a play: its commits are written down from here on. `gap`: those between two deaths; None: no death."""
        self._set(f"{play} {'' if gap is None else gap}")

    def end(self) -> None:
        """Let no commit belong to a play from here on."""
        self._set("")

    def present(self) -> tuple[str, int | None]:
        """Return the name of the play that is under way, empty where none is, and its gap."""
        play, _, gap = (self._present.read_text() if self._present.exists() else "").partition(" ")
        return play, int(gap) if gap else None

    def commits(self, play: str) -> list[Commit]:
        """Return the commits of a play, in order."""
        file = self._file(play)
        lines = map(json.loads, file.read_text().splitlines() if file.exists() else ())
        return [Commit(tuple(line["points"]), line["struck"]) for line in lines]

    def commits_like(self, play: str) -> list[Commit]:
        """Return the commits of all plays of the same piece: those whose names differ in their number only."""
        plays = sorted(file.stem for file in self._folder.glob("*.commits"))
        return [commit for other in plays if _piece(other) == _piece(play) for commit in self.commits(other)]

    def write(self, play: str, commit: Commit) -> None:
        """Write a commit down that is about to be made."""
        with self._file(play).open("a") as file:
            file.write(json.dumps(dataclasses.asdict(commit)) + "\n")

    def _file(self, play: str) -> Path:
        return self._folder / f"{play}.commits"

    def _set(self, present: str) -> None:
        new = self._present.with_suffix(".new")
        new.write_text(present)
        new.replace(self._present)  # at once, whoever reads


def _piece(play: str) -> str:
    return play.rstrip("0123456789")


class Fate:
    """One life's view of the notebook: it writes each commit down and says at which the life ends."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._play = ""

    def meet(self, point: CommitPoint) -> Side | None:
        """Write down that a commit is about to be made. Return on which side of it to die, None to go on."""
        play, gap = self._notebook.present()
        if play != self._play:
            self._recall(play)
        if not play:
            return None
        named = [f"{point.by}: {change}" for change in point.changes]
        points = tuple(f"{name} #{self._made[name] + 1}" for name in named)
        struck = self._side(points) if gap is not None and self._since >= gap else None
        self._notebook.write(play, Commit(points, struck))
        self._made.update(named)
        self._since += 1
        return struck

    def _side(self, points: tuple[str, ...]) -> Side | None:
        """Return a side of this commit on which no play has died yet, by turns."""
        sides = (OTHER[self._last], self._last)
        return next((side for side in sides if any((point, side) not in self._died for point in points)), None)

    def _recall(self, play: str) -> None:
        """Take up where the life before ended."""
        self._play, self._since = play, LONG_AGO
        self._last: Side = "after"
        self._made = collections.Counter[str]()
        for commit in self._notebook.commits(play):
            if commit.struck != "before":
                self._made.update(point.rpartition(" #")[0] for point in commit.points)
            self._since, self._last = (0, commit.struck) if commit.struck else (self._since + 1, self._last)
        dead = [commit for commit in self._notebook.commits_like(play) if commit.struck]
        self._died = {(point, cast("Side", commit.struck)) for commit in dead for point in commit.points}

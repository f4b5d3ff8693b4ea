"""The guide for who writes an SOP, read as its reader does: what to write, what to run, whom to play."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "menulis-sop-sendiri.md"
BLOCK = re.compile(r"^```([\w ]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROLE = re.compile(r"^\[\[roles\]\]\n(?:.+\n)+", re.MULTILINE)
ACT = re.compile(
    r"ketuk \*\*(?P<press>[^*]+)\*\*|ketik `(?P<type>[^`]+)`|kirim `/(?P<command>[^`]+)`|(?P<wait>tunggu )"
)


@dataclasses.dataclass(frozen=True)
class Act:
    """One thing a person does: press, type, command or wait."""

    kind: str
    words: str


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of the table "Coba": who, what they do in turn, and what they then see."""

    who: str
    acts: tuple[Act, ...]
    seen: str


@dataclasses.dataclass(frozen=True)
class Command:
    """A line to type after `$`, and what is answered."""

    words: tuple[str, ...]
    answer: str

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What the command asks, and what the reader types."""
        if self.words[1:3] != ("sop", "new"):
            return []
        return [(asked, typed) for line in self.answer.splitlines()[:-1] for asked, _, typed in [line.partition(": ")]]


def description() -> str:
    """Return the file that the reader has after copying every box."""
    return "\n".join(_blocks("toml"))


def second_version() -> str:
    """Return the copy of it after the changes of the guide's last part; each old line must stand in it once."""
    text = description()
    lines = [line for block in _blocks("diff") for line in block.splitlines()]
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert (old[0], new[0], text.count(old[1:])) == ("-", "+", 1), (old, new)
        text = text.replace(old[1:], new[1:])
    return text


def in_parts() -> tuple[str, str]:
    """Return the file and its part after the roles were moved there, as the guide's last part says."""
    (include,) = _blocks("toml parts")
    roles = ROLE.findall(description())
    assert len(roles) == len(("kepala_opd", "kabid", "sub_koordinator"))
    return include + ROLE.sub("", description()), "\n".join(roles)


def commands() -> list[Command]:
    """Return the commands in the order of the guide."""
    found = []
    for block in _blocks("console"):
        for part in block.split("$ ")[1:]:
            line, _, answer = part.partition("\n")
            found.append(Command(tuple(line.split()), answer.strip()))
    return found


def rows() -> list[Row]:
    """Return the table of what to try."""
    table = GUIDE.read_text(encoding="utf-8").partition("| siapa |")[2].partition("\n\n")[0]
    found = []
    for line in table.splitlines()[2:]:
        who, does, seen = (cell.strip() for cell in line.strip("|").split("|"))
        acts = tuple(Act(str(one.lastgroup), one[str(one.lastgroup)]) for one in ACT.finditer(does))
        assert acts, line
        found.append(Row(who, acts, seen))
    return found


def mistakes() -> list[tuple[str, str, str]]:
    """Return the table of what goes wrong: what stands there by mistake, what should, and what is answered."""
    table = GUIDE.read_text(encoding="utf-8").partition("| tertulis |")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return [(wrong.strip("`"), right.strip("`"), answer) for wrong, right, answer in cells]


def _blocks(kind: str) -> list[str]:
    return [body for language, body in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if language == kind]

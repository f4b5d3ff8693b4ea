"""Draws the picture of the architecture out of the code: its packages, what each says of itself, what it reaches.

    .venv/bin/python -m tests.diagram

writes docs/pictures/architecture.svg; `tests/unit/test_structure.py` fails where the picture is no longer true.
"""

from __future__ import annotations

import ast
import dataclasses
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
ROOMS = ("bot", "workflows", "provisioning")  # each imports of those after it only
REACHES = {
    "telegram": "Telegram",
    "sqlalchemy": "SQLite, PostgreSQL",
    "asyncssh": "servers, by SSH",
    "typst": "PDF, by Typst",
    "pyhanko": "signatures, by pyHanko",
    "pyrage": "backups, by age",
    "playwright": "a browser",
}
WIDTH, COLUMNS, MARGIN, GAP = 1200, 3, 28, 14
BOX_WIDTH = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP - 32) // COLUMNS
LINE, LETTERS_A_LINE = 16, 50
ARROW = 42
OUTSIDE = "#a03c00"


@dataclasses.dataclass(frozen=True)
class Box:
    """One package: its name, its first sentence, and what outside the project it reaches itself."""

    name: str
    says: str
    reaches: tuple[str, ...]
    alone: bool  # it imports nothing of ours

    @property
    def lines(self) -> list[str]:
        """Return what it says of itself, broken into lines."""
        return textwrap.wrap(self.says, LETTERS_A_LINE)

    @property
    def height(self) -> int:
        """In pixels."""
        return 36 + LINE * (len(self.lines) + bool(self.reaches))


def boxes(graph: grimp.ImportGraph, room: str) -> list[Box]:
    """Return a room's packages by name."""
    packages = sorted(path.parent.name for path in (ROOT / room).glob("*/__init__.py"))
    return [_box(graph, f"{room}.{package}") for package in packages]


def first_sentence(package: str) -> str:
    """Return the first line of a package's docstring, to the end of its sentence."""
    source = (ROOT / package.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source)) or ""
    return said.partition("\n")[0].rstrip(".").replace("`", "")


def _box(graph: grimp.ImportGraph, package: str) -> Box:
    inside = {package, *graph.find_descendants(package)}
    ours = {module for module in _imported(graph, inside) - inside if module.split(".")[0] in ROOMS}
    return Box(package.partition(".")[2], first_sentence(package), reached(graph, inside), alone=not ours)


def reached(graph: grimp.ImportGraph, modules: set[str]) -> tuple[str, ...]:
    """Return what outside the project these modules reach themselves."""
    imported = _imported(graph, modules)
    return tuple(words for library, words in REACHES.items() if library in imported)


def _imported(graph: grimp.ImportGraph, modules: set[str]) -> set[str]:
    return {found for module in modules for found in graph.find_modules_directly_imported_by(module)}


def draw() -> str:
    """Return the picture as SVG; the same code gives the same text."""
    graph = grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)
    parts, top = list[str](), MARGIN
    for room in ROOMS:
        own = {module for module in graph.find_children(room) if not graph.find_children(module)}
        drawn, top = _band(room, boxes(graph, room), reached(graph, own), top)
        parts += drawn
        if room != ROOMS[-1]:
            parts += _arrow(top)
            top += ARROW
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="12.5">\n'
        f"<title>Packages of the project; each room imports of those below it only</title>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _band(room: str, found: Sequence[Box], reaches: Sequence[str], top: int) -> tuple[list[str], int]:
    rows = [found[start : start + COLUMNS] for start in range(0, len(found), COLUMNS)]
    heights = [max(box.height for box in row) for row in rows]
    bottom = top + 52 + sum(heights) + GAP * len(rows)
    parts = [
        f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{bottom - top}" rx="10" fill="#eef3f8"/>',
        _text(MARGIN + 16, top + 26, room + "/", size=19, bold=True),
        _text(MARGIN + 175, top + 25, first_sentence(room), size=14),
    ]
    if reaches:
        parts.append(_text(MARGIN + 760, top + 25, "→ " + ", ".join(reaches), size=14, bold=True, fill=OUTSIDE))
    y = top + 44
    for row, height in zip(rows, heights, strict=True):
        for place, box in enumerate(row):
            parts += _drawn(box, MARGIN + 16 + place * (BOX_WIDTH + GAP), y, height)
        y += height + GAP
    return parts, bottom


def _drawn(box: Box, x: int, y: int, height: int) -> Iterator[str]:
    fill = "#e3f4e4" if box.alone else "#ffffff"
    yield f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{height}" rx="6" fill="{fill}" stroke="#b8c4d0"/>'
    yield _text(x + 12, y + 21, box.name + ("  (imports nothing of ours)" if box.alone else ""), size=14, bold=True)
    for number, line in enumerate(box.lines):
        yield _text(x + 12, y + 40 + LINE * number, line)
    if box.reaches:
        y_reached = y + 40 + LINE * len(box.lines)
        yield _text(x + 12, y_reached, "→ " + ", ".join(box.reaches), bold=True, fill=OUTSIDE)


def _arrow(top: int) -> list[str]:
    middle, tip = WIDTH // 2, top + 34
    line = f"M{middle} {top + 6} V{tip - 2} M{middle - 6} {tip - 9} L{middle} {tip} L{middle + 6} {tip - 9}"
    return [
        f'<path d="{line}" stroke="#52606d" stroke-width="2" fill="none"/>',
        _text(middle + 14, top + 26, "imports, and never back"),
    ]


def _text(x: int, y: int, words: str, *, size: float = 12.5, bold: bool = False, fill: str = "#1f2933") -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}>{escape(words)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")

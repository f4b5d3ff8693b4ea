"""A list as an office prints it: letterhead, title, a table on landscape pages, a signatory. Registers are such lists.

The same data make the printed page (`render.render`) and the spreadsheet (`spreadsheet.spreadsheet`).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar, Literal

from workflows.letters.form import Letter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Column:
    """A column; `width` is its share of the page. `counts`: whole numbers in it are numbers in the spreadsheet."""

    title: str
    width: float
    align: Literal["left", "center", "right"] = "left"
    counts: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """A line, a cell a column. A `struck` one is void: it stays, crossed out, but for its last cell, which says why."""

    cells: tuple[str, ...]
    struck: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Daftar(Letter):
    """`period` stands under the title. Raises `ValueError` for a row that does not fill the columns."""

    template: ClassVar[str] = "daftar"

    title: str
    period: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        """Check the rows' length."""
        super().__post_init__()
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has another number of cells than there are columns")

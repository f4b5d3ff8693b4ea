"""A `Daftar` as a spreadsheet (XLSX). Every cell but a count is text: nothing that was written is a formula or link."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workflows.letters.daftar import Column, Daftar
from workflows.letters.encoding import encode
from workflows.words import WITA

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_ONLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
COUNT = re.compile(r"[0-9]{1,3}(\.[0-9]{3}){0,4}", re.ASCII)  # as `words.number` writes one
CELL_MAX = 32_767  # characters, of the format itself
SHEET_NAME_MAX = 31
WIDTH = 12.0  # characters of a column whose share is one
A4 = 9  # paper size, as ECMA-376 counts them
HEAD = 3  # rows above the table: office, title, period


def spreadsheet(listing: Daftar) -> bytes:
    """Return the list as XLSX, ready to print on landscape A4 with its header on each page."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, TEXT_ONLY) as book:
        moment = dt.datetime.combine(listing.date, dt.time(), WITA)
        book.set_properties({"title": listing.title, "created": moment, "author": listing.office.name})
        formats = {name: book.add_format({"text_wrap": True, "valign": "top", **more}) for name, more in LOOKS.items()}
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", listing.title)[:SHEET_NAME_MAX])
        _lay_out(sheet, listing.columns, len(listing.rows))
        for place, line in enumerate((listing.office.name, listing.title, listing.period)):
            sheet.merge_range(place, 0, place, len(listing.columns) - 1, "", formats["title"])
            _write(sheet, place, 0, line, formats["title"])
        for place, column in enumerate(listing.columns):
            _write(sheet, HEAD, place, column.title, formats["header"])
        for number, row in enumerate(listing.rows, start=HEAD + 1):
            for place, cell in enumerate(row.cells):
                struck = row.struck and place < len(row.cells) - 1
                if listing.columns[place].counts and not struck and COUNT.fullmatch(cell):
                    sheet.write_number(number, place, int(cell.replace(".", "")), formats["count"])
                else:
                    _write(sheet, number, place, cell, formats["struck" if struck else "cell"])
    return file.getvalue()


LOOKS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "align": "center", "text_wrap": False},
    "header": {"bold": True, "align": "center", "border": 1, "bg_color": "#EBEBEB"},
    "count": {"border": 1, "num_format": "#,##0", "align": "left"},
    "cell": {"border": 1, "num_format": "@", "quote_prefix": True},
    "struck": {"border": 1, "num_format": "@", "quote_prefix": True, "font_strikeout": True},
}


def _lay_out(sheet: Worksheet, columns: tuple[Column, ...], rows: int) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width * WIDTH)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.freeze_panes(HEAD + 1, 0)
    if rows:
        sheet.autofilter(HEAD, 0, HEAD + rows, len(columns) - 1)


def _write(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    sheet.write_string(row, column, str(encode(text))[:CELL_MAX], look)

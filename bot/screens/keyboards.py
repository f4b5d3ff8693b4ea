"""Buttons and rows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Press, Show, encode
from bot.texts import plain

Row = list[InlineKeyboardButton]
LABEL_MAX = 60  # characters; a phone clips a longer one anyhow


def button(label: str, press: Press, style: str = "") -> InlineKeyboardButton:
    """Return a button; `style` is success, danger, primary or "" (Bot API: InlineKeyboardButton.style)."""
    short = label if len(label) <= LABEL_MAX else f"{label[: LABEL_MAX - 1]}…"
    return InlineKeyboardButton(short, callback_data=encode(press), style=style or None)


def keyboard(rows: Iterable[Row]) -> InlineKeyboardMarkup | None:
    """Return the rows that hold a button, or None where none does."""
    filled = [row for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    """Lay buttons out, `width` in a row."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def packed(buttons: Sequence[InlineKeyboardButton], short: int = 16) -> list[Row]:
    """Lay buttons out in their order: two short labels share a row, a longer one has its own."""
    rows: list[Row] = []
    for one in buttons:
        fits = rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= short and len(one.text) <= short
        if fits:
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def pages(screen: str, page: int, count: int, of: int | None = None) -> Row:
    """Return the buttons to the page before and after; pages count from 0. `of` numbers what has the pages."""
    what = () if of is None else (str(of),)
    row = []
    if page > 0:
        row.append(button(plain("umum.sebelumnya"), Show(screen, (*what, str(page - 1)))))
    if page + 1 < count:
        row.append(button(plain("umum.berikutnya"), Show(screen, (*what, str(page + 1)))))
    return row


def to_menu() -> Row:
    """Return the way back to the menu."""
    return [button(plain("umum.kembali_menu"), Show("menu"))]

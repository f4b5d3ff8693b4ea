"""No message is longer than Telegram takes, and no tag is cut open."""

from __future__ import annotations

from bot.callback_data import Show
from bot.screens.keyboards import LABEL_MAX, button, packed
from bot.screens.lengths import ROOM, TEXT_LIMIT, fit, shorten
from bot.texts import html


def test_long_answers_are_cut_before_they_are_escaped() -> None:
    said = html("umum.kalimat", sentence=shorten("<&>" * 200, 100))
    assert said.endswith("…")
    assert said.count("&") == said.count(";")


def test_whole_lines_are_left_out_so_that_no_tag_stays_open() -> None:
    text = fit([f"<b>{'x' * 90}</b>"] * 100)
    assert len(text) <= ROOM + 2 < TEXT_LIMIT
    assert text.count("<b>") == text.count("</b>")
    assert text.endswith("…")


def test_a_long_label_is_shortened_and_short_ones_share_a_row() -> None:
    long = button("x" * 100, Show("menu"))
    assert len(long.text) == LABEL_MAX
    short = [button(label, Show("menu")) for label in ("Setujui", "Tolak", "Kembalikan ke Bagian Umum")]
    assert [[one.text for one in row] for row in packed(short)] == [["Setujui", "Tolak"], ["Kembalikan ke Bagian Umum"]]

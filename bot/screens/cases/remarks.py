"""What was said about a case: one remark as it comes, or all of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot import formats
from bot.callback_data import Show
from bot.screens.keyboards import button, keyboard
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.screens.values import value_words
from bot.texts import html, plain
from workflows.cases.remarks import ANSWER, INTERNAL, QUESTION
from workflows.store.tables import Case
from workflows.views.thread import ASKED, SUPPLIED, ThreadEntry

TITLES = {
    INTERNAL: "percakapan.catatan",
    QUESTION: "percakapan.pertanyaan",
    ANSWER: "percakapan.jawaban",
    ASKED: "percakapan.diminta",
    SUPPLIED: "percakapan.dilengkapi",
}
TEXT_MAX = 1_000  # characters of one entry


def remark_screen(case: Case, opd: str, entry: ThreadEntry) -> Screen:
    """Return one remark, with the way to its case."""
    lines = [html("kartu.judul", number=case.number, opd=opd), "", *_entry(entry)]
    open_case = button(plain("percakapan.buka"), Show("fresh_case", (str(case.id),)), "primary")
    return Screen(text=fit(lines), keyboard=keyboard([[open_case]]))


def thread_screen(case: Case, opd: str, entries: Sequence[ThreadEntry]) -> Screen:
    """Return all that was said, newest first: what does not fit is the oldest."""
    lines = [html("kartu.judul", number=case.number, opd=opd), html("percakapan.judul")]
    for entry in entries:
        lines += ["", *_entry(entry)]
    return Screen(text=fit(lines))


def _entry(entry: ThreadEntry) -> list[str]:
    words = entry.text or "; ".join(value_words(one.field, one.value) for one in entry.answers)
    head = html(TITLES[entry.kind], who=f"{entry.by} ({entry.office})", when=formats.instant(entry.at))
    return [head, html("formulir.tanya", text=shorten(words, TEXT_MAX))]

"""Which signatures on paper stand, wherever a case goes: pure, on the hosting's own steps."""

from __future__ import annotations

import pytest

from tests.unit.engine.office import hosting
from workflows.cases.on_paper import PaperMark, standing_marks

DISPOSED = PaperMark(
    role="kepala_dkisp", signer=5, acting="", signed_on="2026-11-24", scanned_by=3, scanned_at="2026-11-24"
)
APPROVED = PaperMark(
    role="kepala_dkisp", signer=5, acting="", signed_on="2026-11-25", scanned_by=3, scanned_at="2026-11-25"
)
RETURNED = PaperMark(
    role="kepala_dkisp", signer=5, acting="", signed_on="2026-11-25", scanned_by=3, scanned_at="2026-11-25",
    returned_to="pengkajian",
)  # fmt: skip


@pytest.mark.parametrize(
    ("left", "at", "kept"),
    [
        ("pembuatan", "pemberitahuan", ["disposisi", "keputusan"]),
        ("pembuatan", "pengkajian", ["disposisi"]),  # the job was cancelled: the case is to be decided anew
        ("keputusan", "pembuatan", ["disposisi"]),  # decided in chat now
        ("disposisi", "agenda", []),
        ("pengkajian", "pengkajian", ["disposisi"]),  # withdrawn there
    ],
)
def test_what_was_decided_on_paper_stands_while_the_case_is_past_that_step(left: str, at: str, kept: list[str]) -> None:
    marks = {"disposisi": DISPOSED, "keputusan": APPROVED}
    assert list(standing_marks(hosting(), marks, left=left, at=at)) == kept


@pytest.mark.parametrize(
    ("left", "at", "kept"),
    [
        ("pengkajian", "keputusan", ["disposisi"]),
        ("pengkajian", "pengkajian", ["disposisi"]),
        ("keputusan", "pengkajian", ["disposisi"]),  # returned once more, in chat
    ],
)
def test_a_return_stands_until_the_case_is_sent_on_or_returned_again(left: str, at: str, kept: list[str]) -> None:
    marks = {"disposisi": DISPOSED, "keputusan": RETURNED}
    assert list(standing_marks(hosting(), marks, left=left, at=at)) == kept

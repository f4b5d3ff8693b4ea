"""Which letter each preview button shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflows.store.tables import Case


def _answer(case: Case) -> str:
    """Name the Surat Balasan as the recommendation would have it."""
    return "surat_balasan_tolak" if case.facts.get("recommendation") == "refuse" else "surat_balasan"


PREVIEWS: Mapping[str, Callable[[Case], str]] = {
    "pratinjau_disposisi": lambda _case: "lembar_disposisi",
    "pratinjau_balasan": _answer,
    "pratinjau": lambda _case: "surat_pemberitahuan",
}

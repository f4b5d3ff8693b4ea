"""The one question about a letter that was signed by hand: its scan."""

from __future__ import annotations

from workflows.engine.description import Form
from workflows.engine.form_files import office_form

SCAN = "pindaian"  # the question


def scan_form() -> Form:
    """Return the form that a scan is sent by."""
    return office_form("pindaian_surat")

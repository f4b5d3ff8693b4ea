"""The one question about a letter that was signed by hand: its scan."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from workflows.engine.description import Form
from workflows.engine.load_forms import load_forms
from workflows.engine.reading import Place

FILE = Path(__file__).parents[2] / "templates" / "forms" / "pindaian_surat.toml"
SCAN = "pindaian"  # the question


@functools.cache
def scan_form() -> Form:
    """Return the form that a scan is sent by."""
    top = Place(tomllib.loads(FILE.read_text(encoding="utf-8")), FILE.name)
    (form,) = load_forms(top.tables("forms"))
    top.done()
    return form

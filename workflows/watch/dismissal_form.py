"""The one question before something that is suspected is set aside: why."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from workflows.engine.description import Form
from workflows.engine.load_forms import load_forms
from workflows.engine.reading import Place

FORM = Path(__file__).parents[2] / "templates" / "forms" / "abaikan_temuan.toml"


@functools.cache
def dismissal_form() -> Form:
    """Return the form, read once."""
    top = Place(tomllib.loads(FORM.read_text(encoding="utf-8")), FORM.name)
    (found,) = load_forms(top.tables("forms"))
    top.done()
    return found

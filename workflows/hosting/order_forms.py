"""The questions that orders ask, from `templates/forms`; shaped as [[forms]] of an SOP's description."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from workflows.engine.description import Form
from workflows.engine.load_forms import load_forms
from workflows.engine.reading import Place

FOLDER = Path(__file__).parents[2] / "templates" / "forms"


@functools.cache
def order_form(name: str) -> Form:
    """Return the one form of the file of this name. Raises `FileNotFoundError`, `DescriptionError`."""
    path = FOLDER / f"{name}.toml"
    top = Place(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    (form,) = load_forms(top.tables("forms"))
    top.done()
    return form

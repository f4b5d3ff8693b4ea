"""The questions that are no SOP's own: files of `templates/forms`, shaped as [[forms]] of an SOP's description."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

from workflows.engine.description import Form
from workflows.engine.load_forms import load_forms
from workflows.engine.toml_table import TomlTable

FOLDER = Path(__file__).parents[2] / "templates" / "forms"


@functools.cache
def forms_of(name: str) -> Mapping[str, Form]:
    """Return the forms of the file of this name, by id. Raises `FileNotFoundError`, `DescriptionError`."""
    path = FOLDER / f"{name}.toml"
    top = TomlTable(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    forms = {form.id: form for form in load_forms(top.tables("forms"))}
    top.done()
    return forms


def office_form(name: str) -> Form:
    """Return the one form of the file of this name. Raises `FileNotFoundError`, `DescriptionError`."""
    (form,) = forms_of(name).values()
    return form

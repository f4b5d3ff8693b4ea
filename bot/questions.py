"""The office's own questions (`templates/forms`), in the language of whoever is asked; answers are the same in each."""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from bot import language
from workflows.engine import form_files
from workflows.engine.description import Field, Form
from workflows.people.languages import Language

Words = Mapping[str, Any]


def office_form(name: str) -> Form:
    """Return the one form of the file of this name. Raises `FileNotFoundError`, `DescriptionError`."""
    return said(form_files.office_form(name))


def said(form: Form) -> Form:
    """Return a form of the office's own as it is asked in the present language."""
    words = {} if language.current() is Language.INDONESIAN else _words(language.current()).get(form.id, {})
    if not words:
        return form
    fields = tuple(_asked(field, words.get(field.id, {})) for field in form.fields)
    return dataclasses.replace(form, title=words["title"], fields=fields)


def _asked(field: Field, words: Words) -> Field:
    labels = words.get("choices", {})
    choices = tuple(dataclasses.replace(one, label=labels.get(one.value, one.label)) for one in field.choices)
    other = {part: words[part] for part in ("ask", "label", "example") if part in words}
    return dataclasses.replace(field, choices=choices, **other)


@functools.cache
def _words(spoken: Language) -> Mapping[str, Words]:
    """Return what `templates/forms/<language>` says, by form: title, and each question by its id."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((form_files.FOLDER / spoken).glob("*.toml")):
        for form, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.setdefault(form, {}).update(words)
    return found

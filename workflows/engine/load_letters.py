"""Reads the letters that an SOP describes itself, and which draft a button shows."""

from __future__ import annotations

from typing import Any

from workflows.engine.description import Preview
from workflows.engine.letter import DescribedLetter
from workflows.engine.toml_table import TomlTable

TEMPLATE = "surat_uraian"  # what a letter looks like that asks for no template of its own


def load_letter(item: TomlTable) -> DescribedLetter:
    """Read one letter. Raises `DescriptionError`."""
    letter = DescribedLetter(
        id=item.text("id"),
        title=item.text("title"),
        signer=item.text("signer"),
        subject=item.text("subject"),
        template=item.text("template", default=TEMPLATE),
        to=item.text("to", default=""),
        letterhead=item.one_of("letterhead", ("office", "opd"), default="office"),
        numbered=item.flag("numbered"),
        opening=item.texts("opening", default=[]),
        fields=item.texts("fields", default=[]),
        closing=item.texts("closing", default=[]),
        copies=item.texts("copies", default=[]),
    )
    item.done()
    return letter


def load_previews(item: TomlTable) -> tuple[Preview, ...]:
    """Read `preview`: letters by name, or { letter = "…", fact = "…", value = "…" } for some cases only."""
    return tuple(_preview(item, each) for each in item.take("preview", list, default=[]))


def _preview(item: TomlTable, data: Any) -> Preview:
    if isinstance(data, str):
        return Preview(letter=data)
    if isinstance(data, dict) and set(data) == {"letter", "fact", "value"} and all(map(_is_text, data.values())):
        return Preview(**data)
    raise item.error("bad_preview")


def _is_text(value: object) -> bool:
    return isinstance(value, str)

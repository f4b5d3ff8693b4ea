"""Every word the bot says, from `templates/messages/*.toml`; the file's name and the key name a text: "menu.judul".

A text is a Jinja2 template. `html` escapes what is put into it, for messages in Telegram's HTML; `plain` does not, for
button labels and toasts, which Telegram takes literally. A parameter that is missing raises: nothing is said half.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from bot import formats

FOLDER = Path(__file__).parent.parent / "templates" / "messages"


class UnknownTextError(KeyError):
    """No file of `templates/messages` has this key."""


def html(key: str, /, **params: Any) -> str:
    """Return a text for a message, its parameters escaped. Raises `UnknownTextError`."""
    return _render(_catalogue().escaped, key, params)


def plain(key: str, /, **params: Any) -> str:
    """Return a text for a button or a toast, its parameters as they are. Raises `UnknownTextError`."""
    return _render(_catalogue().literal, key, params)


def has(key: str) -> bool:
    """Tell whether there is a text by this key."""
    return key in _catalogue().escaped


def keys() -> frozenset[str]:
    """Return the names of all texts."""
    return frozenset(_catalogue().escaped)


class _Catalogue:
    def __init__(self, sources: Mapping[str, str]) -> None:
        self.escaped = _compile(sources, autoescape=True)
        self.literal = _compile(sources, autoescape=False)


def _compile(sources: Mapping[str, str], *, autoescape: bool) -> dict[str, jinja2.Template]:
    environment = jinja2.Environment(
        autoescape=autoescape,  # noqa: S701  (buttons and toasts are plain text: see `plain`)
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(formats.FILTERS)
    return {key: environment.from_string(source.strip()) for key, source in sources.items()}


@functools.cache
def _catalogue() -> _Catalogue:
    return _Catalogue(read(FOLDER))


def read(folder: Path) -> dict[str, str]:
    """Read all texts of a folder. Raises `ValueError` naming the file for anything but text."""
    sources: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(value, str):
                raise ValueError(f"{path}: {key}: a text is expected")
            sources[f"{path.stem}.{key}"] = value
    return sources


def _render(templates: Mapping[str, jinja2.Template], key: str, params: Mapping[str, Any]) -> str:
    template = templates.get(key)
    if template is None:
        raise UnknownTextError(key)
    return template.render(params)

"""Every word the bot says, from `templates/messages/*.toml`; the file's name and the key name a text: "menu.judul".

The same files and keys stand in `templates/messages/en` in English (a test holds them together); which is said,
`bot.language` knows.
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

from bot import formats, language
from workflows.people.languages import Language

FOLDER = Path(__file__).parent.parent / "templates" / "messages"


class UnknownTextError(KeyError):
    """No file of `templates/messages` has this key."""


def html(key: str, /, **params: Any) -> str:
    """Return a text for a message, its parameters escaped. Raises `UnknownTextError`."""
    return _catalogue(language.current()).template(key, autoescape=True).render(params)


def plain(key: str, /, **params: Any) -> str:
    """Return a text for a button or a toast, its parameters as they are. Raises `UnknownTextError`."""
    return _catalogue(language.current()).template(key, autoescape=False).render(params)


def has(key: str) -> bool:
    """Tell whether there is a text by this key."""
    return key in _catalogue(language.current()).sources


def keys() -> frozenset[str]:
    """Return the names of all texts."""
    return frozenset(_catalogue(Language.INDONESIAN).sources)


class _Catalogue:
    """The texts of one language, each compiled when first said: all at once would hold up whoever writes first."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self._environments = {escapes: _environment(autoescape=escapes) for escapes in (True, False)}
        self._compiled: dict[tuple[str, bool], jinja2.Template] = {}

    def template(self, key: str, *, autoescape: bool) -> jinja2.Template:
        found = self._compiled.get((key, autoescape))
        if found is None:
            if key not in self.sources:
                raise UnknownTextError(key)
            found = self._environments[autoescape].from_string(self.sources[key].strip())
            self._compiled[key, autoescape] = found
        return found


def _environment(*, autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=autoescape,  # noqa: S701  (buttons and toasts are plain text: see `plain`)
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(formats.FILTERS)
    return environment


@functools.cache
def _catalogue(spoken: Language) -> _Catalogue:
    return _Catalogue(read(FOLDER if spoken is Language.INDONESIAN else FOLDER / spoken))


def read(folder: Path) -> dict[str, str]:
    """Read all texts of a folder. Raises `ValueError` naming the file for anything but text."""
    sources: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(value, str):
                raise ValueError(f"{path}: {key}: a text is expected")
            sources[f"{path.stem}.{key}"] = value
    return sources

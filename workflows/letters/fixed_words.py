"""What a letter, a list or a picture always says: a file of words beside its template."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflows.letters.render import TEMPLATES


@functools.cache
def fixed_words(template: str, folder: Path = TEMPLATES) -> Mapping[str, Any]:
    """Return the words of a template, read once. Raises `OSError` where it has none."""
    return tomllib.loads((folder / f"{template}.toml").read_text(encoding="utf-8"))

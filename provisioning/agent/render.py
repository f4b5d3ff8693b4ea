"""Fills the server templates. A value with a control character never reaches a configuration file."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

import jinja2

from provisioning.plan import ErrorCode, ServerError

FOLDER = "templates/server"


def render(template: str, **values: object) -> str:
    """Return the filled template `templates/server/<template>.j2`. Raises `ServerError` for an unfit value."""
    return _environment().get_template(f"{template}.j2").render(**values)


@functools.lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _source(name: str) -> str:
    return _read(f"{FOLDER}/{name}")


def _read(path: str) -> str:
    """Read beside our own package: from a source tree, an installed wheel or the agent's folder."""
    spec = importlib.util.find_spec("provisioning")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(ErrorCode.INTERNAL, "the agent's own package is incomplete")
    root = Path(next(iter(spec.submodule_search_locations))).parent
    return (root / path).read_text(encoding="utf-8")


def _one_line(value: Any) -> Any:
    text = str(value)
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ServerError(ErrorCode.BAD_REQUEST, "a value for a configuration file holds a control character")
    return value

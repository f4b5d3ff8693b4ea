"""Fills the server templates. A value with a control character never reaches a configuration file.

A filled template is kept under the digest of all it was made from, so that a run which changes nothing need not load
Jinja2: that takes longer than all the looking.
"""

from __future__ import annotations

import functools
import importlib.util
import typing
from pathlib import Path
from typing import Any

from provisioning.agent import bundle
from provisioning.agent.text_cache import MEMORY
from provisioning.plan import ErrorCode, ServerError, digest

if typing.TYPE_CHECKING:
    import jinja2

FOLDER = "templates/server"


def render(template: str, **values: object) -> str:
    """Return the filled template `templates/server/<template>.j2`. Raises `ServerError` for an unfit value."""
    name = digest([bundle.version(), template, values])
    filled = MEMORY.get(name)
    if filled is None:
        filled = _environment().get_template(f"{template}.j2").render(**values)
        MEMORY.keep(name, filled)
    return filled


def text(name: str) -> str:
    """Return a file of `templates/server` as it is: a program that is given what it needs another way."""
    return _source(name)


def load_templates() -> None:
    """Load Jinja2 and every template, for a process that will fill some. Raises `ImportError` without Jinja2."""
    environment = _environment()
    for path in (_root() / FOLDER).glob("*.j2"):
        environment.get_template(path.name)


@functools.lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - loaded only where something is filled anew

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
    return (_root() / FOLDER / name).read_text(encoding="utf-8")


def _root() -> Path:
    """Return what lies beside our own package: of a source tree, an installed wheel or the agent's folder."""
    spec = importlib.util.find_spec("provisioning")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(ErrorCode.INTERNAL, "the agent's own package is incomplete")
    return Path(next(iter(spec.submodule_search_locations))).parent


def _one_line(value: Any) -> Any:
    text = str(value)
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ServerError(ErrorCode.BAD_REQUEST, "a value for a configuration file holds a control character")
    return value

"""Commands that are imported when they are called: whoever asks for `--help` need not wait for the whole program."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand


class LateCommand(TyperCommand):
    """A command, or a group of them, of which the name and what it is for are known before it is imported."""

    def __init__(self, name: str, place: str) -> None:
        """`place` is `module:function`, or `module:app` for a group; a group is said to be for what its module is."""
        self._module, _, self._attribute = place.partition(":")
        super().__init__(name, help=_docstring(self._module, None if self._attribute == "app" else self._attribute))

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Hand the call over to the command itself."""
        return self.imported().make_context(info_name, args, parent, **extra)

    def imported(self) -> Any:
        """Return the command itself, as Typer makes it of a function or of a group."""
        found = getattr(importlib.import_module(self._module), self._attribute)
        around = typer.Typer()
        if isinstance(found, typer.Typer):
            around.add_typer(found, name=self.name, help=self.help)
        else:
            around.command(self.name)(found)
        return typer.main.get_group(around).commands[self.name or ""]


def _docstring(module: str, function: str | None) -> str:
    """Return what a module, or a function of it, says of itself, read from its source without importing it."""
    tree = _source(module)
    if function is None:
        return ast.get_docstring(tree) or ""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return next(ast.get_docstring(node) or "" for node in functions if node.name == function)


@functools.cache
def _source(module: str) -> ast.Module:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(module)
    return ast.parse(Path(found.origin).read_text(encoding="utf-8"))

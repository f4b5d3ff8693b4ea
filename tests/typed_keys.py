"""A plugin of mypy's: `get` of a key that a `TypedDict` has not is an error, as `[...]` is by itself.

What rows keep as JSON is read by such mappings, mostly by `get`, for a row of an earlier release may lack a key. mypy
alone takes a misspelt one for a key that is never there.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.errorcodes import TYPEDDICT_ITEM
from mypy.plugin import MethodContext, Plugin
from mypy.plugins.common import try_getting_str_literals
from mypy.plugins.default import typed_dict_get_callback
from mypy.types import Type, TypedDictType


class TypedKeys(Plugin):
    """What mypy asks for each method that is called."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        return _get if fullname == "typing.Mapping.get" else None


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin; mypy calls it by this name."""
    return TypedKeys


def _get(ctx: MethodContext) -> Type:
    if isinstance(ctx.type, TypedDictType) and ctx.args and ctx.args[0]:
        for key in try_getting_str_literals(ctx.args[0][0], ctx.arg_types[0][0]) or ():
            if key not in ctx.type.items:
                ctx.api.fail(f'TypedDict has no key "{key}"', ctx.context, code=TYPEDDICT_ITEM)
    return typed_dict_get_callback(ctx)

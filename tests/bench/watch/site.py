"""A site of the corpus: its pages as each kind of visitor gets them, and its files. Made from recipes, never real.

Everything that looks like an attack is inert: it runs a harmless text, or would fail where it ran.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping

from provisioning.pages.rules import PageResponse, PageViews

HOST = "https://dinas-contoh.tarakankota.go.id"


@dataclasses.dataclass(kw_only=True)
class Site:
    """What a recipe fills: pages by path, and files by their names below the hosting's folder."""

    pages: dict[str, PageViews] = dataclasses.field(default_factory=dict)
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)

    def page(
        self,
        path: str,
        body: str,
        *,
        engine: str | None = None,
        searcher: str | None = None,
        engine_to: str = "",
        searcher_to: str = "",
    ) -> None:
        """Add a page; `engine` and `searcher` get the visitor's unless theirs is another, or they are sent on."""
        self.pages[path] = PageViews(
            url=f"{HOST}{path}",
            visitor=PageResponse(status=200, body=body),
            engine=_seen(body if engine is None else engine, engine_to),
            searcher=_seen(body if searcher is None else searcher, searcher_to),
        )

    def file(self, name: str, content: str | bytes) -> None:
        """Add a file."""
        self.files[name] = content.encode() if isinstance(content, str) else content


Recipe = Callable[[Site, random.Random], None]


def _seen(body: str, to: str) -> PageResponse:
    return PageResponse(status=302, location=to) if to else PageResponse(status=200, body=body)


def made(recipes: Mapping[str, Recipe], variants: int) -> dict[str, Site]:
    """Return sites by name: each recipe some times, each time with other words."""
    found = {}
    for name, recipe in recipes.items():
        for number in range(variants):
            site = Site()
            recipe(site, random.Random(f"{name}{number}"))
            found[f"{name}-{number + 1}"] = site
    return found

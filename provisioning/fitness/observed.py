"""What the looks share: where they look, and what one of them saw."""

from __future__ import annotations

import asyncio
import dataclasses

from provisioning.verification.http import Page, Visitor, WebServer


@dataclasses.dataclass(frozen=True)
class Observed:
    """What a look saw; `detail` is for engineers and holds nothing of a page's content."""

    ok: bool
    detail: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ObservedSite:
    """One site by its primary name. `home` is its first page, `nowhere` a path that no site has."""

    server: WebServer
    name: str
    visitor: Visitor
    home: Page
    nowhere: str
    places: asyncio.Semaphore

    async def get(self, path: str, *, scheme: str = "https") -> Page:
        """Fetch a page, a few at once. Raises `WebError`."""
        async with self.places:
            return await self.visitor.get(scheme, self.name, path)


def found(wrong: list[str]) -> Observed:
    """Return what was seen where each of `wrong` should not have been."""
    return Observed(not wrong, ", ".join(wrong))

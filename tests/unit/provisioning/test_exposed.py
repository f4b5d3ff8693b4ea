"""What lies open is named, also where the site shows not everything; what was not seen never counts as well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from provisioning.fitness.exposed import no_secret_file_is_a_page
from provisioning.fitness.observed import ObservedSite
from provisioning.verification.http import Page, Visitor, WebError, WebServer

ENVIRONMENT = Page(status=200, headers={}, body="DB_PASSWORD=rahasia")
BUSY = Page(status=503, headers={}, body="")
NOTHING = Page(status=404, headers={}, body="")


class Scripted(Visitor):
    """A visitor of a site with these pages; None where no answer comes."""

    def __init__(self, pages: Mapping[str, Page | None]) -> None:
        super().__init__(WebServer(address="192.0.2.1"))
        self._pages = pages

    async def get(self, scheme: str, name: str, path: str, *, headers: Mapping[str, str] | None = None) -> Page:
        page = self._pages.get(path, NOTHING)
        if page is None:
            raise WebError("no answer")
        return page


def site_with(pages: Mapping[str, Page | None]) -> ObservedSite:
    return ObservedSite(
        server=WebServer(address="192.0.2.1"),
        name="e-arsip.test",
        visitor=Scripted(pages),
        home=NOTHING,
        nowhere="/x",
        places=asyncio.Semaphore(4),
    )


@pytest.mark.parametrize("missing", [BUSY, None])
async def test_a_secret_is_named_though_another_path_is_not_seen(missing: Page | None) -> None:
    seen = await no_secret_file_is_a_page(site_with({"/.env": ENVIRONMENT, "/backup.zip": missing}))
    assert (seen.ok, seen.detail) == (False, "/.env")


@pytest.mark.parametrize("missing", [BUSY, None])
async def test_what_was_not_seen_is_not_well(missing: Page | None) -> None:
    with pytest.raises(WebError, match=r"/backup\.zip"):
        await no_secret_file_is_a_page(site_with({"/backup.zip": missing}))


async def test_a_site_that_has_none_of_it_is_well() -> None:
    assert (await no_secret_file_is_a_page(site_with({}))).ok

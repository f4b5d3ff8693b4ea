"""What is kept of a suspected page, so that it can be shown later: the page itself, and its picture by a browser."""

from __future__ import annotations

import dataclasses
from typing import Any

import structlog

from provisioning.pages.rules import Views
from workflows.office import Office
from workflows.watch.suspected import Suspected

log = structlog.get_logger(__name__)


async def with_page(office: Office, found: Suspected, views: Views) -> Suspected:
    """Return what was found with the hashes of the page and its picture, both kept; no picture is no reason to stop."""
    seen = views.most
    facts: dict[str, Any] = {**found.facts, "sha256": await office.files.write(seen.body.encode())}
    if office.photographer is not None and seen.body:
        picture = await office.photographer.picture(views.url, seen.body)
        if picture is not None:
            facts["picture"] = await office.files.write(picture)
    return dataclasses.replace(found, facts=facts)

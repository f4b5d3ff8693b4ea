"""The status of all sites at a glance: how many are there, which are not, a square each, the worst of a month."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from workflows import words
from workflows.letters.render import picture
from workflows.office import Office
from workflows.people.languages import Language
from workflows.pictures.wording import Wording, wording
from workflows.store.tables.messages import MessageParams
from workflows.uptime.status import Site, Status
from workflows.words import WITA

TEMPLATE = "status"
WORST_SHOWN = 5
DOWN_SHOWN = 20


async def document(office: Office, found: Status, language: Language) -> MessageParams:
    """Make and keep the picture; return what a message needs of it."""
    sha256 = await office.files.write(await asyncio.to_thread(draw, found, language))
    params = {"up": found.up, "down": len(found.down), "at": found.at.isoformat()}
    name = f"Status-{found.at.astimezone(WITA):%Y-%m-%d-%H%M}.png"
    return {"sha256": sha256, "name": name, "media_type": "image/png", "caption": "status.berkas", "params": params}


def draw(found: Status, language: Language = Language.INDONESIAN) -> bytes:
    """Return a PNG for a phone's width."""
    return picture(TEMPLATE, data_of(found, language))


def data_of(found: Status, language: Language = Language.INDONESIAN) -> dict[str, Any]:
    """Return what the template draws."""
    said = wording(TEMPLATE, language)
    worst = sorted((site for site in found.sites if site.share is not None and site.share < 1), key=_share)
    return {
        "title": said["judul"],
        "subtitle": said["keadaan"].format(at=said.date_time(found.at)),
        "counts": [
            {"label": said["terbuka"], "value": said.number(found.up), "colour": "up"},
            {"label": said["tidak_terbuka"], "value": said.number(len(found.down)), "colour": "down"},
            {"label": said["belum"], "value": said.number(len(found.unknown)), "colour": "unknown"},
        ],
        "down_title": said["daftar"],
        "down": [_down(site, found, said) for site in found.down[:DOWN_SHOWN]],
        "more": said["lainnya"].format(count=len(found.down) - DOWN_SHOWN) if len(found.down) > DOWN_SHOWN else "",
        "all_up": said["semua_terbuka"] if found.sites and not found.down else "",
        "servers": [_server(name, list(sites)) for name, sites in groupby(found.sites, key=lambda site: site.server)],
        "worst_title": said["terburuk"],
        "worst": [_worst(site, said) for site in worst[:WORST_SHOWN]],
        "no_worst": said["tanpa_gangguan"] if not worst else "",
    }


def percent(share: float, *, locale: str = words.LOCALE) -> str:
    """Write a share with two places, and never as whole where something was missed: `99,98%`."""
    return f"{words.number(min(share * 100, 99.99) if share < 1 else 100, 2, locale=locale)}%"


def _share(site: Site) -> float:
    return site.share if site.share is not None else 1.0


def _down(site: Site, found: Status, said: Wording) -> dict[str, str]:
    since = site.down_since or found.at
    cause = said[f"sebab_{site.row.cause}"] if site.row is not None and site.row.cause else said["sebab_no_answer"]
    return {
        "domain": site.domain,
        "words": said["sejak"].format(cause=cause, span=words.duration(found.at - since, locale=said.locale)),
    }


def _server(name: str, sites: Sequence[Site]) -> dict[str, Any]:
    there = sum(site.row is not None and site.down_since is None for site in sites)
    return {"name": name, "words": f"{there}/{len(sites)}", "squares": [_square(site) for site in sites]}


def _square(site: Site) -> str:
    if site.down_since is not None:
        return "down"
    if site.row is None:
        return "unknown"
    return "doubt" if site.row.doubts else "up"


def _worst(site: Site, said: Wording) -> dict[str, Any]:
    return {"domain": site.domain, "share": _share(site), "words": percent(_share(site), locale=said.locale)}

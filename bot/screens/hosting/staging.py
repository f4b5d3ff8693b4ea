"""A site and its staging copy on each other's cards."""

from __future__ import annotations

from bot import formats
from bot.callback_data import Show
from bot.screens.hosting.groups import Offer
from bot.screens.keyboards import button
from bot.texts import html, plain
from workflows.usage.figures import Resource
from workflows.usage.hosting_usage import HostingUsage
from workflows.views.hosting import HostingCard

IN_BYTES = (Resource.DISK, Resource.DATABASE)


def copy_lines(card: HostingCard) -> list[str]:
    """Say which copy there is and until when, or what this is a copy of."""
    hosting, copy = card.view.hosting, card.copy
    if card.site is not None:
        return [html("salinan_uji.kartu_salinan", of=card.site.domain, ends_on=hosting.ends_on)]
    if copy is None:
        return []
    return [html("salinan_uji.kartu_situs", domain=copy.domain, used=_used(card.copy_use), ends_on=copy.ends_on)]


def _used(use: HostingUsage | None) -> str:
    if use is None or use.measured_at is None:
        return ""
    return formats.size(sum(level.used for level in use.levels if level.resource in IN_BYTES))


def copy_offers(card: HostingCard) -> list[Offer]:
    """Return the way from the one card to the other."""
    beside = card.site or card.copy
    if beside is None:
        return []
    label = plain("salinan_uji.tombol_situs" if card.site else "salinan_uji.tombol")
    name = "site_of_copy" if card.site else "copy"
    return [Offer(name, button(label, Show("one_hosting", (str(beside.id),))))]

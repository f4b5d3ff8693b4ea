"""Where each button of a hosting's card stands: on the card itself, or one press deeper, with those it belongs to."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.callback_data import Show
from bot.screens.keyboards import Row, button, packed
from bot.texts import plain


class Group(enum.StrEnum):
    """The groups in the order of the card; each is named in `templates/messages/kelompok.toml`."""

    NOW = "kini"  # no group: what is to be done next stands on the card itself
    ACCESS = "akses"
    SITE = "situs"
    BACKUPS = "cadangan"
    REPORTS = "laporan"
    SERVICE = "layanan"
    CARE = "perawatan"


ENTRY = "entry"  # a case that begins from the card, by whatever SOP
ROOM = 5  # buttons that are read at a glance: where no more are offered, nothing is grouped
GROUP_OF: Mapping[str, Group] = {
    "credentials": Group.NOW,
    "print_credentials": Group.NOW,
    "renew": Group.NOW,
    "renew_letter": Group.NOW,
    "resume": Group.NOW,
    "clean_open": Group.NOW,
    "clean_close": Group.NOW,
    "findings": Group.NOW,
    "repair": Group.NOW,
    "plan": Group.NOW,
    "check": Group.NOW,
    "copy_refresh": Group.NOW,
    "copy_apply": Group.NOW,
    "copy_remove": Group.NOW,
    "site_of_copy": Group.NOW,
    "passwords": Group.ACCESS,
    "print_passwords": Group.ACCESS,
    "ssh_keys": Group.ACCESS,
    "php": Group.SITE,
    "document_root": Group.SITE,
    "cron": Group.SITE,
    "wordpress": Group.SITE,
    "laravel": Group.SITE,
    "custom_domains": Group.SERVICE,
    "copy_make": Group.SITE,
    "copy": Group.SITE,
    "backup": Group.BACKUPS,
    "restore": Group.BACKUPS,
    "dump": Group.BACKUPS,
    "load": Group.BACKUPS,
    "use": Group.REPORTS,
    "months": Group.REPORTS,
    "site_log": Group.REPORTS,
    "fitness_report": Group.REPORTS,
    ENTRY: Group.SERVICE,
    "team": Group.SERVICE,
    "suspend": Group.SERVICE,
    "archive": Group.SERVICE,
    "remove": Group.SERVICE,
    "maintenance": Group.CARE,
    "inspect": Group.CARE,
    "move": Group.CARE,
}
"""What is offered, by name (an order's is its action), and where its button stands. Another button is another row."""


@dataclasses.dataclass(frozen=True)
class Offer:
    """A button that the card has for its reader now; `name` is one of `GROUP_OF`."""

    name: str
    button: InlineKeyboardButton


def rows_of_card(hosting_id: int, offers: Sequence[Offer]) -> list[Row]:
    """Return the card's buttons: what is next, then the groups; a group of one is that button."""
    if len(offers) <= ROOM:
        return packed([offer.button for offer in offers])
    return [
        *packed([offer.button for offer in of_group(offers, Group.NOW)]),
        *packed([*_ways(hosting_id, offers)]),
    ]


def of_group(offers: Sequence[Offer], group: Group) -> list[Offer]:
    """Return those of a group, in their order."""
    return [offer for offer in offers if GROUP_OF[offer.name] is group]


def _ways(hosting_id: int, offers: Sequence[Offer]) -> Iterator[InlineKeyboardButton]:
    for group in Group:
        here = of_group(offers, group)
        if group is Group.NOW or not here:
            continue
        if len(here) == 1:
            yield here[0].button
        else:
            yield button(plain(f"kelompok.tombol_{group}"), Show("hosting_group", (str(hosting_id), group)))

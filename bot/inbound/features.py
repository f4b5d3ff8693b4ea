"""Every feature of the chat, and which of them answers what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from bot.forms.purpose import Purpose
from bot.inbound import search
from bot.inbound.administration import administer, calendar
from bot.inbound.cases import course, form_press, opening, opinions
from bot.inbound.feature import AfterRefusal, Feature, MadeReady, Submit, Verb, Verbs
from bot.inbound.help import guides, sop_sheets
from bot.inbound.hosting import card_orders, custom_domains, fitness, moving, receiving, site_logs, usage
from bot.inbound.letters import scans, signing
from bot.inbound.people import deputies, languages, own_data
from bot.inbound.registers import agenda, register_files, reports
from bot.inbound.upkeep import hosting_care, maintenance_windows, malware, status

K = TypeVar("K", bound=str)
T = TypeVar("T")

FEATURES: tuple[Feature, ...] = (
    opening.FEATURE,
    form_press.FEATURE,
    opinions.FEATURE,
    course.FEATURE,
    search.FEATURE,
    administer.FEATURE,
    calendar.FEATURE,
    deputies.FEATURE,
    languages.FEATURE,
    own_data.FEATURE,
    scans.FEATURE,
    signing.FEATURE,
    agenda.FEATURE,
    register_files.FEATURE,
    reports.FEATURE,
    card_orders.FEATURE,
    custom_domains.FEATURE,
    site_logs.FEATURE,
    usage.FEATURE,
    fitness.FEATURE,
    moving.FEATURE,
    receiving.FEATURE,
    hosting_care.FEATURE,
    maintenance_windows.FEATURE,
    status.FEATURE,
    malware.FEATURE,
    guides.FEATURE,
    sop_sheets.FEATURE,
)


def _together(parts: Iterable[Mapping[K, T]]) -> Mapping[K, T]:
    """Put what features name into one table. Raises `ValueError` where two name the same."""
    table: dict[K, T] = {}
    for part in parts:
        if twice := table.keys() & part.keys():
            raise ValueError(f"two features answer {sorted(twice)}")
        table |= part
    return table


_BUTTONS: Verbs = _together(feature.verbs for feature in FEATURES)
MADE_READY: Mapping[str, MadeReady[Any]] = {
    name: verb for name, verb in _BUTTONS.items() if isinstance(verb, MadeReady)
}
VERBS: Mapping[str, Verb] = {
    name: verb.press if isinstance(verb, MadeReady) else verb for name, verb in _BUTTONS.items()
}
AFTER_REFUSAL: Mapping[str, AfterRefusal] = _together(feature.refused for feature in FEATURES)
FORMS: Mapping[Purpose, Submit] = _together(feature.forms for feature in FEATURES)

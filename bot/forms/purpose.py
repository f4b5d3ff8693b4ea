"""What a form is filled in for. This is the one place that tells it from a draft's data."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from bot.forms.form_spec import FormGoneError


class Purpose(enum.StrEnum):
    """Every purpose, by the key that the data of such a draft has, and of no other."""

    OPENING = "open"  # the code of an SOP
    CASE_ACTION = "action"
    ADMINISTRATION = "admin"  # the name of a form
    AGENDA = "agenda"  # the name of a form
    DEPUTY = "appoint"  # the key of an office
    MAINTENANCE_NOTE = "maintenance"  # a server
    MAINTENANCE_WINDOW = "window"  # a server
    MOVE = "moves_hosting"  # a hosting
    ORDER = "order"  # its action
    SEARCH = "search"
    SCAN = "scan"  # a letter
    DISMISSAL = "dismiss"  # a hosting, whose suspicions


class UnknownPurposeError(FormGoneError):
    """No form of ours has this purpose: a defect of whoever began it, or a draft of another version."""


def purpose_of(data: Mapping[str, Any]) -> Purpose:
    """Return what a draft is for. Raises `UnknownPurposeError` where that is nothing, or not one thing."""
    found = [one for one in Purpose if one in data]
    if len(found) != 1:
        raise UnknownPurposeError(f"a form for {sorted(found)}, of {sorted(data)}")
    return found[0]

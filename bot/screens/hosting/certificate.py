"""Which certificate a hosting shows, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import formats
from bot.texts import plain
from workflows.hosting.certificates import SHOWN

WORDS = {
    "wildcard": "hosting.sertifikat_wildcard",
    "acme": "hosting.sertifikat_acme",
    "self-signed": "hosting.sertifikat_sendiri",
}


def certificate_words(applied: Mapping[str, Any]) -> str | None:
    """Say which it is and until when, or what is waited for; None where nothing is known.

    `applied` is `Hosting.applied`. What an agent did not say yet is what was seen from outside when it was made.
    """
    shown = applied.get(SHOWN)
    if not shown:
        return _seen(applied.get("certificate", {}))
    if shown["kind"] == "self-signed" and shown["held_until"]:
        return plain("hosting.sertifikat_dibatasi", at=shown["held_until"])
    if shown["kind"] == "self-signed" and shown["ordered"]:
        return plain("hosting.sertifikat_dipesan")
    if shown["expires"] is None:
        return plain("hosting.sertifikat_rusak")
    return plain(WORDS[shown["kind"]], until=formats.date(shown["expires"]))


def _seen(facts: Mapping[str, str]) -> str | None:
    if "expires" not in facts:
        return None
    word = "hosting.sertifikat_sendiri" if facts.get("certificate") == "self-signed" else "hosting.sertifikat"
    return plain(word, until=formats.date(facts["expires"][:10]))

"""The certificate that signs letters: whether it opens, and for how long it holds."""

from __future__ import annotations

import datetime as dt

from bot import bootstrap
from bot.doctor.finding import Finding, bad, due, good
from bot.settings import Settings, SettingsError
from workflows.signing.port import Method, Validity

DUE_DAYS = 30  # a certificate authority of the state takes weeks

HOW = {
    Method.NONE: "by the press of a button",
    Method.BSRE: "by each signer at the BSrE client service",
    Method.WET: "by hand, and scanned",
}


def signing(settings: Settings, now: dt.datetime) -> Finding:
    """Say who signs letters."""
    try:
        signer = bootstrap.signer(settings)
        bootstrap.bsre(settings)
    except SettingsError as error:
        return bad(f"Letters: cannot be signed: {error}")
    if signer is None:
        return good(f"Letters: signed {HOW[settings.signing_method]} (SIGNING_METHOD={settings.signing_method}).")
    return of_validity(signer.validity(), now)


def of_validity(validity: Validity, now: dt.datetime) -> Finding:
    """Say for how many days a certificate still signs."""
    if now < validity.begins:
        return bad(f"Letters: the certificate of {validity.holder} holds from {validity.begins:%Y-%m-%d} on only.")
    left = (validity.ends - now).days
    sentence = f"Letters: the certificate of {validity.holder} holds until {validity.ends:%Y-%m-%d} ({left} days)."
    if validity.ends < now:
        return bad(f"{sentence} Letters wait: put a new one at SIGNING_PKCS12_FILE and start the bot again.")
    return due(f"{sentence} Ask for a new one.") if left < DUE_DAYS else good(sentence)

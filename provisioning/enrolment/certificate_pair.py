"""Whether a certificate with its chain and a key are fit to serve a zone, said before anything is sent to a server."""

from __future__ import annotations

import datetime
import itertools

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from provisioning.enrolment.settings import Wildcard


class PairError(ValueError):
    """The pair is not fit; the message says why."""


def check(zone: str, pair: Wildcard, now: datetime.datetime) -> datetime.datetime:
    """Return until when the pair serves every name one label below `zone`. Raises `PairError`."""
    try:
        chain = x509.load_pem_x509_certificates(pair.certificate_pem.encode())
        key = load_pem_private_key(pair.key_pem.reveal().encode(), password=None)
    except (ValueError, TypeError) as error:
        raise PairError("the certificate or the key is no PEM file, or the key has a pass phrase") from error
    first = chain[0]
    if _spki(first.public_key()) != _spki(key.public_key()):
        raise PairError("the key does not belong to the first certificate of the file")
    if f"*.{zone}" not in _names(first):
        raise PairError(f"the certificate does not cover *.{zone}")
    begin, end = first.not_valid_before_utc, first.not_valid_after_utc
    if not begin <= now < end:
        raise PairError(f"it is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}")
    for issued, issuer in itertools.pairwise(chain):
        _check_link(issued, issuer)
    return end


def _check_link(issued: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        name = issued.subject.rfc4514_string()
        raise PairError(f"the chain is out of order: what follows {name} has not issued it") from error


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return found.value.get_values_for_type(x509.DNSName)


def _spki(key: object) -> bytes:
    raw: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return raw

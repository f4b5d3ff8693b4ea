"""Signatures by a certificate and key in a PKCS#12 file (RFC 7292): PAdES baseline B-B, or B-T with a time stamp.

ETSI EN 319 142-1. The signature is an increment behind the letter's own bytes, in a field that shows nothing: what the
page says of its signer stays what the press of the button made it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, async_sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

from workflows.signing.port import SigningDelayed, SigningSetupError, Validity

FIELD = "TandaTanganDinas"
DIGEST = "sha256"
TSA_SECONDS = 15  # a press waits for no time stamp: letters are signed after it


@dataclasses.dataclass(frozen=True)
class Pkcs12Signer:
    """The office's certificate with its key. `chain` are the certificates above it that the file brings."""

    _key: SimpleSigner = dataclasses.field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    tsa_url: str | None = None

    async def sign(self, pdf: bytes, *, reason: str, at: dt.datetime) -> bytes:
        """Return the PDF signed as of `at`.

        Raises `SigningDelayed`.
        """
        validity = self.validity()
        if at < validity.begins:
            raise SigningDelayed("tanda_tangan.certificate_early")
        if at > validity.ends:
            raise SigningDelayed("tanda_tangan.certificate_over")
        how = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm=DIGEST, reason=reason, subfilter=SigSeedSubFilter.PADES
        )
        stamper = HTTPTimeStamper(self.tsa_url, timeout=TSA_SECONDS) if self.tsa_url else None
        out = io.BytesIO()
        try:
            await async_sign_pdf(
                IncrementalPdfFileWriter(io.BytesIO(pdf)), how, self._key, timestamper=stamper, output=out
            )
        except (TimestampRequestError, OSError) as error:  # TimeoutError is one of the latter
            raise SigningDelayed("tanda_tangan.tsa_silent") from error
        return out.getvalue()

    def roots(self) -> list[bytes]:
        """Return what a check of this signer's letters may trust (DER): the top of its chain."""
        known = (*self.chain, self.certificate)
        tops = [one for one in known if one.issuer == one.subject] or list(known[:1])
        return [one.public_bytes(Encoding.DER) for one in tops]

    def validity(self) -> Validity:
        """Return whose certificate it is, and for how long it signs."""
        named = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return Validity(
            holder=str(named[0].value) if named else self.certificate.subject.rfc4514_string(),
            begins=self.certificate.not_valid_before_utc,
            ends=self.certificate.not_valid_after_utc,
        )

    def facts(self) -> dict[str, str]:
        """Return the level of its signatures, and the certificate's SHA-256."""
        return {
            "method": "pkcs12",
            "level": "PAdES-B-T" if self.tsa_url else "PAdES-B-B",
            "certificate": self.certificate.fingerprint(hashes.SHA256()).hex(),
        }


def open_pkcs12(file: Path | None, passphrase: str, tsa_url: str | None) -> Pkcs12Signer:
    """Open the file of a certificate with its key. Raises `SigningSetupError`; the passphrase is in no message."""
    if file is None:
        raise SigningSetupError("SIGNING_PKCS12_FILE", "is missing: name the office's .p12 file")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SigningSetupError("SIGNING_PKCS12_FILE", f"cannot be read ({error.strerror}): {file}") from None
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
        signer = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase.encode() or None)
    except (ValueError, TypeError):
        reason = "does not open SIGNING_PKCS12_FILE, or that is no PKCS#12 file"
        raise SigningSetupError("SIGNING_PASSPHRASE", reason) from None
    if key is None or certificate is None:
        raise SigningSetupError("SIGNING_PKCS12_FILE", "holds no certificate with its key")
    return Pkcs12Signer(signer, certificate, tuple(chain), tsa_url)

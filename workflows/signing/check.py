"""Whether the signatures in a PDF hold (pyHanko): for files that are ours by their hash, or that an engineer names."""

from __future__ import annotations

import io
from collections.abc import Sequence

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from workflows.signing.port import Signature, UnreadableError

UNREADABLE = (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, OSError)


async def signatures(pdf: bytes, roots: Sequence[bytes]) -> list[Signature]:
    """Check every signature against `roots` (certificates, DER). Nothing is fetched. Raises `UnreadableError`."""
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        return [await _looked_at(one, roots) for one in found]
    except UNREADABLE as error:
        raise UnreadableError(str(error)) from error


async def _looked_at(one: EmbeddedPdfSignature, roots: Sequence[bytes]) -> Signature:
    moment = one.self_reported_timestamp
    trust = [x509.Certificate.load(root) for root in roots]
    context = ValidationContext(trust_roots=trust, moment=moment, best_signature_time=moment)
    status = await async_validate_pdf_signature(one, context)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    return Signature(
        signer=one.signer_cert.subject.native.get("common_name") or one.signer_cert.subject.human_friendly,
        at=stamp.timestamp if stamp is not None and stamped else moment,
        stamped=stamped,
        holds=status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        trusted=bool(status.trusted),
    )

"""The signer that an office's settings choose. What signing needs is installed with the extra `signing` only."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from workflows.signing.port import Method, Signature, Signer, SigningSetupError

EXTRA = "needs the extra `signing`: pip install 'layanan-hosting[signing]'"


def open_signer(
    method: Method, *, pkcs12_file: Path | None, passphrase: str, tsa_url: str | None = None
) -> Signer | None:
    """Return who signs by the office's certificate, or None where nobody does. Raises `SigningSetupError`."""
    if method is not Method.PKCS12:
        return None
    try:
        from workflows.signing.pkcs12 import open_pkcs12  # noqa: PLC0415  (an extra that need not be installed)
    except ImportError:
        raise SigningSetupError("SIGNING_METHOD", EXTRA) from None
    return open_pkcs12(pkcs12_file, passphrase, tsa_url)


async def check_signatures(pdf: bytes, roots: Sequence[bytes], pems: Sequence[bytes] = ()) -> list[Signature]:
    """Check the signatures in a PDF against certificates in DER and PEM.

    Raises `UnreadableError`, `SigningSetupError`.
    """
    try:
        from workflows.signing.check import signatures  # noqa: PLC0415  (as above)
    except ImportError:
        raise SigningSetupError("verify-letter", EXTRA) from None
    try:
        more = [one.public_bytes(Encoding.DER) for pem in pems for one in x509.load_pem_x509_certificates(pem)]
    except ValueError:
        raise SigningSetupError("--trust", "names a file that holds no certificate (PEM)") from None
    return await signatures(pdf, [*roots, *more])


def signing_installed() -> bool:
    """Whether the extra `signing` is there."""
    return importlib.util.find_spec("pyhanko") is not None

"""The signer that an office's settings choose. What signing needs is installed with the extra `signing` only."""

from __future__ import annotations

from pathlib import Path

from workflows.signing.port import Method, Signer, SigningSetupError

EXTRA = "needs the extra `signing`: pip install 'layanan-hosting[signing]'"


def open_signer(
    method: Method, *, pkcs12_file: Path | None, passphrase: str, tsa_url: str | None = None
) -> Signer | None:
    """Return who signs, or None where the press of a button is all. Raises `SigningSetupError`."""
    if method is Method.NONE:
        return None
    try:
        from workflows.signing.pkcs12 import open_pkcs12  # noqa: PLC0415  (an extra that need not be installed)
    except ImportError:
        raise SigningSetupError("SIGNING_METHOD", EXTRA) from None
    return open_pkcs12(pkcs12_file, passphrase, tsa_url)

"""What a lab tells about itself: the city's network around its servers, as frozen data."""

from __future__ import annotations

import dataclasses

from provisioning.spec import Secret


@dataclasses.dataclass(frozen=True, kw_only=True)
class TsigKey:
    """The key that may change the city's zone (RFC 8945); `secret` is base64 text."""

    name: str
    secret: Secret
    algorithm: str = "hmac-sha256"


@dataclasses.dataclass(frozen=True, kw_only=True)
class City:
    """The city's own network, as far as a server needs it: its zone, its DNS server, its certificate authority.

    `wildcard_certificate_pem` is valid for `zone` and `*.zone` and signed by the authority `ca_pem`, which nobody but
    the lab trusts.
    """

    zone: str
    dns_address: str
    tsig: TsigKey
    ca_pem: str
    wildcard_certificate_pem: str
    wildcard_key_pem: Secret

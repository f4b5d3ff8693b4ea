"""Looks below the pages: which TLS is spoken, which certificate is shown, what else answers at that address."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
import warnings
from typing import Any

from provisioning.fitness.observed import Observed, ObservedSite, found
from provisioning.verification.http import certificate

SECONDS = 5.0
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)  # deprecated by RFC 8996
NEW = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
WEAK = ("aNULL", "eNULL", "3DES", "RC4", "EXPORT", "DES")  # OpenSSL's names; those that it has lost cannot be offered
ANY_STRENGTH = "@SECLEVEL=0"  # or our own library would refuse before the server is asked
DAYS_LEFT = 14
PORTS = {
    21: "FTP",
    23: "Telnet",
    3306: "MariaDB",
    5432: "PostgreSQL",
    6379: "Redis",
    8080: "HTTP 8080",
    11211: "memcached",
    27017: "MongoDB",
}
"""What no visitor has business with: files come by SFTP, databases are asked on the server itself."""


async def old_versions_are_refused(site: ObservedSite) -> Observed:
    """TLS 1.2 or newer and nothing older."""
    old = [version.name for version in OLD if await _greets(site, _offering(version, "ALL"))]
    if not any([await _greets(site, _offering(version, "ALL")) for version in NEW]):
        return Observed(ok=False, detail="neither TLS 1.2 nor TLS 1.3")
    return found(old)


async def weak_ciphers_are_refused(site: ObservedSite) -> Observed:
    """No cipher without a certificate, without encryption or of the broken ones."""
    wrong = []
    for kind in WEAK:
        with contextlib.suppress(ssl.SSLError):  # our library has none of that kind to offer
            if await _greets(site, _offering(ssl.TLSVersion.TLSv1_2, kind)):
                wrong.append(kind)
    return found(wrong)


async def certificate_is_trusted(site: ObservedSite) -> Observed:
    """See a certificate that a strict visitor trusts, and that does so for some time still."""
    shown = await certificate(site.server, site.name)
    left = (shown.expires - datetime.datetime.now(datetime.UTC)).days
    if not shown.trusted:
        return Observed(ok=False, detail="self-signed" if shown.self_signed else "not trusted")
    return Observed(left >= DAYS_LEFT, f"{left} days left")


async def nothing_else_listens(site: ObservedSite) -> Observed:
    """See no database and no file service answer at the site's address, as far as one sees from here."""
    answers = await asyncio.gather(*(_is_open(site.server.address, port) for port in PORTS))
    return found([name for name, is_open in zip(PORTS.values(), answers, strict=True) if is_open])


def _offering(version: ssl.TLSVersion, ciphers: str) -> ssl.SSLContext:
    """Return a client that speaks one version and some ciphers only. Raises `ssl.SSLError` where it has none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(f"{ciphers}:{ANY_STRENGTH}")
    with warnings.catch_warnings():  # that they are old is why they are tried
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


async def _greets(site: ObservedSite, context: ssl.SSLContext) -> bool:
    """Whether the server agrees on TLS with that client."""
    return await _is_open(site.server.address, site.server.https_port, ssl=context, server_hostname=site.name)


async def _is_open(address: str, port: int, **tls: Any) -> bool:
    """Whether a connection comes about; with `tls` (as of `asyncio.open_connection`) its handshake, too."""
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(address, port, **tls)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True

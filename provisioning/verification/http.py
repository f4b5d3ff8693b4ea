"""A visitor's eyes on a web server: pages by name at a known address, and the certificate shown for that name.

DNS is not asked: the name goes into SNI and `Host`, the connection to the address given. So a page can be judged
before the world's resolvers know it, and a wrong virtual host cannot hide behind a right address.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtensionOID

from provisioning.spec import Secret

PAGE_SECONDS = 20.0
PAGE_BYTES = 1 << 20  # no page we judge is longer


class WebError(Exception):
    """No answer in HTTP or TLS came; the message says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WebServer:
    """Where a web server listens, and the PEM file of the authorities to trust (the system's where None)."""

    address: str
    http_port: int = 80
    https_port: int = 443
    authorities: Path | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PageLogin:
    """What opens pages that ask for a login (RFC 7617)."""

    name: str
    password: Secret


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """An answer, redirects not followed."""

    status: int
    headers: Mapping[str, str]
    body: str
    cookies: tuple[str, ...] = ()  # each `Set-Cookie` as it came; `headers` has the last one only


@dataclasses.dataclass(frozen=True, kw_only=True)
class Certificate:
    """What a server shows for a name; `trusted` is the verdict of a strict visitor (chain, name and dates)."""

    trusted: bool
    self_signed: bool
    covers_name: bool
    wildcard: bool
    expires: datetime.datetime

    def valid_on(self, moment: datetime.datetime) -> bool:
        """Whether a visitor who trusts the issuer would accept it at that moment."""
        return self.covers_name and moment < self.expires


class _AtAddress(AbstractResolver):
    """Resolves every name to one address."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        flags = socket.AI_NUMERICHOST
        return [ResolveResult(hostname=host, host=self._address, port=port, family=family, proto=0, flags=flags)]

    async def close(self) -> None:
        """Nothing is held."""


class Visitor:
    """Fetches pages of one web server. The certificate is judged apart (`certificate`), so it does not stop a page."""

    def __init__(self, server: WebServer, login: PageLogin | None = None) -> None:
        """`login` is what is said to pages that ask for one, over HTTPS only."""
        self._server = server
        self._login = {} if login is None else {"Authorization": _basic(login)}

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(resolver=_AtAddress(self._server.address), ssl=_unjudging())
        timeout = aiohttp.ClientTimeout(total=PAGE_SECONDS)
        self._http = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def get(self, scheme: str, name: str, path: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """GET `scheme://name/path`, saying `headers` of oneself. Raises `WebError`."""
        return await self._ask("GET", scheme, name, path, headers=headers)

    async def status(self, scheme: str, name: str, path: str) -> int:
        """Return the status of a GET; the page is not waited for. Raises `WebError`."""
        return (await self._ask("GET", scheme, name, path, whole=False)).status

    async def trace(self, name: str, path: str) -> Page:
        """TRACE over HTTPS, which a server is to refuse (RFC 9110, 9.3.8). Raises `WebError`."""
        return await self._ask("TRACE", "https", name, path)

    async def post(self, name: str, path: str, fields: Mapping[str, str]) -> Page:
        """POST a form over HTTPS; the fields stay out of URLs and so out of access logs. Raises `WebError`."""
        return await self._ask("POST", "https", name, path, form=fields)

    async def _ask(
        self,
        method: str,
        scheme: str,
        name: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        whole: bool = True,
    ) -> Page:
        port = self._server.https_port if scheme == "https" else self._server.http_port
        url = f"{scheme}://{name}:{port}{path}"
        said = {**(headers or {}), **(self._login if scheme == "https" else {})}
        try:
            async with self._http.request(method, url, data=form, headers=said, allow_redirects=False) as answer:
                body = await _body(answer.content) if whole else b""
                return Page(
                    status=answer.status,
                    headers={key.lower(): value for key, value in answer.headers.items()},
                    body=body.decode(errors="replace"),
                    cookies=tuple(answer.headers.getall("Set-Cookie", ())),
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise WebError(f"{scheme}://{name}{path}: {_words(error)}") from error


async def _body(content: aiohttp.StreamReader) -> bytes:
    """Return what came, to its end or to as much as we judge; one reading gives no more than has arrived by then."""
    body = b""
    while len(body) < PAGE_BYTES and (piece := await content.read(PAGE_BYTES - len(body))):
        body += piece
    return body


def _basic(login: PageLogin) -> str:
    return aiohttp.encode_basic_auth(login.name, login.password.reveal())


async def certificate(server: WebServer, name: str) -> Certificate:
    """Return the certificate shown for `name`, and whether a strict visitor trusts it. Raises `WebError`."""
    trusted = True
    try:
        der = await _shown(server, name, _judging(server.authorities, _changed(server.authorities)))
    except ssl.SSLCertVerificationError:
        trusted = False
        der = await _shown(server, name, _unjudging())
    shown = x509.load_der_x509_certificate(der)
    names = _names(shown)
    return Certificate(
        trusted=trusted,
        self_signed=_is_self_signed(shown),
        covers_name=any(_covers(pattern, name) for pattern in names),
        wildcard=name not in names,
        expires=shown.not_valid_after_utc,
    )


async def _shown(server: WebServer, name: str, context: ssl.SSLContext) -> bytes:
    """Return the DER certificate. Raises `ssl.SSLCertVerificationError` where `context` refuses it, else `WebError`."""
    try:
        async with asyncio.timeout(PAGE_SECONDS):
            _, writer = await asyncio.open_connection(
                server.address, server.https_port, ssl=context, server_hostname=name
            )
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, TimeoutError) as error:
        raise WebError(f"TLS for {name}: {_words(error)}") from error
    try:
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return bytes(der)


def _words(error: Exception) -> str:
    """Time-outs carry no words of their own."""
    return str(error) or type(error).__name__


@functools.lru_cache(maxsize=4)
def _judging(authorities: Path | None, _changed: float) -> ssl.SSLContext:
    """Judges as a strict visitor does; made once for each state of the file, for it takes 30 ms."""
    return ssl.create_default_context(cafile=authorities)


def _changed(authorities: Path | None) -> float:
    """Return when the file of authorities (the system's own where None) was changed last."""
    path = authorities or ssl.get_default_verify_paths().cafile
    with contextlib.suppress(OSError):
        return Path(path or "/").stat().st_mtime
    return 0.0


def _unjudging() -> ssl.SSLContext:
    """Encrypts without judging: a certificate we would refuse is still one we want to describe."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _names(shown: x509.Certificate) -> list[str]:
    try:
        extension = shown.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        return []
    assert isinstance(extension.value, x509.SubjectAlternativeName)  # noqa: S101 - the OID names the type
    return extension.value.get_values_for_type(x509.DNSName)


def _covers(pattern: str, name: str) -> bool:
    """Whether a certificate's name covers a host name (RFC 6125: a star stands for one leftmost label)."""
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:]
    return pattern == name


def _is_self_signed(shown: x509.Certificate) -> bool:
    try:
        shown.verify_directly_issued_by(shown)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True

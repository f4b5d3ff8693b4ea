"""How a certificate is judged: by a strict visitor's eyes, and described even where that visitor would turn away."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provisioning.verification.http import Visitor, WebError, WebServer, certificate

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
SIGNS = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
Serve = Callable[..., AbstractAsyncContextManager[WebServer]]


def issue(
    folder: Path, *names: str, ends: datetime.datetime, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None
) -> tuple[Path, Path]:
    """Write a certificate for `names` and its key; self-signed without an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    by, with_key = issuer or (subject, key)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(with_key.public_key()), critical=False)
        .sign(with_key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return chain, private


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, tuple[x509.Name, ec.EllipticCurvePrivateKey]]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otoritas Kota")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 60 * DAY)
        .not_valid_after(NOW + 60 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(SIGNS, critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "authority.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path, (name, key)


@pytest.fixture
def serve(tmp_path: Path, authority: tuple[Path, tuple[x509.Name, ec.EllipticCurvePrivateKey]]) -> Serve:
    @asynccontextmanager
    async def serving(*names: str, self_signed: bool = False, days: int = 30) -> AsyncIterator[WebServer]:
        issuer = None if self_signed else authority[1]
        chain, key = issue(tmp_path, *names, ends=NOW + days * DAY, issuer=issuer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        runner = web.ServerRunner(web.Server(_echo))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        yield WebServer(address="127.0.0.1", https_port=port, authorities=authority[0])
        await runner.cleanup()

    return serving


async def _echo(request: web.BaseRequest) -> web.Response:
    return web.Response(text=f"{request.method} {request.host.split(':')[0]}{request.path}")


async def test_a_wildcard_of_a_trusted_authority(serve: Serve) -> None:
    async with serve("*.hosting.test", "hosting.test") as server:
        shown = await certificate(server, "dinkes.hosting.test")
    assert (shown.trusted, shown.covers_name, shown.wildcard, shown.self_signed) == (True, True, True, False)
    assert shown.valid_on(NOW)


async def test_one_for_the_very_name(serve: Serve) -> None:
    async with serve("dinkes.hosting.test") as server:
        shown = await certificate(server, "dinkes.hosting.test")
    assert (shown.trusted, shown.wildcard) == (True, False)


async def test_a_self_signed_one_covers_the_name_and_is_not_trusted(serve: Serve) -> None:
    async with serve("dinkes.hosting.test", self_signed=True) as server:
        shown = await certificate(server, "dinkes.hosting.test")
    assert (shown.trusted, shown.covers_name, shown.self_signed) == (False, True, True)


@pytest.mark.parametrize("name", ["a.b.hosting.test", "hosting.test", "xhosting.test", "dinkes.hosting.example"])
async def test_a_star_stands_for_one_label(serve: Serve, name: str) -> None:
    async with serve("*.hosting.test") as server:
        shown = await certificate(server, name)
    assert (shown.trusted, shown.covers_name) == (False, False)


async def test_one_that_has_ended(serve: Serve) -> None:
    async with serve("dinkes.hosting.test", days=-1) as server:
        shown = await certificate(server, "dinkes.hosting.test")
    assert (shown.trusted, shown.valid_on(NOW)) == (False, False)


async def test_a_page_is_asked_for_by_name_at_the_address(serve: Serve) -> None:
    async with serve("dinkes.hosting.test", self_signed=True) as server, Visitor(server) as visitor:
        assert (await visitor.get("https", "dinkes.hosting.test", "/a")).body == "GET dinkes.hosting.test/a"
        assert (await visitor.post("dinkes.hosting.test", "/b", {"x": "1"})).body == "POST dinkes.hosting.test/b"


async def test_no_server_is_an_error_with_the_name_in_it(serve: Serve) -> None:
    async with serve("dinkes.hosting.test") as server:
        pass
    async with Visitor(server) as visitor:
        with pytest.raises(WebError, match=r"dinkes\.hosting\.test"):
            await visitor.get("https", "dinkes.hosting.test", "/")
    with pytest.raises(WebError, match=r"dinkes\.hosting\.test"):
        await certificate(server, "dinkes.hosting.test")

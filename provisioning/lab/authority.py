"""A certificate authority and a wildcard certificate for one lab, made anew each time."""

from __future__ import annotations

import base64
import datetime
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provisioning.lab.facts import City, TsigKey
from provisioning.spec import Secret

LIFETIME = datetime.timedelta(days=90)
CLOCK_SKEW = datetime.timedelta(hours=1)
TSIG_NAME = "layanan-update"


def found_city(zone: str, dns_address: str) -> City:
    """Make the secrets of a city's network: TSIG key, certificate authority, wildcard certificate."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _sign_authority(ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign_wildcard(zone, key.public_key(), ca, ca_key)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return City(
        zone=zone,
        dns_address=dns_address,
        tsig=TsigKey(name=TSIG_NAME, secret=Secret(base64.b64encode(secrets.token_bytes(32)).decode())),
        ca_pem=ca.public_bytes(serialization.Encoding.PEM).decode(),
        wildcard_certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        wildcard_key_pem=Secret(key_pem.decode()),
    )


def _sign_authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Layanan lab authority")])
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _sign_wildcard(
    zone: str, public_key: ec.EllipticCurvePublicKey, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"*.{zone}")])
    names = x509.SubjectAlternativeName([x509.DNSName(f"*.{zone}"), x509.DNSName(zone)])
    return (
        _builder(name, ca.subject, public_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )

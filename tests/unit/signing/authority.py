"""A certificate authority of the tests' own: it certifies an office, and stamps times over HTTP (RFC 3161)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

PASSPHRASE = "sandi-sertifikat-dinas"
OFFICE = "DKISP Kota Tarakan"
BEGINS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ENDS = dt.datetime(2099, 12, 31, tzinfo=dt.UTC)  # tests sign by the real clock, too


class Authority:
    """Issues certificates under one root."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = self._certificate("Otoritas Uji", self.key, ca=True)

    def pkcs12(self, file: Path, *, begins: dt.datetime = BEGINS, ends: dt.datetime = ENDS) -> Path:
        """Write an office's certificate with key and root, under `PASSPHRASE`."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = self._certificate(OFFICE, key, begins=begins, ends=ends)
        locked = BestAvailableEncryption(PASSPHRASE.encode())
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"dinas", key, certificate, [self.root], locked))
        return file

    def time_stamper(self) -> DummyTimeStamper:
        """Return what stamps in this authority's name."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = self._certificate("Stempel Waktu Uji", key, stamps=True)
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(
            asn1.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(der)
        )

    def _certificate(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        *,
        ca: bool = False,
        stamps: bool = False,
        begins: dt.datetime = BEGINS,
        ends: dt.datetime = ENDS,
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if ca else self.root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(_usage(ca=ca), critical=True)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(self.key, hashes.SHA256())


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def answer(stamper: DummyTimeStamper, request: bytes) -> bytes:
    """Answer a time stamp request as a service does."""
    return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump())

"""Which certificate serves a hosting, whether it is fit to be served, and self-signed ones until a better is there."""

from __future__ import annotations

import dataclasses
import datetime
import re
import ssl
from collections.abc import Sequence
from pathlib import Path

from provisioning.agent import files, names
from provisioning.agent.command import must
from provisioning.agent.config import AgentConfig
from provisioning.agent.text_cache import MEMORY
from provisioning.plan import ErrorCode, ServerError, digest
from provisioning.spec import HostingSpec

SELF_SIGNED_DAYS = 825
RENEW_BEFORE_DAYS = 30
SERVER = "_server"  # no slug begins so: the certificate for names that nobody serves


@dataclasses.dataclass(frozen=True, kw_only=True)
class TlsFiles:
    """The files that a hosting's TLS uses; `own` is true for a self-signed pair of its own.

    With `acme` mod_md orders a certificate, and shows it instead of the own one as soon as it is there.
    """

    certificate: Path
    key: Path
    own: bool
    acme: bool = False

    @property
    def kind(self) -> str:
        """What it is, as `provisioning.plan.CertificateState` says it."""
        return "self-signed" if self.own else "acme" if self.acme else "wildcard"


def choose(spec: HostingSpec, config: AgentConfig) -> TlsFiles:
    """Return the zone's wildcard where it covers every name (one label deep, RFC 6125 6.4.3), else an own pair.

    With ACME the own pair is shown until a certificate was issued.
    """
    for zone, wildcard in sorted(config.wildcards.items()):
        if all(domain.partition(".")[2] == zone for domain in spec.domains):
            return TlsFiles(certificate=Path(wildcard.certificate), key=Path(wildcard.key), own=False)
    certificate, key = names.own_certificate(spec.slug)
    return TlsFiles(certificate=certificate, key=key, own=True, acme=config.acme is not None)


def ordered(spec: HostingSpec, config: AgentConfig) -> tuple[str, ...]:
    """Return the names under which mod_md orders certificates: one for the city's names, one for each custom domain.

    So a custom domain whose owner leads it elsewhere keeps no other name from being renewed.
    """
    if config.acme is None:
        return ()
    return (*(spec.domains[:1] if choose(spec, config).acme else ()), *spec.custom_domains)


def shared(config: AgentConfig) -> TlsFiles:
    """Return the pair of the first virtual host on port 443, which the hostings it covers use without one of their own.

    The first zone in the order of the configuration whose wildcard there is; so a zone added later changes nothing.
    """
    for wildcard in (config.wildcards[zone] for zone in config.zones if zone in config.wildcards):
        return TlsFiles(certificate=Path(wildcard.certificate), key=Path(wildcard.key), own=False)
    certificate, key = names.own_certificate(SERVER)
    return TlsFiles(certificate=certificate, key=key, own=True)


def in_force(spec: HostingSpec, config: AgentConfig) -> TlsFiles:
    """Return what visitors are shown now: the ordered certificate where there is one, else what `choose` says."""
    choice = choose(spec, config)
    issued, key = names.issued_certificate(spec.domains[0])
    if choice.acme and issued.exists() and covers(issued, spec.domains):
        return TlsFiles(certificate=issued, key=key, own=False, acme=True)
    return choice


def defect(certificate: Path, key: Path) -> str | None:
    """Return why Apache could not serve this pair, None if it can: it would end at the next reload, with every site."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        return f"{certificate}: {error.strerror or error}"
    return None


def expires(certificate: Path) -> datetime.datetime:
    """Return the end of a certificate's validity (UTC)."""
    text = _described(certificate).partition("notAfter=")[2].partition("\n")[0]
    return datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(text), tz=datetime.UTC)


def covers(certificate: Path, domains: Sequence[str]) -> bool:
    """Return whether the certificate's alternative names are exactly `domains`."""
    return set(re.findall(r"DNS:([^,\s]+)", _described(certificate))) == set(domains)


def _described(certificate: Path) -> str:
    """Return what openssl says of the end and the names of a certificate; it is asked once a file."""
    info = certificate.stat()
    name = digest(["certificate", certificate, info.st_ino, info.st_size, info.st_mtime_ns])
    text = MEMORY.get(name)
    if text is None:
        fields = ["-enddate", "-ext", "subjectAltName"]
        text = must(["openssl", "x509", "-noout", *fields, "-in", str(certificate)])
        MEMORY.keep(name, text)
    return text


def self_sign(slug: str, domains: Sequence[str]) -> None:
    """Make a P-256 key and a certificate for `domains`. Raises `ServerError`."""
    certificate, key = names.own_certificate(slug)
    names.TLS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate.parent.mkdir(mode=0o700, exist_ok=True)
    made = must(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", str(SELF_SIGNED_DAYS), "-subj", "/CN=layanan-hosting", "-keyout", "/dev/stdout",
            "-addext", "subjectAltName=" + ",".join(f"DNS:{domain}" for domain in domains),
        ]
    )  # fmt: skip
    key_end = made.index("-----BEGIN CERTIFICATE-----")
    files.swap(key, made[:key_end].encode(), mode=0o600)
    files.swap(certificate, made[key_end:].encode(), mode=0o600)
    problem = defect(certificate, key)
    if problem is not None:
        raise ServerError(ErrorCode.STEP_FAILED, problem)

"""Public SSH keys as people paste them: of OpenSSH (one line) or as PuTTY and others save them (RFC 4716). Pure."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from workflows.engine.fields.faults import Fault, FieldError

RSA_LEAST = 2048  # bits
COMMENT_MAX = 60
PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|PuTTY-User-Key-File")
RFC_4716 = re.compile(r"---- BEGIN SSH2 PUBLIC KEY ----(.*?)---- END SSH2 PUBLIC KEY ----", re.DOTALL)
LINE = re.compile(r"(ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-nistp(?:256|384|521)|sk-\S+) +([A-Za-z0-9+/=]+)(?:[ \t]+(.*))?")


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A key: `line` is bare, as a server keeps it; `comment` is what its owner called it, untrusted text."""

    line: str
    kind: str
    fingerprint: str
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.line} {self.comment}".strip()


def parse_ssh_key(raw: str) -> str:
    """Return the one key in a text as OpenSSH writes it, with its comment. Raises `FieldError`."""
    return str(read_ssh_key(raw))


def read_ssh_key(text: str) -> PublicKey:
    """Return what `parse_ssh_key` kept, or what somebody typed, taken apart. Raises `FieldError`."""
    if PRIVATE.search(text):
        raise FieldError(Fault.KEY_PRIVATE)
    found = LINE.fullmatch(_as_line(text.strip()))
    if found is None:
        raise FieldError(Fault.KEY_FORM)
    name, body, comment = found.group(1), found.group(2), found.group(3) or ""
    line = f"{name} {body}"
    return PublicKey(line=line, kind=_kind(line), fingerprint=fingerprint(line), comment=_printable(comment))


def fingerprint(line: str) -> str:
    """Return the fingerprint of a bare key, as `ssh-keygen -l` and clients show it."""
    digest = hashlib.sha256(base64.b64decode(line.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _as_line(text: str) -> str:
    """Return a key of RFC 4716 as OpenSSH writes it; anything else as it is."""
    found = RFC_4716.fullmatch(text)
    if found is None:
        return text
    comment, body, continued = "", "", False
    for line in (each.strip() for each in found.group(1).strip().splitlines()):
        if continued or ":" in line:
            comment = line.partition(":")[2].strip().strip('"') if line.lower().startswith("comment:") else comment
            continued = line.endswith("\\")
        else:
            body += line
    try:
        raw = base64.b64decode(body, validate=True)
        name = raw[4 : 4 + int.from_bytes(raw[:4], "big")].decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return text
    return f"{name} {body} {comment}".strip()


def _kind(line: str) -> str:
    """Return what kind of key it is, in a word or two. Raises `FieldError`."""
    if line.startswith(("ssh-dss", "sk-")):
        raise FieldError(Fault.KEY_KIND)
    try:
        key = load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FieldError(Fault.KEY_FORM) from error
    match key:
        case rsa.RSAPublicKey() if key.key_size < RSA_LEAST:
            raise FieldError(Fault.KEY_WEAK)
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ec.EllipticCurvePublicKey():
            return f"ECDSA {key.key_size}"
    raise FieldError(Fault.KEY_KIND)


def _printable(comment: str) -> str:
    return "".join(char for char in comment if char.isprintable()).strip()[:COMMENT_MAX]

"""What makes one server differ from the next: the files written over the image before it first starts."""

from __future__ import annotations

import dataclasses
import shutil
import uuid
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from provisioning.lab.facts import City


@dataclasses.dataclass(frozen=True)
class SeedFile:
    """One file of a server: absolute path, text, mode, and its owner and group by name in the image."""

    path: str
    text: str
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeyPair:
    """An OpenSSH key pair, each as text."""

    private: str
    public: str


def make_key() -> KeyPair:
    """Make an ed25519 key pair in OpenSSH's own form, without a pass phrase."""
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return KeyPair(private=private.decode(), public=public.decode())


def identity(name: str, city: City, host_key: KeyPair, root_key: str) -> list[SeedFile]:
    """Return the files every server gets: its name, its resolver, its host key, root's authorised key."""
    hosts = f"127.0.0.1 localhost\n127.0.1.1 {name}.{city.zone} {name}\n::1 localhost ip6-localhost ip6-loopback\n"
    return [
        SeedFile("/etc/hostname", f"{name}\n"),
        SeedFile("/etc/hosts", hosts),
        SeedFile("/etc/machine-id", f"{uuid.uuid4().hex}\n", mode=0o444),
        SeedFile("/etc/resolv.conf", f"nameserver {city.dns_address}\nsearch {city.zone}\n"),
        SeedFile("/etc/ssh/ssh_host_ed25519_key", host_key.private, mode=0o600),
        SeedFile("/etc/ssh/ssh_host_ed25519_key.pub", f"{host_key.public}\n"),
        SeedFile("/root/.ssh/authorized_keys", f"{root_key}\n", mode=0o600),
    ]


def name_server(name: str, city: City) -> list[SeedFile]:
    """Return what makes a server's BIND the authority of the city's zone, to be changed with the TSIG key only."""
    key_file = f"/etc/bind/{city.tsig.name}.key"
    key = f'key "{city.tsig.name}" {{ algorithm {city.tsig.algorithm}; secret "{city.tsig.secret.reveal()}"; }};\n'
    zone = f"""include "{key_file}";
zone "{city.zone}" {{
    type primary;
    file "/var/lib/bind/db.{city.zone}";
    update-policy {{ grant {city.tsig.name} zonesub ANY; }};
    allow-transfer {{ key {city.tsig.name}; }};
}};
"""
    records = f"""$TTL 60
@ IN SOA {name}.{city.zone}. hostmaster.{city.zone}. 1 3600 600 86400 60
@ IN NS {name}.{city.zone}.
{name} IN A {city.dns_address}
"""
    return [
        SeedFile(key_file, key, mode=0o640, group="bind"),
        SeedFile("/etc/bind/named.conf.local", zone, group="bind"),
        SeedFile(f"/var/lib/bind/db.{city.zone}", records, owner="bind", group="bind"),
    ]


def plant(files: list[SeedFile], image: Path, upper: Path) -> None:
    """Write `files` into the upper layer of a server's overlay, its folders as they are in the image."""
    users, groups = _ids(image / "etc/passwd"), _ids(image / "etc/group")
    for file in files:
        target = upper / file.path.lstrip("/")
        _make_folders(target.parent, image, upper)
        target.touch(mode=0o600)
        target.write_text(file.text)
        shutil.chown(target, users[file.owner], groups[file.group])
        target.chmod(file.mode)


def _make_folders(folder: Path, image: Path, upper: Path) -> None:
    # a folder in the upper layer hides the image's owner and mode, so both are copied
    for part in reversed([folder, *folder.parents]):
        if part == upper or not part.is_relative_to(upper) or part.exists():
            continue
        part.mkdir(mode=0o700)
        original = image / part.relative_to(upper)
        if original.is_dir():
            status = original.stat()
            shutil.chown(part, status.st_uid, status.st_gid)
            part.chmod(status.st_mode & 0o7777)


def _ids(table: Path) -> dict[str, int]:
    rows = [line.split(":") for line in table.read_text().splitlines() if line]
    return {row[0]: int(row[2]) for row in rows}

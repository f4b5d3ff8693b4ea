"""A pasted key is taken when `ssh-keygen` would take it and it is safe; anything else is told apart."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from provisioning.spec import HostingSpec, Kind
from workflows.engine.fields import FieldError
from workflows.engine.fields.ssh_key import parse_ssh_key, read_ssh_key


def made(folder: Path, *options: str) -> Path:
    path = folder / "kunci"
    command = ["ssh-keygen", "-q", "-N", "", "-C", "budi@laptop dinas", "-f", str(path), *options]
    subprocess.run(command, check=True, capture_output=True)
    return path


def shown(path: Path) -> str:
    done = subprocess.run(["ssh-keygen", "-lf", str(path)], check=True, capture_output=True, text=True)
    return done.stdout.split()[1]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("-t", "ed25519"), "Ed25519"),
        (("-t", "rsa", "-b", "2048"), "RSA 2048"),
        (("-t", "ecdsa", "-b", "384"), "ECDSA 384"),
    ],
)
def test_a_key_of_openssh_is_read_with_the_fingerprint_that_its_owner_sees(
    tmp_path: Path, options: tuple[str, ...], kind: str
) -> None:
    path = made(tmp_path, *options)
    public = path.with_suffix(".pub")
    key = read_ssh_key(f"\n  {public.read_text()}  ")
    assert (key.kind, key.fingerprint, key.comment) == (kind, shown(public), "budi@laptop dinas")
    assert key.line == " ".join(public.read_text().split()[:2])
    assert read_ssh_key(parse_ssh_key(public.read_text())) == key
    HostingSpec(slug="x", domains=("x.kota.test",), kind=Kind.STATIC, ssh_keys=(key.line,))  # a server takes it
    exported = subprocess.run(
        ["ssh-keygen", "-e", "-m", "RFC4716", "-f", str(public)], check=True, capture_output=True, text=True
    )
    assert read_ssh_key(exported.stdout).line == key.line


def test_a_private_key_is_told_from_a_public_one(tmp_path: Path) -> None:
    path = made(tmp_path, "-t", "ed25519")
    for text in (path.read_text(), "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none"):
        with pytest.raises(FieldError) as fault:
            read_ssh_key(text)
        assert fault.value.code == "kunci_privat"


def test_what_is_weak_or_cannot_be_a_key_here_is_refused(tmp_path: Path) -> None:
    weak = made(tmp_path, "-t", "rsa", "-b", "1024").with_suffix(".pub").read_text()
    body = "AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 44
    for text, code in {
        weak: "kunci_lemah",
        "ssh-dss AAAAB3NzaC1kc3MAAACBAA==": "kunci_jenis",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5": "kunci_jenis",
        f'command="/bin/sh" ssh-ed25519 {body}': "kunci_bentuk",
        f"ssh-rsa {body}": "kunci_bentuk",
        f"ssh-ed25519 {body}\nssh-ed25519 {body}": "kunci_bentuk",
        "ssh-ed25519 AAAA": "kunci_bentuk",
        "kunci saya": "kunci_bentuk",
        "": "kunci_bentuk",
        "---- BEGIN SSH2 PUBLIC KEY ----\nbukan\n---- END SSH2 PUBLIC KEY ----": "kunci_bentuk",
    }.items():
        with pytest.raises(FieldError) as fault:
            read_ssh_key(text)
        assert fault.value.code == code, text


def test_a_comment_cannot_bring_in_what_nobody_sees(tmp_path: Path) -> None:
    line = made(tmp_path, "-t", "ed25519").with_suffix(".pub").read_text().split()
    key = read_ssh_key(f"{line[0]} {line[1]} budi\u202e@lap\ttop {'x' * 90}")
    assert key.comment.startswith("budi@laptop xx")
    assert len(key.comment) == 60

"""A piece of Debian's own archive on a lab server, which reaches no network: the signed lists, and WordPress' packages.

apt on this machine fetches them; apt on the server checks them against Debian's signature, as it would from a mirror.
"""

from __future__ import annotations

import io
import lzma
import re
import subprocess
import tarfile
from pathlib import Path

from provisioning.agent.wordpress.source import BESIDE, PACKAGE
from provisioning.lab import LabServer
from provisioning.lab.image import Recipe

MIRROR = "http://deb.debian.org/debian"
PLACE = "/srv/arsip-debian"
LIST = "/etc/apt/sources.list.d/uji-arsip.list"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
FETCHER = "/usr/lib/apt/apt-helper"
UPDATE = "apt-get update -qq -o Dir::Etc::sourcelist=/dev/null -o Acquire::Languages=none"


def fetch(folder: Path) -> Path:
    """Make the piece of the archive below a folder of this machine; return where it is."""
    recipe = Recipe.from_environment()
    processor = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout
    lists = f"dists/{recipe.suite}", f"main/binary-{processor.strip()}/Packages.xz"
    for path in (f"{lists[0]}/InRelease", "/".join(lists)):
        _download(recipe.mirror or MIRROR, path, folder)
    known = lzma.decompress((folder / "/".join(lists)).read_bytes()).decode()
    stanzas = {stanza.split("\n", 1)[0]: stanza for stanza in known.split("Package: ")}
    needed = re.findall(r"[a-z0-9][a-z0-9.+-]+", _field(stanzas[PACKAGE], "Depends|Recommends"))
    for name in {PACKAGE, "wordpress-l10n", *(one for one in needed if BESIDE.fullmatch(one))}:
        _download(recipe.mirror or MIRROR, _field(stanzas[name], "Filename"), folder)
    return folder


def give(server: LabServer, archive: Path) -> None:
    """Let a server's apt know the archive."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(archive, arcname=".")
    server.put(packed.getvalue(), "/srv/arsip.tar")
    suite = Recipe.from_environment().suite
    server.put(f"deb [signed-by={KEYRING}] file:{PLACE} {suite} main\n", LIST)
    server.run(f"mkdir -p {PLACE} && tar -C {PLACE} -xf /srv/arsip.tar && rm /srv/arsip.tar")
    server.run(f"chmod -R a+rX {PLACE} && {UPDATE}")


def take_away(server: LabServer) -> None:
    """Let the server's apt know nothing of it any more, and the server have no WordPress to copy."""
    server.run(f"rm -rf {LIST} {PLACE} /usr/lib/layanan-wordpress /var/lib/apt/lists/_srv_arsip*")


def _field(stanza: str, names: str) -> str:
    return " ".join(re.findall(rf"^(?:{names}): (.+)$", stanza, re.MULTILINE))


def _download(mirror: str, path: str, folder: Path) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([FETCHER, "download-file", f"{mirror}/{path}", str(target)], check=True, capture_output=True)

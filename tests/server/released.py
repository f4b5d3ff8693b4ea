"""The program as an office gets it (`make wheel`), installed on a server by the very lines of docs/operations.md."""

from __future__ import annotations

import ensurepip
import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from provisioning.lab import LabServer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
BUNDLED_PIP = Path("/usr/share/python-wheels")  # where Debian keeps what ensurepip installs
INSTALL_SECONDS = 600.0
OFFLINE = "PIP_NO_INDEX=1 PIP_FIND_LINKS=/root/wheels PIP_DISABLE_PIP_VERSION_CHECK=1"


def commands() -> str:
    """Return the commands by which docs/operations.md has the bot installed as a service."""
    part = PAGE.read_text(encoding="utf-8").partition("## As a service of systemd\n")[2]
    found = re.search(r"^```\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


def install(server: LabServer, folder: Path, *, editor: str) -> None:
    """Follow the page on a server; `editor` is the program that fills the settings in. `folder` is for what is made."""
    version = server.run("python3 -c 'import sys; print(*sys.version_info[:2], sep=\".\")'").stdout.strip()
    _put(server, _dist(folder), "/root/dist")
    _put(server, _downloaded(folder, version), "/root/wheels")
    _bring_venv(server, version)
    server.put(editor, "/root/editor", mode=0o755)
    server.put(f"set -e\nexport EDITOR=/root/editor {OFFLINE}\n{commands()}", "/root/as-written.sh")
    server.run("bash -x /root/as-written.sh", timeout=INSTALL_SECONDS)


def _dist(folder: Path) -> Path:
    """Make what `make wheel` makes."""
    subprocess.run(["make", "--silent", "wheel", f"DIST={folder / 'dist'}"], cwd=ROOT, check=True, capture_output=True)
    return folder / "dist"


def _downloaded(folder: Path, version: str) -> Path:
    """Download what the program needs, by the hashes of its list: a server of the lab reaches no index."""
    wheels, wanted = folder / "wheels", folder / "dist" / "requirements.txt"
    target = ["--only-binary=:all:", "--no-deps", "--python-version", version, "--dest", str(wheels)]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--requirement", str(wanted)]
    done = subprocess.run([*pip, *target], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return wheels


def _bring_venv(server: LabServer, version: str) -> None:
    """Bring what Debian's python3-venv holds, from this machine: the lab's image has none of it."""
    _put(server, Path(ensurepip.__file__).parent, f"/usr/lib/python{version}/ensurepip")
    if BUNDLED_PIP.is_dir():
        _put(server, BUNDLED_PIP, str(BUNDLED_PIP))


def _put(server: LabServer, folder: Path, path: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as archive:
        archive.add(folder, arcname=".")
    server.put(packed.getvalue(), "/root/packed.tar")
    server.run(f"mkdir -p {path} && tar -C {path} -xf /root/packed.tar && rm /root/packed.tar")

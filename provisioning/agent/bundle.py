"""What is installed on a server: a zip of exactly the agent's own files, the same bytes for the same sources.

It runs as it is (`python3 agent.zip`) and unpacked (`python3 -m zipfile -e agent.zip /usr/lib/layanan-agent`), which
starts faster because Python then keeps its compiled files.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import zipfile
from pathlib import Path

from provisioning.agent import protocol

MAIN = '''"""Starts the agent, out of the folder that the link of this moment leads to: an upgrade may move the link."""

import os
import sys

sys.path[0] = os.path.realpath(sys.path[0])

from provisioning.agent.main import main

sys.exit(main())
'''
VERSION_FILE = "AGENT_VERSION"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold
SINGLE_FILES = tuple(
    f"provisioning/{name}.py" for name in ("__init__", "errors", "new_login", "plan", "spec", "usage_report")
)
FOLDERS = (("provisioning/agent", "*.py"), ("templates/server", "*"))


def build() -> bytes:
    """Return the zip; its version is inside as `AGENT_VERSION`."""
    contents = {**_contents(), VERSION_FILE: version().encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, raw)
    return buffer.getvalue()


@functools.lru_cache(maxsize=1)
def version() -> str:
    """Return the first 16 hex digits of a SHA-256 over all files; on a server the one that was installed."""
    installed = _root() / VERSION_FILE
    if installed.is_file():
        return installed.read_text(encoding="ascii")
    digest = hashlib.sha256()
    for name, raw in sorted(_contents().items()):
        digest.update(f"{name}\0{len(raw)}\0".encode() + raw)
    return digest.hexdigest()[:16]


def is_superseded() -> bool:
    """Return whether an upgrade has put another agent into this one's place since it started."""
    root = str(_root())
    return root.startswith(f"{protocol.AGENT_DIR}-") and os.path.realpath(protocol.AGENT_DIR) != root


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _contents() -> dict[str, bytes]:
    root = _root()
    paths = [root / name for name in SINGLE_FILES]
    for folder, pattern in FOLDERS:
        paths += [path for path in (root / folder).rglob(pattern) if path.is_file()]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths if "__pycache__" not in path.parts}
    return {**found, "__main__.py": MAIN.encode()}

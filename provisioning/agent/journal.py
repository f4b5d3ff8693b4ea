"""Requests that were carried out, by id: a repeated one gets the same answer and is not done twice."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from provisioning.agent import files, names
from provisioning.plan import ErrorCode, ServerError, canonical

KEEP_SECONDS = 14 * 86_400
KEEP_MOST = 2000


def _is_entry(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".json") and not entry.name.startswith(".")


class Journal:
    """One file a request: a keyed digest of its content (it may hold passwords), and the result once there is one."""

    def __init__(self, state: Path = names.STATE) -> None:
        self._folder = state / "journal"
        self._key_file = state / "journal.key"

    def begin(self, request_id: str, content: bytes) -> dict[str, Any] | None:
        """Enter a request; return its earlier result if it had one. Raises `ServerError` (`REQUEST_REUSED`)."""
        mark = hmac.new(self._key(), content, hashlib.sha256).hexdigest()
        path = self._folder / f"{request_id}.json"
        try:
            entry: dict[str, Any] = json.loads(path.read_bytes())
        except FileNotFoundError:
            entry = {"result": None}
        if "content" not in entry and entry["result"] is None:  # new, or begun by an older agent that was killed
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.swap(path, canonical({"content": mark, "result": None}).encode(), mode=0o600)
            return None
        # agents before version 2 marked the whole request, which cannot be compared: their answers hold
        if not hmac.compare_digest(entry.get("content", mark), mark):
            raise ServerError(ErrorCode.REQUEST_REUSED, f"request {request_id} came before with other content")
        result: dict[str, Any] | None = entry["result"]
        return result

    def finish(self, request_id: str, result: dict[str, Any]) -> None:
        """Keep a request's result."""
        path = self._folder / f"{request_id}.json"
        entry = json.loads(path.read_bytes())
        files.swap(path, canonical({**entry, "result": result}).encode(), mode=0o600)

    def prune(self) -> None:
        """Drop entries nobody will ask for again."""
        with os.scandir(self._folder) as found:
            entries = sorted(((entry.stat().st_mtime, entry.path) for entry in found if _is_entry(entry)), reverse=True)
        oldest = time.time() - KEEP_SECONDS
        for index, (written, path) in enumerate(entries):
            if index >= KEEP_MOST or written < oldest:
                files.remove(Path(path))

    def _key(self) -> bytes:
        with contextlib.suppress(FileNotFoundError):
            return self._key_file.read_bytes()
        key = secrets.token_bytes(32)
        self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.swap(self._key_file, key, mode=0o600)
        return key

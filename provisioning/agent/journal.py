"""Requests that were carried out, by id: a repeated one gets the same answer and is not done twice.

Once a hosting is removed, its requests are kept as bare ids (empty files): a late duplicate of one must not make it
again, and nothing else of the hosting stays.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from provisioning.agent import files, names
from provisioning.plan import ErrorCode, ServerError, canonical

KEEP_SECONDS = 14 * 86_400
KEEP_MOST = 2000
KEEP_LEAST = 200  # however old they look: a clock that was set wrong for a moment must not empty the journal


def _slug(entry: dict[str, Any]) -> str | None:
    """Return whose request it was; older agents noted that in the result only."""
    slug: str | None = entry.get("slug", (entry["result"] or {}).get("plan", {}).get("slug"))
    return slug


def _is_entry(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".json") and not entry.name.startswith(".")


class Journal:
    """One file a request: its hosting, a keyed digest of its content (it may hold passwords), and the result.

    The result is there once the request was carried out; the file of a buried request is empty.
    """

    def __init__(self, state: Path = names.STATE) -> None:
        self._folder = state / "journal"
        self._key_file = state / "journal.key"

    def begin(self, request_id: str, slug: str, content: bytes) -> dict[str, Any] | None:
        """Enter a request for a hosting; return its earlier result if it had one.

        Raises `ServerError`: `REQUEST_REUSED`, or `REQUEST_OUTDATED` where the hosting was removed since.
        """
        if self.is_buried(request_id):
            raise ServerError(ErrorCode.REQUEST_OUTDATED, f"the hosting of request {request_id} was removed since")
        mark = hmac.new(self.key(), content, hashlib.sha256).hexdigest()
        path = self._path(request_id)
        try:
            entry: dict[str, Any] = json.loads(path.read_bytes())
        except FileNotFoundError:
            entry = {"result": None}
        if "content" not in entry and entry["result"] is None:  # new, or begun by an older agent that was killed
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.swap(path, canonical({"slug": slug, "content": mark, "result": None}).encode(), mode=0o600)
            return None
        # agents before version 2 marked the whole request, which cannot be compared: their answers hold
        if not hmac.compare_digest(entry.get("content", mark), mark):
            raise ServerError(ErrorCode.REQUEST_REUSED, f"request {request_id} came before with other content")
        result: dict[str, Any] | None = entry["result"]
        return result

    def agree(self, request_id: str, parts: Collection[str]) -> None:
        """Note which parts of its hosting a request may touch, by the plan that was approved: see `agreed`."""
        path = self._path(request_id)
        entry = json.loads(path.read_bytes())
        files.swap(path, canonical({**entry, "agreed": sorted(parts)}).encode(), mode=0o600)

    def agreed(self, request_id: str) -> frozenset[str] | None:
        """Return what a request may touch that was begun and cut off, None for one that was not begun."""
        parts = json.loads(self._path(request_id).read_bytes()).get("agreed")
        return None if parts is None else frozenset(parts)

    def finish(self, request_id: str, result: dict[str, Any]) -> None:
        """Keep a request's result."""
        path = self._path(request_id)
        entry = json.loads(path.read_bytes())
        files.swap(path, canonical({**entry, "result": result}).encode(), mode=0o600)

    def is_done(self, request_id: str) -> bool:
        """Return whether a request was carried out, as far as that is still known."""
        try:
            raw = self._path(request_id).read_bytes()
        except FileNotFoundError:
            return False
        return bool(raw) and json.loads(raw)["result"] is not None

    def is_buried(self, request_id: str) -> bool:
        """Return whether a request's hosting was removed since."""
        path = self._path(request_id)
        return path.exists() and path.stat().st_size == 0

    def bury(self, slug: str) -> None:
        """Keep of a removed hosting's requests their ids alone. Needs no room on the disk."""
        for path in self._paths():
            raw = path.read_bytes()
            if slug.encode() in raw and _slug(json.loads(raw)) == slug:
                with path.open("wb") as entry:
                    os.fsync(entry.fileno())

    def prune(self) -> None:
        """Drop entries nobody will ask for again."""
        entries = sorted(((path.stat().st_mtime, path) for path in self._paths()), reverse=True)
        oldest = time.time() - KEEP_SECONDS
        for index, (written, path) in enumerate(entries):
            if index >= KEEP_MOST or (index >= KEEP_LEAST and written < oldest):
                files.remove(path)

    def _path(self, request_id: str) -> Path:
        return self._folder / f"{request_id}.json"

    def _paths(self) -> list[Path]:
        with os.scandir(self._folder) as found:
            return [Path(entry.path) for entry in found if _is_entry(entry)]

    def key(self) -> bytes:
        """Return what root alone knows on this server, made when it is first asked for."""
        with contextlib.suppress(FileNotFoundError):
            return self._key_file.read_bytes()
        key = secrets.token_bytes(32)
        self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.swap(self._key_file, key, mode=0o600)
        return key

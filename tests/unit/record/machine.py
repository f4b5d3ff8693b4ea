"""A machine on which an office is to be restored."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result


class Machine:
    """An empty machine, where the office is to be restored."""

    def __init__(self, place: Path, layanan: Callable[..., Result]) -> None:
        self.data, self.environment = place / "data", place / ".env"
        self._layanan = layanan
        place.mkdir(exist_ok=True)

    def restore(self, file: Path, identity: Path) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        told = self._layanan(
            "restore", file, "--identity", identity, "--into", self.data, "--environment", self.environment
        )
        return told.exit_code, told.output

    def left(self) -> list[str]:
        """Return whatever lies on it."""
        return sorted(path.name for path in self.data.parent.iterdir())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.data / "layanan.db")) as database:
            return list(database.execute(query))


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }

"""Until when a version of PHP gets security fixes: by its makers, or by the distribution that ships it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("php_support.toml")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Distribution:
    """A system that carries one version on by itself; `name` is how /etc/os-release begins to call it."""

    name: str
    version: str
    until: dt.date


@dataclasses.dataclass(frozen=True, kw_only=True)
class Support:
    """The dates of all versions."""

    versions: Mapping[str, dt.date]
    distributions: tuple[Distribution, ...]

    def until(self, version: str, system: str = "") -> dt.date | None:
        """Return the last day of security fixes on a server that calls itself `system`; None where nobody said."""
        dates = [one.until for one in self.distributions if one.version == version and system.startswith(one.name)]
        if version in self.versions:
            dates.append(self.versions[version])
        return max(dates, default=None)


@functools.cache
def support(file: Path = FILE) -> Support:
    """Read the dates. Raises `KeyError` or `TypeError` for a file of another shape."""
    data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return Support(versions=data["versions"], distributions=tuple(Distribution(**one) for one in data["distributions"]))

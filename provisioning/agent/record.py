"""What we made on this server: one record a hosting, and the quarantine of user ids. Ours is what a record claims.

A claim is written before the thing is made, after it was seen to be absent; so a crash between the two leaves
something that is known to be ours, and never a foreign thing that we believe to be ours.
"""

from __future__ import annotations

import dataclasses
import grp
import json
import os
import pwd
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from provisioning.agent import files, names
from provisioning.agent.config import AgentConfig
from provisioning.plan import ErrorCode, ServerError, canonical

QUARANTINE_DAYS = 365  # an id used again too early would own what backups and logs still say of its predecessor


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record:
    """One hosting's record. `spec` is the last one begun, `done` says whether that one was wholly applied."""

    slug: str
    uid: int | None = None
    claims: tuple[str, ...] = ()  # "account", "home", "database", "dns:<name>" of names registered, "copy:<slug>"
    spec: dict[str, Any] | None = None
    done: bool = False
    quota: tuple[int, int] | None = None  # written by older agents; now the kernel is asked

    @property
    def exists(self) -> bool:
        """False for a hosting this server has never seen, or has removed."""
        return self.spec is not None or bool(self.claims) or self.uid is not None

    @property
    def names(self) -> tuple[str, ...]:
        """The DNS names registered for this hosting."""
        return tuple(claim.removeprefix("dns:") for claim in self.claims if claim.startswith("dns:"))

    @property
    def copy_of(self) -> str:
        """The hosting whose content a staging copy was first filled with, and is for good; else nothing."""
        return next((claim.removeprefix("copy:") for claim in self.claims if claim.startswith("copy:")), "")

    def claiming(self, *claims: str) -> Record:
        """Return the record with more claims."""
        return dataclasses.replace(self, claims=tuple(sorted({*self.claims, *claims})))

    def releasing(self, *claims: str) -> Record:
        """Return the record with fewer claims."""
        return dataclasses.replace(self, claims=tuple(sorted({*self.claims} - {*claims})))


class Records:
    """The records below the agent's state directory."""

    def __init__(self, state: Path = names.STATE) -> None:
        self._sites = state / "sites"
        self._quarantine = state / "quarantine.json"

    def load(self, slug: str) -> Record:
        """Return the hosting's record, an empty one if there is none."""
        try:
            return _read(self._sites / f"{slug}.json")
        except FileNotFoundError:
            return Record(slug=slug)

    def everything(self) -> list[Record]:
        """Return all records, by slug."""
        if not self._sites.is_dir():
            return []
        with os.scandir(self._sites) as entries:  # not `glob`: every apply reads them all
            paths = [each.path for each in entries if each.name.endswith(".json") and not each.name.startswith(".")]
        return [_read(path) for path in sorted(paths)]

    def save(self, record: Record) -> None:
        """Write a record, for good."""
        self._sites.mkdir(mode=0o700, parents=True, exist_ok=True)
        raw = canonical(dataclasses.asdict(record)).encode()
        files.swap(self._sites / f"{record.slug}.json", raw, mode=0o600)

    def forget(self, slug: str) -> None:
        """Remove a record, and what else was noted of the hosting."""
        files.remove(self._sites / f"{slug}.json")
        files.remove(names.counted_file(slug))
        files.remove(names.wordpress_mark(slug))

    def quarantine(self, uid: int) -> None:
        """Keep a user id from being given again for `QUARANTINE_DAYS`."""
        held = {**self._held(), str(uid): int(time.time())}
        self._quarantine.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.swap(self._quarantine, canonical(held).encode(), mode=0o600)

    def free_uid(self, config: AgentConfig) -> int:
        """Return the lowest free id. Raises `ServerError` (`UID_RANGE_EXHAUSTED`)."""
        limit = time.time() - QUARANTINE_DAYS * 86_400
        taken = {int(uid) for uid, since in self._held().items() if since > limit}
        taken.update(record.uid for record in self.everything() if record.uid is not None)
        taken.update(_known_ids())
        for uid in range(config.uid_first, config.uid_last + 1):
            if uid not in taken:
                return uid
        raise ServerError(ErrorCode.UID_RANGE_EXHAUSTED, f"{config.uid_first} to {config.uid_last} are all taken")

    def _held(self) -> dict[str, int]:
        try:
            held: dict[str, int] = json.loads(self._quarantine.read_bytes())
        except FileNotFoundError:
            return {}
        return held


def _read(path: Path | str) -> Record:
    with open(path, "rb") as stream:  # noqa: PTH123 - see `everything`
        data = json.loads(stream.read())
    quota = data.get("quota")
    return Record(**{**data, "claims": tuple(data["claims"]), "quota": None if quota is None else tuple(quota)})


def _known_ids() -> Iterable[int]:
    for entry in pwd.getpwall():
        yield entry.pw_uid
        yield entry.pw_gid
    for group in grp.getgrall():  # a hosting's group has the number of its user, and quota counts on that
        yield group.gr_gid

"""What a hosting takes: files, database, traffic (SOP step 8, the report of use)."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import math
import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from provisioning.agent import access_log, certificates, mariadb, names, quotactl
from provisioning.agent.config import AgentConfig
from provisioning.agent.traffic import TrafficCount
from provisioning.plan import Usage
from provisioning.spec import HostingSpec

EVER = dt.date(1970, 1, 2)
BLOCK = 512  # st_blocks counts in these (stat(2))
SIZE = (
    "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.TABLES"
    " WHERE table_schema = CONVERT(@name USING utf8mb3)"
)


def gather(spec: HostingSpec, config: AgentConfig) -> Usage:
    """Return the usage of this moment; all zero for a hosting that is not there. Raises `ServerError`."""
    return gather_all([spec], config)[0]


def gather_all(specs: Sequence[HostingSpec], config: AgentConfig) -> list[Usage]:
    """Return the usage of several hostings. Raises `ServerError`."""
    sizes = database_sizes([spec.slug for spec in specs if spec.database])
    return [_of_one(spec, config, sizes.get(spec.slug, 0)) for spec in specs]


def _of_one(spec: HostingSpec, config: AgentConfig, database_bytes: int) -> Usage:
    disk, inodes = by_quota(spec.slug) or count_files(names.home(spec.slug))
    requests, received, sent = _traffic(spec.slug)
    choice = certificates.in_force(spec, config)
    served = choice.certificate.exists()
    return Usage(
        disk_bytes=disk,
        inodes=inodes,
        database_bytes=database_bytes,
        requests=requests,
        traffic_in_bytes=received,
        traffic_out_bytes=sent,
        certificate_expires=certificates.expires(choice.certificate).date().isoformat() if served else None,
        certificate_self_signed=choice.own,
        certificate_kind=choice.kind if served else "",
        certificate_ordered=choice.acme and choice.own,
    )


def _traffic(slug: str) -> tuple[int, int, int]:
    """Return requests, bytes received and bytes sent, as far as the logs go back."""
    counted = TrafficCount(slug)
    counted.read_on(access_log.logs_since(names.home(slug) / "logs", EVER), math.inf)
    counted.keep()
    days = list(counted.days_since().values())
    requests, received, sent = (sum(counts[place] for counts in days) for place in range(3))
    return requests, received, sent


def by_quota(slug: str) -> tuple[int, int] | None:
    """Return bytes on disk and inodes as the kernel counts them for the hosting's group; None where it does not.

    Apache's logs are counted by a walk alone: they are root's, so that a full hosting loses none of them.
    """
    home = names.home(slug)
    with contextlib.suppress(KeyError):
        if home.is_dir() and quotactl.enforced(home):
            group = quotactl.read(home, quotactl.GROUP, pwd.getpwnam(names.account(slug)).pw_gid)
            return group.used_bytes, group.used_inodes
    return None


def count_files(top: Path) -> tuple[int, int]:
    """Return bytes on disk and inodes below `top`; links are counted, not followed, hard links once.

    What lies deeper than a path can name (PATH_MAX) is not counted; nobody fails a report by nesting folders.
    """
    blocks = {info.st_ino: info.st_blocks for info in _below(top)}
    return sum(blocks.values()) * BLOCK, len(blocks)


def bytes_to_read(top: Path) -> int:
    """Return how much whoever reads all files below `top` is given: holes too, and of hard links each anew."""
    return sum(info.st_size for info in _below(top) if stat.S_ISREG(info.st_mode))


def _below(top: Path) -> Iterator[os.stat_result]:
    waiting = [top] if top.is_dir() else []
    while waiting:
        for entry in _entries(waiting.pop()):
            with _passing_over():
                info = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                yield info


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with _passing_over(), os.scandir(folder) as entries:
        found += entries
    return found


@contextlib.contextmanager
def _passing_over() -> Iterator[None]:
    """Pass over what is gone by now (the site lives on while we count) and what no path reaches."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
            raise


def database_sizes(slugs: Sequence[str]) -> dict[str, int]:
    """Return the bytes of the hostings' databases, by slug, asked in one call."""
    if not slugs:
        return {}
    questions = [(f"SET @name={mariadb.text(names.database(slug))}", SIZE) for slug in slugs]
    rows = mariadb.ask(*(line for lines in questions for line in lines))
    return {slug: int(row[0]) for slug, row in zip(slugs, rows, strict=True)}

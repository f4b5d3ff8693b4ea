"""What a site's files say of its database and its names: found by the password that they hold, and replaced.

MariaDB keeps a hash of the password. What programs call their settings does not matter so: whatever file holds the very
password is their configuration.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent import passwords
from provisioning.agent.staging import wordpress
from provisioning.agent.staging.texts import Texts
from provisioning.spec import Secret

NAMED_MAX, NAME_MAX = 10, 100  # characters of a path that are told: its end
WORDS_MAX = 5000  # of a file, by each way in which a password may stand there: no configuration has more
PLAIN = re.compile(rb"(?<![A-Za-z0-9])[A-Za-z0-9]{12,64}(?![A-Za-z0-9])")  # as ours are made
QUOTED = re.compile(rb"'([!-&(-~]{8,128})'|\"([!#-~]{8,128})\"")  # as an owner may have chosen one
ASSIGNED = re.compile(rb"^[A-Za-z_]+=([!-~]{8,128})\s*$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SiteLogins:
    """What the files of a hosting say of it: its database and the account of it (they have one name), its names.

    `root` is the folder that visitors see, below the home.
    """

    database: str
    domains: tuple[str, ...]
    root: str = "public"
    is_copy: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adapted:
    """Files by their paths, at most `NAMED_MAX`: changed wholly, and those that name the old database and stay so.

    `unsure` are also folders, with a slash at their end, of which not all could be looked at; `is_cut`: for there was
    too much to look through.
    """

    changed: tuple[str, ...]
    unsure: tuple[str, ...]
    is_cut: bool = False


def find(tops: list[Path], hashed: str) -> Secret | None:
    """Return the password of that hash, if it stands anywhere in the files below `tops`."""
    for _, raw in Texts(tops):
        found = password_in(raw, hashed)
        if found is not None:
            return Secret(found.decode("ascii"))
    return None


def password_in(raw: bytes, hashed: str) -> bytes | None:
    """Return the word of a text that gives the hash (`mysql_native_password`). Pure."""
    said = (itertools.islice(pattern.finditer(raw), WORDS_MAX) for pattern in (PLAIN, ASSIGNED, QUOTED))
    words = dict.fromkeys(found[found.lastindex or 0] for each in said for found in each)
    return next((word for word in words if passwords.mariadb_hash(Secret(word.decode("ascii"))) == hashed), None)


def adapt(tops: list[Path], hashed: str, old: SiteLogins, new: SiteLogins, password: Secret | None) -> Adapted:
    """Put the new place and its password in the stead of the old in every file that holds the old one's password.

    Who does it as root must be alone at work in the files. `hashed` is of the old password. What only names the old
    database is left alone, and told; without a new password everything is. Raises `OSError` where a file that holds the
    password cannot be written.
    """
    changed, unsure, texts = [], [], Texts(tops)
    for path, raw in texts:
        told = _told(path, tops)
        held = password_in(raw, hashed) if password else None
        if password is not None and held is not None:
            text = wordpress.as_itself(told, exchanged(raw, held, password, old, new))
            _write(path, wordpress.as_copy(told, text, new.domains[0], new.root) if new.is_copy else text)
            changed.append(told)
        elif _named(old.database).search(raw):
            unsure.append(told)
    folders = [f"{_told(folder, tops)}/" for folder in texts.unseen]
    unsure = [*sorted(folders), *sorted(unsure)]
    return Adapted(changed=_cut(sorted(changed)), unsure=_cut(unsure), is_cut=texts.is_cut)


def _told(path: Path, tops: list[Path]) -> str:
    return str(path.relative_to(tops[0].parent)).encode(errors="replace").decode()


def _cut(paths: list[str]) -> tuple[str, ...]:
    return tuple(path if len(path) <= NAME_MAX else f"…{path[-NAME_MAX:]}" for path in paths[:NAMED_MAX])


def exchanged(raw: bytes, held: bytes, password: Secret, old: SiteLogins, new: SiteLogins) -> bytes:
    """Return a text that says the new place, its lengths too where PHP had written them (`s:5:"h_web"`). Pure."""
    fresh, name = password.reveal().encode(), new.database.encode()
    raw = _with_lengths(_with_lengths(raw, held, fresh), old.database.encode(), name)
    raw = re.sub(rb"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])" % re.escape(held), lambda _: fresh, raw)
    raw = _named(old.database).sub(lambda _: name, raw)
    for domain in old.domains:
        whole = rb"(?<![\w.-])%s(?![\w-]|\.\w)" % re.escape(domain.encode())
        raw = re.sub(whole, lambda _: new.domains[0].encode(), raw)
    return raw


def _named(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w$-])%s(?![\w$-])" % re.escape(name.encode()))


def _with_lengths(raw: bytes, old: bytes, new: bytes) -> bytes:
    return raw.replace(b's:%d:"%s"' % (len(old), old), b's:%d:"%s"' % (len(new), new))


def _write(path: Path, raw: bytes) -> None:
    """Write it in its place: owner, mode and hard links stay. At no moment it is empty, whatever dies meanwhile."""
    with _writable(path) as descriptor, os.fdopen(descriptor, "wb") as stream:
        stream.write(raw)
        stream.truncate()


@contextlib.contextmanager
def _writable(path: Path) -> Iterator[int]:
    """Open a file for writing, one that its owner has closed to themselves too."""
    flags = os.O_WRONLY | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except PermissionError:
        mode = stat.S_IMODE(path.stat(follow_symlinks=False).st_mode)
        path.chmod(mode | stat.S_IWUSR)
        try:
            descriptor = os.open(path, flags)
        finally:
            path.chmod(mode)
    yield descriptor

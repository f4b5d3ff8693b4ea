"""What can be read below a hosting's folder: regular files in the order of their names, no link followed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

WHOLE = 4 * 1024 * 1024  # bytes of a program that are read
WHOLE_OTHER = 1024 * 1024  # of any other file; a longer one is read at its beginning and its end
PART = 256 * 1024
PROGRAMS = (".php", ".phtml", ".phar", ".inc", ".pht", ".module")
DIGEST_MAX = 64 * 1024 * 1024


def files(home: Path, folders: Sequence[str], *, beyond: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield the regular files of some folders by their names below `home`, in order; those beyond a name only.

    A folder that is closed to whoever asks is yielded too, its name with a `/` at its end. What is gone by now, or
    deeper than a path can name, is passed over.
    """
    start = tuple(beyond.split("/")) if beyond else ()
    for folder in sorted(folders):
        yield from _below(home, (folder,), start)


def _below(home: Path, parts: tuple[str, ...], start: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    if parts < start[: len(parts)]:
        return  # all of it lies before
    try:
        with os.scandir(home.joinpath(*parts)) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        if not os.access(home.joinpath(*parts), os.X_OK):
            raise PermissionError("names can be seen, and nothing behind them")
    except PermissionError:
        yield from _closed(home, (*parts, ""), start)
        return
    except OSError:
        return
    for entry in found:
        name = (*parts, entry.name)
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(home, name, start)
                continue
            info = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISREG(info.st_mode) and name > start:
            yield "/".join(name), info


def _closed(home: Path, name: tuple[str, ...], start: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    if name > start:
        with contextlib.suppress(OSError):
            yield "/".join(name), home.joinpath(*name).lstat()


def content(path: Path, size: int) -> bytes | None:
    """Return a file's content, of a long one its beginning and its end; None where it cannot be opened."""
    whole = WHOLE if path.name.lower().endswith(PROGRAMS) else WHOLE_OTHER
    with contextlib.suppress(OSError), open(_open(path), "rb") as stream:
        if size <= whole:
            return stream.read(whole)
        head = stream.read(PART)
        stream.seek(max(size - PART, PART))
        return head + b"\n" + stream.read(PART)
    return None


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, of its first 64 MB; "" where it cannot be read any more."""
    sha256, left = hashlib.sha256(), DIGEST_MAX
    with contextlib.suppress(OSError), open(_open(path), "rb") as stream:
        while left > 0 and (piece := stream.read(min(1 << 20, left))):
            sha256.update(piece)
            left -= len(piece)
        return sha256.hexdigest()
    return ""


def _open(path: Path) -> int:
    """Open a regular file; a link or a pipe that took its place meanwhile is refused. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("no regular file")
    return descriptor

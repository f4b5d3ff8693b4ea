"""Puts what was restored under its owner's name: every folder is opened below the one before, and no link followed.

The tenant may rename and exchange whatever is theirs meanwhile. What is put there then lies in another place of
theirs, never in somebody else's.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from provisioning.plan import ErrorCode, ServerError

NOREPLACE, EXCHANGE = 1, 2  # renameat2(2)
FOLDER_MODE = 0o750


def put(source: Path, home: Path, path: str, owner: tuple[int, int]) -> None:
    """Put `source` at `path` below `home`, in one step; what was there is at `source` afterwards.

    Folders on the way that are missing are made as the owner's. Raises `ServerError` where one of them is no folder.
    """
    *folders, name = path.split("/")
    with _opened(home, folders, owner) as folder, _opened(source.parent, (), owner) as aside:
        try:
            _rename(aside, source.name, folder, name, EXCHANGE)
        except FileNotFoundError:
            _rename(aside, source.name, folder, name, NOREPLACE)


def take_back(source: Path, home: Path, path: str, owner: tuple[int, int]) -> None:
    """Undo a `put`: what was at `path` is there again, and what was put there is at `source`."""
    *folders, name = path.split("/")
    with _opened(home, folders, owner) as folder, _opened(source.parent, (), owner) as aside:
        try:
            _rename(aside, source.name, folder, name, EXCHANGE)
        except FileNotFoundError:
            _rename(folder, name, aside, source.name, NOREPLACE)


@contextlib.contextmanager
def _opened(top: Path, folders: Sequence[str], owner: tuple[int, int]) -> Iterator[int]:
    descriptor = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for name in folders:
            inner = _step(descriptor, name, owner)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _step(folder: int, name: str, owner: tuple[int, int]) -> int:
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, FOLDER_MODE, dir_fd=folder)
            os.chown(name, *owner, dir_fd=folder, follow_symlinks=False)
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ENOTDIR, errno.ELOOP}:
            detail = f"{name!r} on the way to what is restored is no folder"
            raise ServerError(ErrorCode.STEP_FAILED, detail, step="restore") from error
        raise


def _rename(from_folder: int, old: str, to_folder: int, new: str, flags: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.renameat2(from_folder, os.fsencode(old), to_folder, os.fsencode(new), flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), new)

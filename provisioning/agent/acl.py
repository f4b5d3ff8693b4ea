"""POSIX access control lists as the kernel keeps them (Linux `posix_acl_xattr.h`), so no program need be started."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NO_ID = 0xFFFFFFFF
HEADER_VERSION = 2


def with_user(mode: int, uid: int, permissions: int) -> bytes:
    """Return the list that `mode` stands for, plus one named user; the group's bits of `mode` are the mask."""
    group = (mode >> 3) & 7
    entries = (
        (USER_OBJ, (mode >> 6) & 7, NO_ID),
        (USER, permissions, uid),
        (GROUP_OBJ, group, NO_ID),
        (MASK, group, NO_ID),
        (OTHER, mode & 7, NO_ID),
    )
    return struct.pack("<I", HEADER_VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def read(path: Path, kind: str) -> bytes | None:
    """Return a path's list, None if it has none. A symbolic link is not followed."""
    try:
        return os.getxattr(path, kind, follow_symlinks=False)
    except OSError as error:
        if error.errno in {errno.ENODATA, errno.ENOTSUP}:
            return None
        raise


def write(path: Path, kind: str, value: bytes | None) -> None:
    """Set a path's list, or take it away. A symbolic link is not followed."""
    if value is not None:
        os.setxattr(path, kind, value, follow_symlinks=False)
    elif read(path, kind) is not None:
        os.removexattr(path, kind, follow_symlinks=False)

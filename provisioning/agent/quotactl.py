"""Quota as the kernel keeps it (`linux/quota.h`, quotactl_fd(2), Linux 5.14): asked in one call, however many files.

A hosting has the same limits twice. Those of its group count whatever belongs to the hosting, also what others made in
its folder; those of its user hold what a tenant hands to another of their groups (chgrp), and so out of the first.
"""

from __future__ import annotations

import ctypes
import dataclasses
import errno
import os
import struct
from pathlib import Path

USER, GROUP = 0, 1
SYSCALL = 443  # quotactl_fd; one number on every architecture
GET, SET, STATE = 0x800007, 0x800008, 0x5805  # Q_GETQUOTA, Q_SETQUOTA, Q_XGETQSTAT (answered by XFS and ext4 alike)
LIMITS = 1 | 4  # QIF_BLIMITS, QIF_ILIMITS
ENFORCED = 0x2 | 0x8  # FS_QUOTA_UDQ_ENFD, FS_QUOTA_GDQ_ENFD
BLOCK = struct.Struct("=8QI4x")  # struct if_dqblk; hard limits in KiB, space in bytes
STATE_SIZE = 128  # bytes; struct fs_quota_stat is shorter
ABSENT = frozenset(
    {errno.ENOSYS, errno.ESRCH, errno.EINVAL, errno.ENOTSUP, errno.ENODEV, errno.ENOTBLK}
    | {errno.EPERM}  # what a container says whose host keeps quota to itself
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Quota:
    """What one user or group may take and takes: limits in MB (0: none) and inodes, space in bytes."""

    disk_mb: int
    inodes: int
    used_bytes: int
    used_inodes: int


def enforced(path: Path) -> bool:
    """Return whether the file system of `path` holds users and groups to their quota."""
    state = bytearray(STATE_SIZE)
    try:
        _call(path, STATE, USER, 0, state)
    except OSError as error:
        if error.errno in ABSENT:
            return False
        raise
    flags = int(struct.unpack_from("=H", state, 2)[0])
    return flags & ENFORCED == ENFORCED


def read(path: Path, kind: int, identity: int) -> Quota:
    """Return the quota of a user or group id on the file system of `path`. Raises `OSError` where there is none."""
    block = bytearray(BLOCK.size)
    _call(path, GET, kind, identity, block)
    disk, _, space, inodes, _, used, *_ = BLOCK.unpack(block)
    return Quota(disk_mb=disk // 1024, inodes=inodes, used_bytes=space, used_inodes=used)


def limit(path: Path, identity: int, *, disk_mb: int, inodes: int) -> None:
    """Set the hard limits of a user id and the group of the same number; 0 takes a limit away. Raises `OSError`."""
    block = bytearray(BLOCK.pack(disk_mb * 1024, 0, 0, inodes, 0, 0, 0, 0, LIMITS))
    for kind in (USER, GROUP):
        _call(path, SET, kind, identity, block)


def _call(path: Path, command: int, kind: int, identity: int, data: bytearray) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        buffer = (ctypes.c_char * len(data)).from_buffer(data)
        library = ctypes.CDLL(None, use_errno=True)
        if library.syscall(SYSCALL, descriptor, command << 8 | kind, identity, buffer) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)

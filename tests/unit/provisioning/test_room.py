"""A server without room is refused before anything is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioning.agent import room
from provisioning.errors import ErrorCode, ServerError


def test_room_enough_is_no_reason_to_refuse(tmp_path: Path) -> None:
    room.check([tmp_path, tmp_path / "not-there"], size=1, inodes=1)


@pytest.mark.parametrize("lack", ["size", "inodes"])
def test_the_place_that_is_full_is_named(tmp_path: Path, lack: str) -> None:
    whole = os.statvfs(tmp_path)
    needs = {"size": 1, "inodes": 1, lack: whole.f_blocks * whole.f_frsize + whole.f_files + 1}
    with pytest.raises(ServerError) as refusal:
        room.check([tmp_path], **needs)
    assert refusal.value.code is ErrorCode.DISK_FULL
    assert str(tmp_path) in refusal.value.detail

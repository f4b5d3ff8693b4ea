"""A server without room is refused before anything is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioning.agent import disk_space
from provisioning.errors import ErrorCode, ServerError


def test_room_enough_is_no_reason_to_refuse(tmp_path: Path) -> None:
    disk_space.check([tmp_path, tmp_path / "not-there"], size=1, inodes=1)


@pytest.mark.parametrize("lack", ["size", "inodes"])
def test_the_place_that_is_full_is_named(tmp_path: Path, lack: str) -> None:
    whole = os.statvfs(tmp_path)
    needs = {"size": 1, "inodes": 1, lack: whole.f_blocks * whole.f_frsize + whole.f_files + 1}
    with pytest.raises(ServerError) as refusal:
        disk_space.check([tmp_path], **needs)
    assert refusal.value.code is ErrorCode.DISK_FULL
    assert str(tmp_path) in refusal.value.detail


def test_whatever_fails_on_a_full_disk_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "PLACES", (tmp_path,))
    vague = ServerError(ErrorCode.STEP_FAILED, "useradd ended with 1", step="system_user", left=("account h_uji",))
    assert disk_space.blamed(vague) is vague
    monkeypatch.setattr(disk_space, "FULL_BYTES", 1 << 60)
    named = disk_space.blamed(vague)
    assert (named.code, named.step, named.left) == (ErrorCode.DISK_FULL, "system_user", ("account h_uji",))
    assert str(tmp_path) in named.detail
    assert "useradd ended with 1" in named.detail

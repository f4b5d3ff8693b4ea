"""What comes of a move fills no server: it ends where no hosting of the package is longer, and where room ends."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from provisioning.agent import moving, names
from provisioning.agent.move_request import Move, Piece
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind, Limits

MB = 1024 * 1024
SPEC = HostingSpec(
    slug="contoh", domains=("contoh.kota.test",), kind=Kind.STATIC, limits=Limits(disk_mb=30, database_mb=20)
)
MOVE = Move(id="6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d", piece=Piece.FILES, data=b"x")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(names, "STATE", tmp_path)
    monkeypatch.setattr(moving, "FOLDER", tmp_path / "moves")
    record = SimpleNamespace(claims=("account", "home"), spec=json.loads(SPEC.to_json()))
    return SimpleNamespace(slug=SPEC.slug, spec=SPEC, record=record)


def here(size: int) -> Path:
    """Let so much of the piece have come; return its file."""
    path = moving.FOLDER / SPEC.slug / MOVE.id / "files.coming"
    path.parent.mkdir(parents=True)
    path.touch()
    os.truncate(path, size)
    return path


def test_a_piece_grows_as_long_as_a_hosting_of_the_package_may_be_and_no_longer(site: Any) -> None:
    path = here(100 * MB - 1)
    assert moving.take(site, dataclasses.replace(MOVE, offset=100 * MB - 1)) == {"size": 100 * MB}
    with pytest.raises(ServerError) as refused:
        moving.take(site, dataclasses.replace(MOVE, offset=100 * MB))
    assert refused.value.code is ErrorCode.OVER_QUOTA
    assert path.stat().st_size == 100 * MB


def test_a_request_that_claims_a_larger_package_gets_no_more(site: Any) -> None:
    site.spec = dataclasses.replace(SPEC, limits=Limits(disk_mb=30_000, database_mb=20_000))
    here(100 * MB)
    with pytest.raises(ServerError) as refused:
        moving.take(site, dataclasses.replace(MOVE, offset=100 * MB))
    assert refused.value.code is ErrorCode.OVER_QUOTA


def test_where_the_server_has_no_room_nothing_is_appended(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here(5)
    full = SimpleNamespace(f_bfree=1, f_frsize=4096, f_files=0, f_ffree=0)
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    with pytest.raises(ServerError) as refused:
        moving.take(site, dataclasses.replace(MOVE, offset=5))
    assert refused.value.code is ErrorCode.DISK_FULL
    assert path.stat().st_size == 5

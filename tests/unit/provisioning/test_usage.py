"""Files are counted as they are, whatever a tenant makes of them."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest

from provisioning.agent import measure, usage


def test_files_are_counted_once_and_links_not_followed(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a").write_bytes(b"x" * 10_000)
    (tmp_path / "public" / "b").hardlink_to(tmp_path / "public" / "a")
    (tmp_path / "public" / "all").symlink_to("/")
    size, inodes = usage.count_files(tmp_path)
    assert inodes == 3
    assert 10_000 <= size < 100_000


@pytest.mark.parametrize(
    ("took", "hours", "expected"),
    [(0.1, 1, False), (2, 1, True), (2, 2, False), (600, 5.9, True), (600, 6.1, False), (0.1, -1, False)],
)
def test_a_walk_stands_the_longer_the_longer_it_took_and_never_for_long(
    took: float, hours: float, expected: bool
) -> None:
    assert measure.stands([1e9, 5.0, 1.0, took], 1e9 + hours * 3600) is expected


def test_a_walk_of_an_older_agent_stands_as_long_as_it_did() -> None:
    assert measure.stands([1e9, 5.0, 1.0], 1e9 + 5 * 3600)
    assert not measure.stands([], 1e9)


def test_a_hosting_that_is_gone_takes_nothing(tmp_path: Path) -> None:
    assert usage.count_files(tmp_path / "gone") == (0, 0)


def test_folders_nested_deeper_than_a_path_end_no_report(tmp_path: Path) -> None:
    before, top = Path.cwd(), tmp_path / "top"
    top.mkdir()
    try:
        os.chdir(top)
        for _ in range(30):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
    finally:
        os.chdir(before)
    size, inodes = usage.count_files(top)
    assert inodes >= 15
    assert size >= 0
    with contextlib.suppress(OSError):
        shutil.rmtree(top)

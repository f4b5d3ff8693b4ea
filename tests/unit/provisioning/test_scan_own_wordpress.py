"""The WordPress that we installed ourselves is suspected of nothing; one byte beside it is judged as ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioning.agent import readable, scan
from provisioning.agent.wordpress import source

FRAME = b'<?php $frame = \'<iframe sandbox style="position: absolute; visibility: hidden;" src="%s"></iframe>\'; '
EVAL = b"eval($_POST['x']);"
LIKE_A_SHELL = FRAME + EVAL  # for the scan; in the package, and so ours
WORDPRESS = {
    "index.php": LIKE_A_SHELL,
    "wp-includes/version.php": b"<?php $wp_version = '6.1.9';",
    "wp-includes/embed.php": LIKE_A_SHELL,
    "wp-includes/slow.php": b"<?php " + b"eval(a(" * 100_000,
}
EMBED = "wp-includes/embed.php"


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "arsip"
    monkeypatch.setattr(source, "ROOT", root)
    put(root / "6.1.9+deb12u1", WORDPRESS)
    put(root / "6.1.9+deb12u2", {**WORDPRESS, EMBED: FRAME})
    return root


@pytest.fixture
def home(tmp_path: Path, archive: Path) -> Path:
    put(tmp_path / "rumah/public/blog", WORDPRESS)
    return tmp_path / "rumah"


def suspected(home: Path) -> list[str]:
    return [one["path"] for one in scan._look_through(home, 0, "")["suspects"]]


def test_what_was_installed_is_suspected_of_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "FILE_SECONDS", 0.001)
    assert suspected(home) == []


def test_a_changed_file_is_judged_as_ever(home: Path) -> None:
    embed = home / "public/blog" / EMBED
    for changed in (LIKE_A_SHELL + b"\n", LIKE_A_SHELL.replace(b"x", b"y"), LIKE_A_SHELL[:-1]):
        embed.write_bytes(changed)
        assert suspected(home) == [f"public/blog/{EMBED}"]


def test_the_same_bytes_at_another_place_are_not_ours(home: Path) -> None:
    strangers = {"wp-includes/other.php": LIKE_A_SHELL, "wp-content/uploads/index.php": LIKE_A_SHELL}
    put(home / "public/blog", strangers)
    put(home / "private", {"index.php": LIKE_A_SHELL, EMBED: LIKE_A_SHELL})
    assert sorted(suspected(home)) == sorted(
        ["private/index.php", f"private/{EMBED}", *(f"public/blog/{name}" for name in strangers)]
    )


def test_no_link_in_the_archive_and_no_half_version_speaks_for_a_file(home: Path, archive: Path) -> None:
    (archive / "6.1.9+deb12u1" / EMBED).unlink()
    (archive / "6.1.9+deb12u1" / EMBED).symlink_to(home / "public/blog" / EMBED)
    put(archive / ".partial", WORDPRESS)
    assert suspected(home) == [f"public/blog/{EMBED}"]


def test_a_file_too_long_to_be_read_whole_is_never_passed_over(home: Path, archive: Path) -> None:
    begin, end = (LIKE_A_SHELL + bytes(readable.PART))[: readable.PART], bytes(readable.PART)
    put(archive / "6.1.9+deb12u1", {EMBED: begin + b"\n" + end})  # just what is read of the long one
    put(home / "public/blog", {EMBED: begin + EVAL * (readable.WHOLE // len(EVAL)) + end})
    assert suspected(home) == [f"public/blog/{EMBED}"]


def test_where_nothing_was_ever_fetched_all_is_judged(home: Path, archive: Path) -> None:
    archive.rename(archive.with_name("tiada"))
    assert f"public/blog/{EMBED}" in suspected(home)


def test_earlier_versions_are_kept_for_the_sites_made_of_them(archive: Path) -> None:
    names = [f"6.1.{number}" for number in range(10, 16)]
    for age, name in enumerate(names):
        put(archive / name, WORDPRESS)
        os.utime(archive / name, (age + 1, age + 1))
    put(archive / ".partial", WORDPRESS)
    source._forget_old(archive / names[0])
    kept = {folder.name for folder in archive.iterdir()}
    assert kept == {names[0], "6.1.9+deb12u1", "6.1.9+deb12u2", names[-1]}

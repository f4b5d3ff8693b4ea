"""A pass over a hosting's files: in order, within its bounds, gone on with, following nothing."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.agent import clamav, readable, scan, tenant_child
from provisioning.agent.malware_traits import Suspicion, judge, rules

SHELL = b"<?php @eval($_POST['x']);"
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("public/a.php", "public/b/c.php", "public/b.php", "private/z.php"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SHELL)
    (tmp_path / "public" / "bersih.php").write_text("<?php echo 1;")
    return tmp_path


def looked(home: Path, since: float = 0, after: str = "") -> dict[str, Any]:
    return scan._look_through(home, since, after)


def parts_of(home: Path) -> Iterator[dict[str, Any]]:
    """Yield the parts of one pass, each gone on with where the one before ended."""
    after: str | None = ""
    while after is not None:
        yield (part := looked(home, after=after))
        after = part["next"]


def test_everything_is_looked_at_in_the_order_of_names(home: Path) -> None:
    answer = looked(home)
    paths = [one["path"] for one in answer["suspects"]]
    assert paths == ["private/z.php", "public/a.php", "public/b/c.php", "public/b.php"]
    assert (answer["files"], answer["read"], answer["next"]) == (5, 5, None)


def test_a_pass_that_is_cut_off_goes_on_where_it_stood(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "BYTES", 1)
    seen: list[str] = []
    parts = list(parts_of(home))
    for part in parts:
        seen += [one["path"] for one in part["suspects"]]
    assert seen == ["private/z.php", "public/a.php", "public/b/c.php", "public/b.php"]
    assert len(parts) == 5, "a file a part"


def test_only_what_changed_since_is_read_whatever_date_it_bears(home: Path) -> None:
    moment = max(path.stat().st_ctime for path in home.rglob("*.php")) + 0.001
    while (home / "public/baru.php").exists() is False or (home / "public/baru.php").stat().st_ctime < moment:
        (home / "public/baru.php").write_bytes(SHELL)
    os.utime(home / "public/baru.php", (0, 0))
    answer = looked(home, since=moment)
    assert [one["path"] for one in answer["suspects"]] == ["public/baru.php"]
    assert (answer["files"], answer["read"]) == (6, 1)


def test_no_link_is_followed_and_no_pipe_waited_for(home: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-luar.php"
    outside.write_bytes(SHELL)
    (home / "public/tautan.php").symlink_to(outside)
    (home / "public/folder").symlink_to(tmp_path.parent)
    os.mkfifo(home / "public/pipa.php")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(home / "public/soket.php"))
        assert looked(home)["files"] == 5
    assert readable.content(home / "public/tautan.php", 10) is None
    assert readable.content(home / "public/pipa.php", 10) is None


def test_a_name_that_is_no_text_stops_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "public" / os.fsdecode(b"\xff\xfe.php")).write_bytes(SHELL)
    monkeypatch.setattr(scan, "BYTES", 1)
    assert sum(len(part["suspects"]) for part in parts_of(home)) == 5


def test_a_file_that_makes_the_patterns_slow_hides_no_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "FILE_SECONDS", 0.0001)
    (home / "public/aaa.php").write_bytes(b"<?php " + b"eval(a(" * 500_000)
    answer = looked(home)
    (slow,) = [one for one in answer["suspects"] if one["path"] == "public/aaa.php"]
    assert slow["traits"][0]["trait"] == scan.TOO_SLOW
    assert answer["next"] is None


def test_a_file_that_has_to_wait_for_a_busy_server_is_not_suspected_of_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(name: str, content: bytes, size: int) -> Suspicion:
        if name == "public/a.php":
            time.sleep(0.6)
        return judge(name, content, size)

    rules()  # read once a process, and no matter of the first file's
    monkeypatch.setattr(scan, "FILE_SECONDS", 0.5)
    monkeypatch.setattr(scan, "judge", waits)
    assert scan.TOO_SLOW not in {trait["trait"] for one in looked(home)["suspects"] for trait in one["traits"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_it_is_read_with_the_tenants_rights(home: Path) -> None:
    (home / "public/tertutup.php").write_bytes(SHELL)
    (home / "public/tertutup.php").chmod(0o600)  # of root, as a neighbour's would be
    for path in (home, *home.rglob("*")):
        if path.name != "tertutup.php":
            path.chmod(0o755)
    for parent in list(home.parents)[:-1]:
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(parent.stat().st_mode | 0o005)
    answer = tenant_child.answer(NOBODY, lambda: scan._look_through(home, 0, ""), seconds=90, step="scan")
    assert answer["closed"] == 1
    assert "public/tertutup.php" not in [one["path"] for one in answer["suspects"]]
    assert len(answer["suspects"]) == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_folder_that_is_closed_to_looks_and_open_to_visitors_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (home, *home.rglob("*"), *list(home.parents)[:-1]):
        path.chmod(path.stat().st_mode | 0o005)
    (home / "public/b").chmod(0o311)
    (home / "private/tutup").mkdir(mode=0o311)
    (home / "public/mati").mkdir(mode=0o600)
    (home / "public/nama").mkdir()
    (home / "public/nama/x.php").write_bytes(SHELL)
    (home / "public/nama").chmod(0o314)
    monkeypatch.setattr(scan, "BYTES", 1)

    def through(after: str) -> dict[str, Any]:
        return tenant_child.answer(NOBODY, lambda: scan._look_through(home, 0, after), seconds=90, step="scan")

    seen: list[tuple[str, list[str]]] = []
    closed = 0
    after: str | None = ""
    while after is not None:
        part = through(after)
        seen += [(one["path"], [trait["trait"] for trait in one["traits"]]) for one in part["suspects"]]
        closed, after = closed + part["closed"], part["next"]
    assert [path for path, found in seen if found == [scan.CLOSED_FOLDER]] == ["public/b/", "public/nama/"]
    assert {path for path, _ in seen} == {"private/z.php", "public/a.php", "public/b/", "public/b.php", "public/nama/"}
    assert closed == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_child_that_dies_is_an_error_and_no_answer() -> None:
    def dies() -> dict[str, object]:
        os.kill(os.getpid(), 9)
        return {}

    with pytest.raises(Exception, match="ended with -9"):
        tenant_child.answer(NOBODY, dies, seconds=90, step="scan")


@pytest.mark.skipif(not clamav.PROGRAM.exists() or os.geteuid() != 0, reason="ClamAV is optional; it is asked as root")
def test_clamav_gives_a_second_opinion(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signatures = home / "tanda.ndb"
    signatures.write_text(f"Uji.Perintah:0:*:{SHELL.hex()}\n")
    for path in (home, *home.rglob("*"), *list(home.parents)[:-1]):
        path.chmod(path.stat().st_mode | 0o005)
    monkeypatch.setattr(clamav, "OPTIONS", (*clamav.OPTIONS, f"--database={signatures}"))
    found = looked(home)
    clamav.add_opinions(home, NOBODY, found)
    assert found["asked"] is True
    assert {one["opinion"] for one in found["suspects"]} == {"Uji.Perintah.UNOFFICIAL"}


def test_without_clamav_the_first_opinion_stands_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamav, "PROGRAM", Path("/nirgendwo/clamscan"))
    found = looked(home)
    clamav.add_opinions(home, NOBODY, found)
    assert found["asked"] is False
    assert {one["opinion"] for one in found["suspects"]} == {None}


def test_the_rules_are_read_on_bare_python(home: Path) -> None:
    code = (
        "from provisioning.agent.malware_traits import judge; print(judge('a.php', b'<?php eval($_GET[1]);', 20).score)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 100

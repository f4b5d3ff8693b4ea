"""Quota on a real ext4 file, under a kernel that has it: User Mode Linux, since many machines' own kernels have none.

The agent's own part sets and reads it there; the tenant is a process under the hosting's account.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server.hosting.test_noisy_neighbour import FLOOR_SECONDS, TIMES

HERE = Path(__file__)
TOP = HERE.parents[3]
MODULES = Path("/usr/lib/uml/modules")
SIZE = 64 * 1024 * 1024
SECONDS = 60.0

INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -n -t proc proc /proc
mount -n -t tmpfs tmpfs /mnt; mkdir /mnt/checkout; mount -n --bind {top} /mnt/checkout
mount -n -t tmpfs tmpfs /srv; mkdir /srv/hosting
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/mnt/checkout
ip link set lo up
{python} {inside} load {modules}
mount -n -t ext4 -o {options} /dev/ubda /srv/hosting
{python} {inside} live
{python} {inside} halt
"""


def _lives(folder: Path, options: str) -> dict[str, Any]:
    """Let a hosting live on a fresh file system with these mount options, and return what it saw."""
    disk, init = folder / "disk", folder / "init"
    with disk.open("wb") as stream:
        stream.truncate(SIZE)
    quota = ["-O", "quota", "-E", "quotatype=usrquota:grpquota:prjquota"]
    subprocess.run(["/usr/sbin/mkfs.ext4", "-q", *quota, str(disk)], check=True, capture_output=True)
    inside, modules = _in_guest(HERE.with_name("life_under_quota.py")), next(MODULES.glob("*/kernel/fs/quota"))
    python = _in_guest(Path(sys.executable))
    init.write_text(INIT.format(python=python, inside=inside, modules=modules, options=options, top=TOP))
    init.chmod(0o700)
    consoles = ["con=null", "con0=null,fd:1", "con1=null"]
    command = ["linux.uml", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "mem=256M", f"ubd0={disk}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": "/dev/shm"}
    done = subprocess.run(
        [*command, *consoles, f"init={init}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
        env=environment,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("SEEN ")]
    assert lines, done.stdout[-3000:]
    seen: dict[str, Any] = json.loads(lines[-1].removeprefix("SEEN "))
    return seen


def _in_guest(path: Path) -> Path:
    """Return where the guest finds a file: the checkout may lie below a folder that the guest hides."""
    return Path("/mnt/checkout") / path.relative_to(TOP) if path.is_relative_to(TOP) else path


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _lives(tmp_path_factory.mktemp("quota"), "usrquota,grpquota")


def test_a_plan_sets_the_limits_once_and_says_nothing_of_what_is_not_promised(seen: dict[str, Any]) -> None:
    assert seen["first"] == {"keys": ["+ limits"], "notes": []}
    assert seen["again"] == []
    assert seen["on"] is True


def test_a_full_hosting_is_told_so_and_takes_nothing_from_its_neighbour(seen: dict[str, Any]) -> None:
    assert "Disk quota exceeded" in seen["too_much"]
    assert "Disk quota exceeded" in seen["too_many"]
    assert seen["neighbour_writes"] == ""


def test_a_full_hosting_that_goes_on_trying_slows_no_neighbour_who_writes(seen: dict[str, Any]) -> None:
    """Without limits on computing, which hold one floor below (see test_noisy_neighbour.py): quota alone."""
    quiet, noisy = seen["noise"]["quiet"], seen["noise"]["noisy"]
    assert min(seen["noise"]["refused"]) > 100, "it was noise"
    assert quiet["wrong"] + noisy["wrong"] == []
    assert min(quiet["count"], noisy["count"]) > 10
    assert noisy["p95"] <= max(TIMES * quiet["p95"], FLOOR_SECONDS), f"{quiet['p95']:.3f} s, then {noisy['p95']:.3f} s"


def test_files_handed_to_another_group_are_counted_all_the_same(seen: dict[str, Any]) -> None:
    assert "Disk quota exceeded" in seen["other_group"]


def test_apache_writes_its_log_of_a_full_hosting(seen: dict[str, Any]) -> None:
    assert seen["log_written"] == ""


def test_use_is_read_from_the_kernel_and_is_what_a_walk_finds(seen: dict[str, Any]) -> None:
    assert seen["by_quota"] == seen["by_walk"]
    assert seen["by_quota"][0] > 900_000


def test_a_larger_package_gives_room_and_a_removed_hosting_leaves_no_limit(seen: dict[str, Any]) -> None:
    assert seen["larger"] == ["~ limits"]
    assert seen["writes_again"] == ""
    assert seen["removal"] == ["- limits"]
    assert seen["after_removal"] == []


def test_where_limits_are_counted_but_not_held_nothing_is_promised(tmp_path: Path) -> None:
    seen = _lives(tmp_path, "noquota")
    assert seen["on"] is False
    assert seen["first"]["keys"] == []
    assert "not enforced" in seen["first"]["notes"][0]

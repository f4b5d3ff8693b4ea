"""Runs inside User Mode Linux (see test_quota.py): loads the kernel's modules, lives a hosting's life, halts."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import math
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import quotactl, usage
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import quota
from provisioning.agent.record import Record, Records
from provisioning.agent.site import Site, Transaction
from provisioning.plan import MARKS
from provisioning.spec import HostingSpec, Kind, Limits, State

UID, NEIGHBOUR, WEB, OTHER_GROUP = 20_001, 20_002, 33, 30_000
FINIT_MODULE, POWER_OFF = 313, 0x4321FEDC  # x86_64; LINUX_REBOOT_CMD_POWER_OFF
HOME = Path("/srv/hosting/uji")
PORT, QUIET_SECONDS, NOISE_SECONDS = 8080, 1.5, 4.0
SITE = """
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open({file!r}, "wb") as stream:
            stream.write(os.urandom(65536))
            stream.flush()
            os.fsync(stream.fileno())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"tertulis")
http.server.HTTPServer(("127.0.0.1", {port}), Page).serve_forever()
"""
TRY = """
import errno, time
refused, end, names = 0, time.monotonic() + {seconds}, iter(range(10**9))
while time.monotonic() < end:
    for path, mode in (({folder!r} + "/a", "ab"), ({folder!r} + "/baru%d" % next(names), "xb")):
        try:
            with open(path, mode, buffering=0) as stream:
                while True:
                    stream.write(bytes(65536))
        except OSError as error:
            refused += error.errno == errno.EDQUOT
print(refused)
"""
CONFIG = AgentConfig(zones=("kota.test",), addresses_shared=("10.0.0.1",))


def load(folder: str) -> None:
    """Load the kernel's two modules for quota."""
    for name in ("quota_tree", "quota_v2"):
        descriptor = os.open(Path(folder) / f"{name}.ko", os.O_RDONLY)
        ctypes.CDLL(None).syscall(FINIT_MODULE, descriptor, b"", 0)
        os.close(descriptor)


def acts(uid: int, code: str, *, groups: Sequence[int] = (OTHER_GROUP,), keeps: Sequence[int] = ()) -> str:
    """Run Python as a user, with these files open, and return the last line of its complaint."""
    with begins(uid, code, groups=groups, keeps=keeps) as process:
        complaint = process.communicate()[1]
    return (complaint.strip().splitlines() or [""])[-1]


def begins(uid: int, code: str, *, groups: Sequence[int] = (), keeps: Sequence[int] = ()) -> subprocess.Popen[str]:
    """Start Python as a user."""
    return subprocess.Popen(
        ["/usr/bin/python3", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=list(groups),
        pass_fds=keeps,
    )


def writes(uid: int, path: Path, size: int) -> str:
    """Let a user append `size` bytes to a file, in pieces as a program does."""
    pieces = f"f = open({str(path)!r}, 'ab', buffering=0)\nfor _ in range({size} // 4096): f.write(b'x' * 4096)"
    return acts(uid, pieces)


def make_home(home: Path, uid: int) -> None:
    """Make what the agent makes of a folder, as far as owners matter."""
    for folder, owner in ((home, 0), (home / "logs", 0), (home / "public", uid)):
        folder.mkdir()
        os.chown(folder, owner, uid)
    home.chmod(0o755)


def apply(wanted: HostingSpec) -> dict[str, Any]:
    """Let the agent's part observe, plan and apply; return what it planned and said."""
    site = Site(spec=wanted, config=CONFIG, record=Record(slug=wanted.slug, uid=UID))
    found = quota.observe(site)
    changes = quota.plan(wanted, found)
    quota.apply(site, changes, Transaction(site, Records()))
    keys = [f"{MARKS[change.action]} {change.key}" for change in changes]
    return {"keys": keys, "notes": quota.notes(wanted, found)}


def live() -> dict[str, Any]:
    """Live a hosting's life and return what was seen."""
    spec = HostingSpec(slug="uji", domains=("uji.kota.test",), kind=Kind.STATIC, limits=Limits(disk_mb=1, inodes=20))
    seen: dict[str, Any] = {"on": quota.is_on(), "first": apply(spec)}
    if not seen["on"]:
        return seen
    seen["again"] = apply(spec)["keys"]
    make_home(HOME, UID)
    make_home(HOME.with_name("tetangga"), NEIGHBOUR)
    seen |= fill(HOME / "public")
    seen["noise"] = noise(HOME / "public", HOME.with_name("tetangga") / "public")
    seen["larger"] = apply(dataclasses.replace(spec, limits=Limits(disk_mb=20, inodes=100)))["keys"]
    seen["writes_again"] = writes(UID, HOME / "public" / "b", 4_000_000)
    gone = dataclasses.replace(spec, state=State.REMOVED)
    seen["removal"], seen["after_removal"] = apply(gone)["keys"], apply(gone)["keys"]
    return seen


def fill(public: Path) -> dict[str, Any]:
    """Fill the hosting in every way, and look what its neighbour and Apache can still do, and what is counted."""
    seen: dict[str, Any] = {"too_much": writes(UID, public / "a", 4_000_000)}
    seen["neighbour_writes"] = writes(NEIGHBOUR, HOME.with_name("tetangga") / "public" / "a", 4_000_000)
    group = quotactl.read(HOME, quotactl.GROUP, UID)
    seen["by_quota"] = [group.used_bytes, group.used_inodes]
    size, inodes = usage.count_files(HOME)
    seen["by_walk"] = [size + _own_blocks(HOME), inodes + 1]
    seen["log_written"] = _apache_logs(HOME / "logs" / "access.log")
    acts(UID, f"import os; os.chown({str(public / 'a')!r}, -1, {OTHER_GROUP})")
    seen["other_group"] = writes(UID, public / "b", 40_000)
    seen["too_many"] = acts(UID, f"for i in range(40): open('{public}/n%d' % i, 'w')")
    acts(UID, f"import os; os.chown({str(public / 'a')!r}, -1, {UID})")
    return seen


def _own_blocks(folder: Path) -> int:
    """Return the bytes of a folder itself, which a walk below it leaves out."""
    return folder.stat().st_blocks * 512


def _apache_logs(path: Path) -> str:
    """Let Apache's own user write to a file that root opened, as its children do."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    code = f"import os\nfor _ in range(200): assert os.write({descriptor}, b'x' * 4096) == 4096"
    return acts(WEB, code, groups=(), keeps=(descriptor,))


def noise(public: Path, neighbour: Path) -> dict[str, Any]:
    """Measure the neighbour's pages, which write, in quiet and while the full hosting goes on trying to."""
    server = begins(NEIGHBOUR, SITE.format(file=str(neighbour / "halaman"), port=PORT))
    try:
        _visit()  # who comes first waits for the server to start
        quiet = visits(QUIET_SECONDS)
        trying = [begins(UID, TRY.format(folder=str(public), seconds=NOISE_SECONDS)) for _ in range(2)]
        noisy = visits(NOISE_SECONDS)
        refused = [int(process.communicate()[0]) for process in trying]
    finally:
        server.kill()
        server.communicate()
    return {"quiet": quiet, "noisy": noisy, "refused": refused}


def visits(seconds: float) -> dict[str, Any]:
    """Visit the neighbour for so long; return every wrong answer, how many visits there were, and their p95 (s)."""
    took, wrong, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        answer = _visit()
        took.append(time.monotonic() - began)
        if answer != "tertulis":
            wrong.append(answer)
        time.sleep(0.02)
    return {"wrong": wrong, "count": len(took), "p95": sorted(took)[math.ceil(len(took) * 0.95) - 1]}


def _visit() -> str:
    for _ in range(100):  # the first visitor waits for the server to start
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=10) as page:
                return str(page.read().decode())
        except ConnectionRefusedError:
            time.sleep(0.1)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                return repr(error)
            time.sleep(0.1)
    return "nobody answers"


def main() -> None:
    """Do what the first argument says."""
    if sys.argv[1] == "load":
        load(sys.argv[2])
    elif sys.argv[1] == "halt":
        ctypes.CDLL(None).reboot(POWER_OFF)
    else:
        sys.stdout.write(f"\nSEEN {json.dumps(live())}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

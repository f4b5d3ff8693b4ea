"""One server's container: systemd-nspawn over an overlay of the image, started, entered, cut off and started again."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import time
from pathlib import Path
from typing import Final

from provisioning.lab import cgroups
from provisioning.lab.errors import LabError
from provisioning.lab.tools import SBIN, WITHOUT_LAB

BOOT_PATIENCE: Final = 90.0  # seconds; a start takes one or two on an idle machine
SHUTDOWN_PATIENCE: Final = 90.0
POLL: Final = 0.05

# The overlay and nspawn's own run-time folder are mounted in a namespace of the container's supervisor, so they
# vanish with it, however it ends. nspawn refuses to tidy that folder on a reboot unless it is a tmpfs, and mounts a
# /sys that shows the network of its caller, so it is called from the server's.
LAUNCH: Final = """
set -e
image=$1 folder=$2 namespace=$3 groups=$4 disk_mb=$5
shift 5
for group in $groups; do echo $$ > "$group/cgroup.procs"; done
disk=$folder
if [ -n "$disk_mb" ]; then
    disk=$folder/small
    mkdir -p "$disk" && mount -t tmpfs -o "mode=0755,size=${disk_mb}m" small "$disk"
    cp -a "$folder/upper" "$folder/work" "$disk/"
fi
mount -t overlay overlay -o "lowerdir=$image,upperdir=$disk/upper,workdir=$disk/work" "$folder/root"
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=0755 tmpfs /run/systemd/nspawn
exec nsenter --net="$namespace" systemd-nspawn --network-namespace-path="$namespace" --directory="$folder/root" "$@"
"""

# On a hybrid machine nspawn mounts the version 1 trees read-only. The first process of the server makes those it has
# a group of its own in (and sees only that) writable, then becomes systemd.
FIRST_PROCESS: Final = """
for tree; do mount -o remount,rw,bind "/sys/fs/cgroup/$tree" || exit 1; done
exec /lib/systemd/systemd SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
"""


@dataclasses.dataclass(kw_only=True)
class Machine:
    """The container of one server; its disk (`folder`) outlives its process, but for a small one (`disk_mb`)."""

    name: str
    lab: str  # the lab's control group
    image: Path
    folder: Path
    namespace: Path
    disk_mb: int | None = None
    process: subprocess.Popen[bytes] | None = None

    def make_disk(self) -> Path:
        """Make the empty overlay and return its upper layer."""
        for part in ("upper", "work", "root"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "upper").chmod(0o755)
        return self.folder / "upper"

    def power_on(self) -> None:
        """Start the container; returns at once."""
        groups = cgroups.make(self.lab, self.name)
        # on a hybrid machine nspawn hands on what it finds, and systemd in the server counts on cgroup2's notifications
        unified = {} if cgroups.is_hybrid() else {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        places = [str(self.image), str(self.folder), str(self.namespace), " ".join(map(str, groups))]
        disk_mb = "" if self.disk_mb is None else str(self.disk_mb)
        with (self.folder / "console.log").open("ab") as console:
            self.process = subprocess.Popen(
                [
                    "unshare",
                    "--mount",
                    "--propagation=slave",
                    "sh",
                    "-c",
                    LAUNCH,
                    "launch",
                    *places,
                    disk_mb,
                    *self._nspawn_options(),
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                env={"PATH": SBIN, "LC_ALL": "C.UTF-8", **unified},
            )

    def _nspawn_options(self) -> list[str]:
        return [
            "--quiet",
            "--register=no",
            "--keep-unit",
            f"--machine={self.lab}-{self.name}",
            f"--hostname={self.name}",
            "--capability=CAP_NET_ADMIN",  # over its own network only; PrivateNetwork= in units needs it
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
            "--rlimit=NOFILE=1024:524288",  # what systemd gives on a machine of its own
            "--console=pipe",
            *_first_process(),
        ]

    def power_off(self) -> None:
        """End every process at once, as a power cut does; the disk stays as it was."""
        cgroups.kill(self.lab, self.name)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def enter(self, command: str, *, stdin: bytes, timeout: float) -> subprocess.CompletedProcess[bytes]:
        """Run a shell command as root inside the server, without SSH, from its own namespaces."""
        flags = ["--mount", "--root", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        enter = ["nsenter", "--target", str(self.init_pid()), *flags, "--", "env", "-i", f"PATH={SBIN}"]
        shell = ["HOME=/root", "LANG=C.UTF-8", "sh", "-c", f"cd /root; {command}"]
        try:
            return subprocess.run([*enter, *shell], input=stdin, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{self.name}: no end after {timeout:.0f} s: {command}") from error

    def init_pid(self) -> int:
        """Return the pid, on this machine, of the server's own systemd; raises `LabError` when it is off."""
        for pid in self._children():
            if _pid_inside(pid) == "1":
                return pid
        raise LabError(f"{self.name} is not running.")

    def _children(self) -> list[int]:
        if self.process is None:
            return []
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in children.read_text().split()] if children.exists() else []

    def wait_until_ended(self) -> None:
        """Wait until a server that was told to shut down or reboot has done so; then cut what is left."""
        if self.process is not None:
            try:
                self.process.wait(SHUTDOWN_PATIENCE)
            except subprocess.TimeoutExpired as error:
                raise LabError(f"{self.name} did not shut down in {SHUTDOWN_PATIENCE:.0f} s.") from error
        self.power_off()

    def wait_until_booted(self) -> None:
        """Wait until systemd has started what it starts."""
        deadline = time.monotonic() + BOOT_PATIENCE
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise LabError(f"{self.name} did not start: {self.last_words()} {WITHOUT_LAB}")
            try:
                booted = self._system_state() in {"running", "degraded"}
            except LabError:
                booted = False
            if booted:
                return
            time.sleep(POLL)
        raise LabError(f"{self.name} did not finish starting in {BOOT_PATIENCE:.0f} s: {self.last_words()}")

    def _system_state(self) -> str:
        done = self.enter("systemctl is-system-running", stdin=b"", timeout=BOOT_PATIENCE)
        return done.stdout.decode(errors="replace").strip()

    def enforced_limits(self) -> frozenset[str]:
        """Return the controllers that systemd in the server may use."""
        return cgroups.enforced(self.lab, self.name)

    def last_words(self) -> str:
        """Return the last lines of the console, for an error message."""
        console = self.folder / "console.log"
        lines = console.read_text(errors="replace").strip().splitlines() if console.exists() else []
        return os.linesep.join(lines[-8:])


def _first_process() -> list[str]:
    if not cgroups.is_hybrid():
        return ["--boot"]
    script = ["/bin/sh", "-c", FIRST_PROCESS, "init", *cgroups.v1_trees()]
    return ["--kill-signal=SIGRTMIN+3", "--", *script]


def _pid_inside(pid: int) -> str | None:
    """Return the number a process has in its innermost pid namespace (proc_pid_status(5), NSpid)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    numbers = [line.split()[-1] for line in status.splitlines() if line.startswith("NSpid:")]
    return numbers[0] if numbers else None

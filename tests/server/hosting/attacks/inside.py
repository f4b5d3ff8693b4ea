"""What a tenant's own program tries from inside the sandbox of their PHP; it prints as JSON what it could get hold of.

Runs on the server with nothing but the standard library. An attempt that raises got nothing; each that returns
something is listed under its name. The scene comes as JSON on standard input: whose home is ours, what is theirs.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SECRETS = (
    "/etc/shadow", "/etc/layanan/agent.json", "/etc/layanan/keys", "/var/lib/layanan", "/var/lib/layanan/sites",
    "/var/lib/layanan/journal.key", "/etc/layanan/php", "/etc/layanan/tls", "/var/lib/layanan-bot", "/var/lib/mysql",
    "/etc/ssh/ssh_host_ed25519_key", "/var/log/apache2", "/var/log/auth.log", "/var/log/journal", "/root",
    "/var/lib/layanan-agent", "/var/log/mysql", "/etc/mysql/debian.cnf", "/etc/sudoers.d/layanan-agent",
)  # fmt: skip
NR_PTRACE, NR_VM_READ, NR_BPF, NR_USERFAULTFD, NR_KEYCTL, NR_ADD_KEY = 101, 310, 321, 323, 250, 248  # x86-64
NR_IO_URING_SETUP, NR_PERF, NR_MOUNT, NR_PIVOT, NR_CHROOT, NR_OPEN_BY_HANDLE = 425, 298, 165, 155, 161, 304
PTRACE_ATTACH, CLONE_NEWUSER, CLONE_NEWNS = 16, 0x10000000, 0x00020000
TOPS = ("/run", "/var", "/etc", "/usr", "/srv", "/opt", "/home", "/root", "/boot", "/mnt", "/media", "/dev")
LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: int) -> bool:
    """Return whether the kernel did it."""
    return int(LIBC.syscall(number, *(ctypes.c_long(argument) for argument in arguments))) >= 0


def reads_secrets(scene: dict[str, Any]) -> list[str]:
    return [path for path in (*SECRETS, *scene["theirs"]) if _opens(path)]


def _opens(path: str) -> bool:
    try:
        if Path(path).is_dir():
            list(Path(path).iterdir())
            return True
        return _first_byte(path)
    except OSError:
        return False


def _first_byte(path: str) -> bool:
    with Path(path).open("rb") as file:
        file.read(1)
    return True


def sees_neighbours_folders(scene: dict[str, Any]) -> list[str]:
    return [path.name for path in Path("/srv/hosting").iterdir() if path.name != scene["slug"]]


def sees_other_processes(_scene: dict[str, Any]) -> list[str]:
    mine = os.getuid()
    return [path.name for path in Path("/proc").glob("[0-9]*") if path.stat().st_uid != mine]


def reads_other_processes(_scene: dict[str, Any]) -> list[str]:
    found = []
    for pid in _others():
        for name in ("cmdline", "environ", "maps", "root", "cwd", "fd/0", "mem"):
            path = f"/proc/{pid}/{name}"
            try:
                Path(path).readlink() if name in {"root", "cwd", "fd/0"} else _first_byte(path)
            except OSError:
                continue
            found.append(path)
    return found


def _others() -> Iterator[int]:
    """Yield the ids of processes that are not ours, whether or not /proc lists them."""
    mine = os.getuid()
    for pid in range(1, os.getpid()):
        try:
            if Path(f"/proc/{pid}").stat().st_uid == mine:
                continue
        except OSError:
            pass
        yield pid


def reaches_into_processes(_scene: dict[str, Any]) -> list[int]:
    return [pid for pid in _others() if syscall(NR_PTRACE, PTRACE_ATTACH, pid, 0, 0) or _reads_memory(pid)]


def reaches_into_own_processes_outside(scene: dict[str, Any]) -> list[int]:
    """Reach into programs that the agent runs with our own uid, and with no sandbox around them."""
    return [pid for pid in scene["outside"] if _reads_memory(pid) or _succeeds(lambda: _opens_memory(pid))]  # noqa: B023


def _opens_memory(pid: int) -> bool:
    with Path(f"/proc/{pid}/mem").open("r+b"):
        return True


def _reads_memory(pid: int) -> bool:
    """Whether process_vm_readv gets as far as looking for the address, which is after the permission was given."""
    buffer = ctypes.create_string_buffer(16)
    vector = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 16)
    return syscall(NR_VM_READ, pid, ctypes.addressof(vector), 1, ctypes.addressof(vector), 1, 0) or (
        ctypes.get_errno() == errno.EFAULT
    )


def signals_processes(scene: dict[str, Any]) -> list[int]:
    """Signal what is not ours; what runs for us, wherever it does, may be ended by us."""
    found = []
    for pid in {*_others()} - {*scene["outside"]}:
        try:
            os.kill(pid, signal.SIGCONT)
        except OSError:
            continue
        found.append(pid)
    return found


def connects_to_sockets(_scene: dict[str, Any]) -> list[str]:
    """Connect to every socket there is a path to; MariaDB's is meant for tenants, it asks for their password."""
    paths = [path for top in ("/run", "/var/run", "/tmp", "/var/lib") for path in _sockets(top)]
    names = [path for path in sorted(set(paths)) if _connects(path)]
    return [name for name in names if name not in ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock")]


def _sockets(top: str) -> Iterator[str]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = f"{folder}/{name}"
            try:
                if stat.S_ISSOCK(os.lstat(path).st_mode):
                    yield path
            except OSError:
                continue


def _connects(path: str) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        with socket.socket(socket.AF_UNIX, kind) as trial:
            try:
                trial.connect(path)
            except OSError:
                continue
            return True
    return False


def listens_on_abstract_names(_scene: dict[str, Any]) -> list[str]:
    lines = Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.split()[-1] for line in lines if line.split()[-1].startswith("@") and _connects("\0" + line[1:])]


def makes_links(scene: dict[str, Any]) -> list[str]:
    made = []
    own = f"{scene['home']}/public/index.html"
    for make, targets in ((os.symlink, (own, *scene["theirs"])), (os.link, scene["theirs"])):
        for number, target in enumerate((*targets, "/etc/passwd", "/bin/sh")):
            try:
                make(target, f"{scene['home']}/public/t{number}")
            except OSError:
                continue
            made.append(f"{make.__name__} {target}")
    return made


def writes_where_others_look(scene: dict[str, Any]) -> list[str]:
    """Return folders outside of the tenant's own, and of what only they see, in which a file can be made."""
    found = []
    for top in TOPS:
        for folder, names, _ in os.walk(top):
            names[:] = [name for name in names if f"{folder}/{name}" != scene["home"]]
            if os.access(folder, os.W_OK) and _makes(folder):
                found.append(folder)
    private = ("/var/tmp", "/dev/mqueue", "/dev/shm")  # the unit's own; the test looks from outside
    return [folder for folder in found if not folder.startswith(private)]


def _makes(folder: str) -> bool:
    try:
        Path(folder, "tanda").touch()
    except OSError:
        return False
    return True


def leaves_the_sandbox(_scene: dict[str, Any]) -> list[str]:
    tries: dict[str, Callable[[], bool]] = {
        "unshare user": lambda: LIBC.unshare(CLONE_NEWUSER) == 0,
        "unshare mount": lambda: LIBC.unshare(CLONE_NEWNS) == 0,
        "setns": lambda: LIBC.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0) == 0,
        "mount": lambda: syscall(NR_MOUNT, 0, 0, 0, 0, 0),
        "pivot_root": lambda: syscall(NR_PIVOT, 0, 0),
        "chroot": lambda: _done(os.chroot, "/tmp"),
        "open_by_handle": lambda: syscall(NR_OPEN_BY_HANDLE, -100, 0, 0),
        "bpf": lambda: syscall(NR_BPF, 5, 0, 0),
        "userfaultfd": lambda: syscall(NR_USERFAULTFD, 0),
        "io_uring": lambda: syscall(NR_IO_URING_SETUP, 8, ctypes.addressof(ctypes.create_string_buffer(120))),
        "perf": lambda: syscall(NR_PERF, ctypes.addressof(ctypes.create_string_buffer(128)), 0, -1, -1, 0),
        "keyring": lambda: syscall(NR_KEYCTL, 0, -3, 0),
        "setuid": lambda: _done(os.setuid, 0),
        "raw socket": lambda: bool(socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
        "netlink": lambda: bool(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
        "device": lambda: _done(os.mknod, "/tmp/d", stat.S_IFBLK | 0o600, os.makedev(254, 0)),
        "memory of processes": lambda: _reads_memory(os.getpid()),
        "priority": lambda: _done(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1)),
        "setuid file": lambda: bool(_setuid_of("/tmp/s")),
    }
    return [name for name, attempt in tries.items() if _succeeds(attempt)]


def _done(call: Callable[..., None], *arguments: Any) -> bool:
    call(*arguments)
    return True


def _setuid_of(path: str) -> int:
    Path(path).touch()
    Path(path).chmod(0o6755)
    return Path(path).stat().st_mode & 0o6000


def _succeeds(attempt: Callable[[], bool]) -> bool:
    try:
        return attempt()
    except OSError:
        return False


def becomes_root_by_programs(_scene: dict[str, Any]) -> list[str]:
    """Run every set-uid program that could answer with root's identity, and what starts things for others."""
    tries = {
        "sudo": ["sudo", "-n", "id", "-u"],
        "su": ["su", "-c", "id -u"],
        "systemctl": ["systemctl", "kill", "apache2"],
        "systemd-run": ["systemd-run", "--wait", "--pipe", "id", "-u"],
        "crontab": ["sh", "-c", "echo '* * * * * id' | crontab - && crontab -l"],
        "agent": ["python3", "-I", "/usr/lib/layanan-agent"],
        "journalctl": ["sh", "-c", "journalctl -n 1 -q | grep ."],
        "busctl": ["busctl", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                   "org.freedesktop.systemd1.Manager", "StopUnit", "ss", "apache2.service", "replace"],
    }  # fmt: skip
    return [name for name, command in tries.items() if _runs(command)]


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b'"error"' not in done.stdout


def keeps_shared_memory(_scene: dict[str, Any]) -> list[str]:
    """Return System V segments of others; our own die with the unit (RemoveIPC)."""
    lines = [line for path in Path("/proc/sysvipc").glob("*") for line in path.read_text().splitlines()[1:]]
    return [line for line in lines if str(os.getuid()) not in line.split()]


ATTEMPTS = (
    reads_secrets, sees_neighbours_folders, sees_other_processes, reads_other_processes, reaches_into_processes,
    reaches_into_own_processes_outside, signals_processes, connects_to_sockets, listens_on_abstract_names, makes_links,
    writes_where_others_look, leaves_the_sandbox, becomes_root_by_programs, keeps_shared_memory,
)  # fmt: skip


def main() -> None:
    """Try everything and say what worked."""
    scene = json.load(sys.stdin)
    took = {}
    for attempt in ATTEMPTS:
        try:
            found = attempt(scene)
        except OSError:
            continue
        if found:
            took[attempt.__name__] = found
    json.dump({"uid": os.getuid(), "took": took}, sys.stdout)


if __name__ == "__main__":
    main()

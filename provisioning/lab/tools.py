"""Calling the machine's own programs, and saying plainly what is missing before the first call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from provisioning.lab.errors import LabError
from provisioning.lab.packages import ARCHIVE_KEYS, LAB_TOOLS

WITHOUT_LAB = 'The other tests run without it: make test-fast (or: pytest -m "not server").'
SBIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def check_machine() -> None:
    """Raise one `LabError` that names everything the lab lacks here: Linux, root, packages."""
    lacks = []
    if sys.platform != "linux":
        lacks.append("Linux (network namespaces and cgroups)")
    elif os.geteuid() != 0:
        lacks.append("root (it makes mounts, network namespaces and cgroups)")
    missing = sorted({package for tool, package in LAB_TOOLS.items() if not shutil.which(tool, path=SBIN)})
    if missing:
        lacks.append(f"these Debian packages: apt-get install {' '.join([*missing, ARCHIVE_KEYS])}")
    if lacks:
        raise LabError(f"The lab cannot run here. It needs {'; '.join(lacks)}. {WITHOUT_LAB}")


def call(*arguments: str, check: bool = True, timeout: float = 60) -> str:
    """Run a program and return its standard output; raises `LabError` with its last words if it fails.

    `timeout` is in seconds. Nothing secret may be among the arguments.
    """
    done = try_call(arguments, timeout=timeout)
    if check and done.returncode != 0:
        words = done.stderr.strip().splitlines()[-3:] or [f"exit status {done.returncode}"]
        raise LabError(f"{' '.join(arguments)}: {' / '.join(words)}")
    return done.stdout


def try_call(
    arguments: Sequence[str], *, timeout: float = 60, pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program, output captured, success not required; it inherits the files `pass_fds` open."""
    environment = {**os.environ, "PATH": SBIN, "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env=environment,
            pass_fds=pass_fds,
        )
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{' '.join(arguments)}: no end after {timeout:.0f} s") from error

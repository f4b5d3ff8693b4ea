"""The root file system every server of a lab starts from: built once per recipe, kept, never written again."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from provisioning.lab.errors import LabError
from provisioning.lab.packages import SERVER_PACKAGES
from provisioning.lab.tools import try_call

RECIPE: Final = 1  # raise it when what _build does changes in a way its arguments do not show
DEFAULT_SUITE: Final = "bookworm"
DEFAULT_CACHE: Final = Path("/var/cache/layanan-lab")
BUILD_TIMEOUT: Final = 1200.0
ATTEMPTS: Final = 3
PAUSE: Final = 5.0  # seconds between two attempts
# documentation and translations are half of the time and a third of the space
UNWANTED: Final = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """What an image is made from; equal recipes share one image."""

    suite: str = DEFAULT_SUITE
    mirror: str | None = None  # None: deb.debian.org with its updates and security archives
    packages: tuple[str, ...] = SERVER_PACKAGES
    unpacked_only: bool = False  # the packages and what they need, not set up: no system that could start

    @classmethod
    def from_environment(cls, suite: str | None = None) -> Recipe:
        """Read LAYANAN_LAB_SUITE (bookworm, trixie) and LAYANAN_LAB_MIRROR; `suite` goes before the former."""
        chosen = suite or os.environ.get("LAYANAN_LAB_SUITE") or DEFAULT_SUITE
        return cls(suite=chosen, mirror=os.environ.get("LAYANAN_LAB_MIRROR") or None)

    def name(self) -> str:
        """Return the image's folder name: the suite for people, a hash for certainty."""
        fields = dataclasses.asdict(self)
        if not self.unpacked_only:
            del fields["unpacked_only"]
        text = json.dumps([RECIPE, fields, UNWANTED, os.uname().machine], sort_keys=True)
        return f"{self.suite}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def image(recipe: Recipe) -> Path:
    """Return the image's folder, building it (about a minute) if it is not there.

    It lies in LAYANAN_LAB_CACHE, /var/cache/layanan-lab by default. Raises `LabError` when it cannot be built.
    """
    cache = Path(os.environ.get("LAYANAN_LAB_CACHE") or DEFAULT_CACHE)
    ready = cache / recipe.name()
    if ready.is_dir():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"{recipe.name()}.lock") as lock:
        if not ready.is_dir():  # another run may have built it while this one waited
            _build(recipe, ready, lock)
    return ready


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _build(recipe: Recipe, ready: Path, lock: int) -> None:
    partial = ready.with_name(f"{ready.name}.partial")
    log = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        shutil.rmtree(partial, ignore_errors=True)
        # mmdebstrap holds the lock too, so that nobody builds beside it if this process is killed
        done = try_call(_command(recipe, partial), timeout=BUILD_TIMEOUT, pass_fds=[lock])
        if done.returncode == 0:
            partial.rename(ready)
            return
        log = done.stderr
    shutil.rmtree(partial, ignore_errors=True)
    last_words = "\n".join(log.strip().splitlines()[-15:])
    raise LabError(f"The {recipe.suite} image could not be built ({ATTEMPTS} attempts). mmdebstrap says:\n{last_words}")


def _command(recipe: Recipe, target: Path) -> list[str]:
    # every server gets host keys and a machine id of its own, so the image must hold none
    forget = 'rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/machine-id "$1"/var/lib/dbus/machine-id'
    return [
        "mmdebstrap",
        "--mode=root",
        "--variant=extract" if recipe.unpacked_only else "--variant=minbase",
        "--format=directory",
        '--aptopt=Acquire::Retries "5"',
        '--aptopt=Acquire::Languages "none"',
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in UNWANTED),
        f"--include={','.join(recipe.packages)}",
        f"--customize-hook={forget}",
        recipe.suite,
        str(target),
        *([recipe.mirror] if recipe.mirror else []),
    ]

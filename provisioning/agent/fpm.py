"""Debian's php-fpm, of any version: where it is, and whether it takes a pool's file."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from provisioning.agent import files, names
from provisioning.agent.command import brief, run
from provisioning.agent.text_cache import MEMORY
from provisioning.plan import ErrorCode, ServerError, digest


def program(version: str) -> Path:
    """Return Debian's path of a PHP version's php-fpm."""
    return Path(f"/usr/sbin/php-fpm{version}")


def command_line(version: str) -> Path:
    """Return Debian's path of a PHP version's command line, which its php-fpm depends on."""
    return Path(f"/usr/bin/php{version}")


def installed() -> list[str]:
    """Return the PHP versions whose php-fpm is there."""
    found = (re.fullmatch(r"php-fpm([78]\.[0-9]{1,2})", path.name) for path in Path("/usr/sbin").glob("php-fpm*"))
    return sorted(match.group(1) for match in found if match)


def extensions(version: str) -> list[str]:
    """Return what a PHP version loads beside what is built in, by Debian's files for it ("20-mbstring.ini")."""
    found = Path(f"/etc/php/{version}/fpm/conf.d").glob("*.ini")
    return sorted({path.stem.partition("-")[2] or path.stem for path in found})


def test(version: str, pool: files.WantedFile, *, like: files.WantedFile) -> None:
    """Let php-fpm test a pool's file where nothing reads it. Raises `ServerError` (`PHP_CONFIG_INVALID`).

    `like` is the same file for a fixed name. Where that has passed with the present installation, the names alone are
    new, which have been checked with the spec: it is not tested again.
    """
    passed = digest(["php-fpm -t", like.content, _installation(version)])
    if MEMORY.get(passed) is not None:
        return
    names.RUN.mkdir(mode=0o700, exist_ok=True)
    staged = names.RUN / f"{pool.path.name}.{os.getpid()}"
    files.put(files.WantedFile(path=staged, content=pool.content, mode=0o600))
    try:
        tested = run([str(program(version)), "-t", "--fpm-config", str(staged)])
    finally:
        files.remove(staged)
    if tested.code != 0:
        raise ServerError(ErrorCode.PHP_CONFIG_INVALID, brief(tested.errors), step="php_fpm")
    MEMORY.keep(passed, "")


def _installation(version: str) -> list[tuple[str, int, int, int]]:
    """Return what tells one state of a PHP installation from another: its program, and every file of its settings."""
    found = []
    for path in (program(version), *sorted(Path(f"/etc/php/{version}/fpm").rglob("*.[ci]*"))):
        with contextlib.suppress(FileNotFoundError):
            info = path.stat()
            found.append((str(path), info.st_ino, info.st_size, info.st_mtime_ns))
    return found

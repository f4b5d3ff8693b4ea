"""Apache as a whole: test a changed configuration before it is swapped in, and take it up without losing a request."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from provisioning.agent import files, names
from provisioning.agent.apache_restart_stall import RestartStall
from provisioning.agent.command import brief, run
from provisioning.agent.render import render
from provisioning.plan import ErrorCode, ServerError

SERVER_FILE = Path("/etc/apache2/conf-enabled/zz-layanan.conf")
ETC = Path("/etc/apache2")
ENABLED = ETC / "sites-enabled"
PID_FILE = Path("/run/apache2/apache2.pid")
PENDING = "apache"
GENERATION = "000-generation.inc"
PROBE_NAME = "agent.layanan.invalid"  # RFC 2606: a name that can be nobody's
RELOAD_SECONDS = 20.0
POLL_SECONDS = 0.01
PROBE_SECONDS = 0.15
ANSWER_MAX = 8192  # bytes

_passed_with: list[dict[str, tuple[int, int]]] = []  # the others' files as they were at our last test, if there was one


def master() -> int | None:
    """Return the process id of Apache's parent, None where Apache does not run."""
    try:
        pid = int(PID_FILE.read_text(encoding="ascii"))
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def foreign_names(domains: Iterable[str]) -> dict[str, str]:
    """Return which of `domains` a site that is not ours serves, and in which file."""
    wanted, found = set(domains), {}
    for path in sorted(path for path in ENABLED.glob("*.conf") if path.is_file()):
        found.update({name: str(path) for name in wanted & set(names_in(path))})
    return found


def names_in(path: Path) -> list[str]:
    """Return the names that an Apache file serves, without the scheme and the port that `ServerName` may have."""
    text = path.read_text(encoding="utf-8", errors="replace").lower()
    lines = re.findall(r"^\s*server(?:name|alias)\s+(.+)$", text, flags=re.MULTILINE)
    return [re.sub(r"^https?://|:\d+$", "", name) for line in lines for name in line.split()]


def first_pair() -> tuple[Path, Path] | None:
    """Return certificate and key of port 443's first virtual host, as our shared file names them."""
    try:
        text = SERVER_FILE.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    found = re.search(r"^\s*SSLCertificateFile (\S+)\n\s*SSLCertificateKeyFile (\S+)$", text, flags=re.MULTILINE)
    return (Path(found.group(1)), Path(found.group(2))) if found else None


@contextlib.contextmanager
def staged(changed: Iterable[files.WantedFile]) -> Iterator[Path]:
    """Yield a folder that is the sites' folder as it would be after the change."""
    names.RUN.mkdir(mode=0o700, exist_ok=True)
    stage = names.RUN / f"apache.{os.getpid()}.{secrets.token_hex(4)}"
    stage.mkdir(mode=0o700)
    try:
        for path in names.SITES_DIR.glob("[!.]*"):
            (stage / path.name).symlink_to(path)
        for wanted in changed:
            (stage / wanted.path.name).unlink(missing_ok=True)
            if wanted.content is not None:
                (stage / wanted.path.name).write_text(wanted.content, encoding="utf-8")
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def test(changed: Iterable[files.WantedFile]) -> None:
    """Let Apache read the whole configuration as it would be. Raises `ServerError`: broken before, or by the change."""
    if master() is None:
        raise ServerError(ErrorCode.APACHE_DOWN, "Apache does not run", step="vhost")
    seen = _others_files()
    with staged(changed) as stage:
        tested = run(["apache2ctl", "-t", "-C", f"Define LAYANAN_SITES {stage}"])
        if tested.code == 0:
            _passed_with[:] = [seen]
            return
    before = run(["apache2ctl", "-t"])
    if before.code != 0:
        raise ServerError(ErrorCode.APACHE_CONFIG_BROKEN, _complaint(before.errors), step="vhost")
    raise ServerError(ErrorCode.APACHE_CONFIG_INVALID, _complaint(tested.errors), step="vhost")


def _others_files() -> dict[str, tuple[int, int]]:
    """Return what can be told at a glance of the files that are not ours to write."""
    found = {}
    for folder in (ETC, *(ETC / f"{kind}-enabled" for kind in ("conf", "mods", "sites"))):
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    info = entry.stat()
                    if stat.S_ISREG(info.st_mode):
                        found[entry.path] = (info.st_ino, info.st_mtime_ns)
    found.pop(str(SERVER_FILE), None)
    return found


def _test_again_where_changed() -> None:
    """Refuse what somebody broke since our test: a graceful restart that fails ends Apache, with every site."""
    if _passed_with == [_others_files()]:
        return
    test([])


def _complaint(errors: str) -> str:
    """Return Apache's error without its warnings, which come first and hide it."""
    lines = dict.fromkeys(line for line in errors.splitlines() if not re.search(r"\bAH0(0558|0112):", line))
    return brief("\n".join(lines) or errors)


def reload() -> None:
    """Take up the configuration and wait until it is in force. Raises `ServerError` (`APACHE_RELOAD_FAILED`)."""
    generation = secrets.token_hex(8)
    content = render("apache-generation.inc", generation=generation)
    files.put(files.WantedFile(path=names.SITES_DIR / GENERATION, content=content))
    _test_again_where_changed()
    pid = master()
    if pid is None:
        raise ServerError(ErrorCode.APACHE_DOWN, "Apache does not run", step="vhost")
    os.kill(pid, signal.SIGUSR1)
    limit, nap = time.monotonic() + RELOAD_SECONDS, RestartStall(pid)
    while _generation() != generation:
        if nap.is_long():
            _test_again_where_changed()
            os.kill(pid, signal.SIGUSR1)
        if time.monotonic() > limit:
            raise ServerError(ErrorCode.APACHE_RELOAD_FAILED, f"not in force after {RELOAD_SECONDS:g} s", step="vhost")
        time.sleep(POLL_SECONDS)
    files.unmark(PENDING)


def _generation() -> str | None:
    """Ask the Apache of this moment which configuration it runs (over a plain socket: `http.client` loads slowly)."""
    question = f"HEAD / HTTP/1.1\r\nHost: {PROBE_NAME}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", 80), timeout=PROBE_SECONDS) as connection:
            connection.sendall(question.encode())
            with connection.makefile("rb") as answer:
                text = answer.read(ANSWER_MAX).decode("latin-1")
    except OSError:
        return None
    found = re.search(r"^X-Layanan-Generation: (\S+)\r$", text, flags=re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else None

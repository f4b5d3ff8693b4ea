"""Runs one program of the server: fixed environment, no shell, a time limit, secrets on standard input only."""

from __future__ import annotations

import dataclasses
import pwd
import subprocess
from collections.abc import Sequence

from provisioning.plan import ErrorCode, ServerError

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
DETAIL_MAX = 600  # characters of a program's complaint that travel back
APART = "net_bind_service"  # of all capabilities one that does little, and that every server with Apache can give


@dataclasses.dataclass(frozen=True, kw_only=True)
class CommandOutput:
    """What a program left; `text` is its standard output and error together where `merge` was asked for."""

    code: int
    text: str
    errors: str


def run(
    argv: Sequence[str], *, given: str | None = None, seconds: float = 60, account: str = "", folder: str = "/"
) -> CommandOutput:
    """Run `argv` with `given` on its standard input, as root or as an account, with nothing of root's then.

    Raises `ServerError` (`TIMEOUT`, `STEP_FAILED` if absent).
    """
    try:
        done = subprocess.run(
            [*(as_account(account) if account else ()), *argv],
            input=None if given is None else given.encode(),
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=seconds,
            cwd=folder,
            check=False,
            env={**ENVIRONMENT, "HOME": "/nonexistent"} if account else ENVIRONMENT,
            umask=0o027 if account else -1,
        )
    except subprocess.TimeoutExpired as error:
        raise ServerError(ErrorCode.TIMEOUT, f"{argv[0]} took more than {seconds:g} s") from error
    except FileNotFoundError as error:
        raise ServerError(ErrorCode.STEP_FAILED, f"{argv[0]} is not installed") from error
    return CommandOutput(code=done.returncode, text=_decoded(done.stdout), errors=_decoded(done.stderr))


def as_account(account: str) -> list[str]:
    """Return what comes before a command that shall run with a hosting's rights, outside of the hosting's sandbox.

    Programs of that account cannot reach into it (its memory, its descriptors), though it is of their own uid: its one
    capability is one that they lack (ptrace(2), "Ptrace access mode checking"; on any kernel, with Yama or without).
    It ends with the agent: one that outlived a killed agent would go on beside whatever is tried next.
    """
    entry = pwd.getpwnam(account)
    whose = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--no-new-privs"]
    may = [f"--{each}=-all,+{APART}" for each in ("inh-caps", "ambient-caps", "bounding-set")]
    return ["setpriv", *whose, *may, "--pdeathsig=KILL", "--"]


def must(argv: Sequence[str], *, given: str | None = None, seconds: float = 60, account: str = "") -> str:
    """Run `argv`, expect success and return its standard output. Raises `ServerError` (`STEP_FAILED`, `TIMEOUT`)."""
    output = run(argv, given=given, seconds=seconds, account=account)
    if output.code != 0:
        raise ServerError(ErrorCode.STEP_FAILED, f"{argv[0]} ended with {output.code}: {brief(output.errors)}")
    return output.text


def brief(text: str) -> str:
    """Return a program's complaint as one bounded line."""
    return " ".join(text.split())[:DETAIL_MAX]


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")

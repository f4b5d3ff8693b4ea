"""Runs one program of the server: fixed environment, no shell, a time limit, secrets on standard input only."""

from __future__ import annotations

import dataclasses
import pwd
import subprocess
from collections.abc import Sequence
from typing import Any

from provisioning.plan import ErrorCode, ServerError

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
DETAIL_MAX = 600  # characters of a program's complaint that travel back


@dataclasses.dataclass(frozen=True, kw_only=True)
class Output:
    """What a program left; `text` is its standard output and error together where `merge` was asked for."""

    code: int
    text: str
    errors: str


def run(
    argv: Sequence[str], *, given: str | None = None, seconds: float = 60, account: str = "", folder: str = "/"
) -> Output:
    """Run `argv` with `given` on its standard input, as root or as an account, with nothing of root's then.

    Raises `ServerError` (`TIMEOUT`, `STEP_FAILED` if absent).
    """
    try:
        done = subprocess.run(
            list(argv),
            input=None if given is None else given.encode(),
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=seconds,
            cwd=folder,
            check=False,
            **_identity(account),
        )
    except subprocess.TimeoutExpired as error:
        raise ServerError(ErrorCode.TIMEOUT, f"{argv[0]} took more than {seconds:g} s") from error
    except FileNotFoundError as error:
        raise ServerError(ErrorCode.STEP_FAILED, f"{argv[0]} is not installed") from error
    return Output(code=done.returncode, text=_decoded(done.stdout), errors=_decoded(done.stderr))


def _identity(account: str) -> dict[str, Any]:
    if not account:
        return {"env": ENVIRONMENT}
    entry = pwd.getpwnam(account)
    return {
        "env": {**ENVIRONMENT, "HOME": "/nonexistent"},
        "user": entry.pw_uid,
        "group": entry.pw_gid,
        "extra_groups": [],
        "umask": 0o027,
    }


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

"""A child process that becomes a hosting's account, does something with its files, and says what came of it.

What it opens the tenant could open, and what it writes the tenant could write: no link or mount of theirs leads it
further. What becomes another user cannot be traced by that user (prctl(2), PR_SET_DUMPABLE).
"""

from __future__ import annotations

import json
import os
import pwd
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Any

from provisioning.plan import ErrorCode, ServerError

ANSWER_MAX = 4 * 1024 * 1024  # bytes
MEMORY = 1024 * 1024 * 1024  # bytes


def answer(
    account: pwd.struct_passwd, work: Callable[[], dict[str, Any]], *, seconds: float, step: str
) -> dict[str, Any]:
    """Let the child do `work`, and return what that returned.

    Raises `ServerError` of that step: TIMEOUT after so many seconds, STEP_FAILED where the child does not end well.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            _become(account, seconds)
            with os.fdopen(writer, "wb") as stream:
                stream.write(json.dumps(work()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    try:
        raw = _all_of(reader, time.monotonic() + seconds)
    except TimeoutError as error:
        os.kill(child, signal.SIGKILL)
        raise ServerError(ErrorCode.TIMEOUT, "the files were not read in time", step=step) from error
    finally:
        os.close(reader)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        raise ServerError(ErrorCode.STEP_FAILED, f"reading the files ended with {code}", step=step)
    said: dict[str, Any] = json.loads(raw)
    return said


def _become(account: pwd.struct_passwd, seconds: float) -> None:
    """Give up root for good, for the tenant's own rights, with little of the processor and bounded memory."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    os.chdir("/")


def _all_of(descriptor: int, limit: float) -> bytes:
    """Read to the end. Raises `TimeoutError`; an answer beyond `ANSWER_MAX` is cut, and so no JSON any more."""
    waiting, raw = select.poll(), bytearray()
    waiting.register(descriptor, select.POLLIN)
    while len(raw) < ANSWER_MAX:
        left = limit - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise TimeoutError
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        raw += piece
    return bytes(raw)

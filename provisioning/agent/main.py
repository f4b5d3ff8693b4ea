"""The agent's entry: requests in, JSON lines out, one process for many requests over one connection.

Each request is answered by a child of its own, forked from a process that has loaded the agent and read nothing: no
request can see what an earlier one held, and the answer to one never depends on another.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import traceback
from typing import Any, BinaryIO

from provisioning.agent import bundle, log, protocol, reading
from provisioning.plan import ErrorCode, Progress, ServerError

REQUEST_SECONDS = 5  # for the first request to come, and for any request to come whole
IDLE_SECONDS = 600  # after an answer: nobody keeps an idle root process for longer
PAUSE_SECONDS = 0.1  # after an answer: who has nothing more to ask by then may have something later
ANSWERED, LAST = 0, 3  # how a child ends: the next request may come; no more will


def main() -> int:
    """Answer what comes on standard input until it ends, nothing comes for long, or a newer agent is installed.

    A caller that went away stops nothing: the journal keeps the answer. Return 1 where an answer was cut off.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.umask(0o022)
    if not _comes(REQUEST_SECONDS):
        JsonLines(sys.stdout.buffer).write({"error": _too_late().to_data()})
        return 0
    ended, is_loaded = _in_a_child(is_first=True), False
    while ended == ANSWERED:
        if not is_loaded and not _comes(PAUSE_SECONDS):
            is_loaded = _load_everything()
        if not _comes(IDLE_SECONDS) or bundle.is_superseded():
            break
        ended = _in_a_child(is_first=False)
    return 0 if ended in {ANSWERED, LAST} else 1


def _comes(seconds: float) -> bool:
    """Wait for a request, or for the end of all requests, without reading it."""
    waiting = select.poll()
    waiting.register(sys.stdin.fileno(), select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def _in_a_child(*, is_first: bool) -> int:
    """Let a child answer one request; return how it ended (negative: by a signal)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _answer_one(is_first=is_first)
        finally:
            os._exit(code)  # nothing of the parent's is run down twice
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _load_everything() -> bool:
    """Load what any request may want, so that no child has to, and keep its memory shared."""
    from provisioning.agent import verbs  # noqa: PLC0415 - the first request was not to wait for it

    verbs.load_everything()
    gc.collect()
    gc.freeze()
    return True


def _answer_one(*, is_first: bool) -> int:
    output, line = JsonLines(sys.stdout.buffer), b""
    try:
        line = _request_line()
        if not line and not is_first:
            return LAST
        request = reading.parse(line)
        from provisioning.agent import verbs  # noqa: PLC0415 - what is no request needs none of it

        output.write({"result": verbs.answer(request, output.progress)})
    except ServerError as error:
        output.write({"error": error.to_data()})
    except Exception as error:  # noqa: BLE001 - the caller must get an answer; the traceback goes to the server's log
        from provisioning.agent.site import as_server_error  # noqa: PLC0415 - seldom needed

        log.write("_agent", "crash", traceback=traceback.format_exc())
        output.write({"error": as_server_error(error, "agent").to_data()})
    return ANSWERED if line.endswith(b"\n") else LAST


def _request_line() -> bytes:
    """Read the request; an empty one is the end of all. Raises `ServerError` (`BAD_REQUEST`) when half of it comes."""

    def too_late(*_: object) -> None:
        raise _too_late()

    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(REQUEST_SECONDS)
    line = bytearray()
    while not line.endswith(b"\n") and len(line) <= protocol.REQUEST_MAX:
        piece = os.read(sys.stdin.fileno(), 65536)
        if not piece:
            break
        line += piece
    signal.alarm(0)
    return bytes(line)


def _too_late() -> ServerError:
    return ServerError(ErrorCode.BAD_REQUEST, f"no request came within {REQUEST_SECONDS} s", step="request")


class JsonLines:
    """Standard output as JSON lines, each at once; a closed pipe is no reason to stop."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: dict[str, Any]) -> None:
        """Write one line."""
        with contextlib.suppress(BrokenPipeError):
            self._stream.write(json.dumps(data, ensure_ascii=False).encode() + b"\n")
            self._stream.flush()

    def progress(self, progress: Progress) -> None:
        """Write one progress event."""
        self.write({"event": "progress", **vars(progress)})

"""The agent's entry: one request in, JSON lines out. It ends with 0 where it answered, whatever the answer says."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from provisioning.agent import bundle, config, lock, log, names, protocol
from provisioning.agent.memory import MEMORY
from provisioning.agent.protocol import Request, Verb
from provisioning.agent.record import Records
from provisioning.agent.site import Site
from provisioning.plan import ErrorCode, Progress, ServerError

REQUEST_SECONDS = 5


def main() -> int:
    """Answer the request on standard input. A caller that went away stops nothing: the journal keeps the answer."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.umask(0o022)
    output = Output(sys.stdout.buffer)
    try:
        line = _request_line()
        output.write({"result": answer(protocol.parse(line), line, output)})
    except ServerError as error:
        output.write({"error": error.to_data()})
    except Exception as error:  # noqa: BLE001 - the caller must get an answer; the traceback goes to the server's log
        log.write("_agent", "crash", traceback=traceback.format_exc())
        detail = f"{type(error).__name__}: {error}"
        output.write({"error": ServerError(ErrorCode.INTERNAL, detail).to_data()})
    return 0


def _request_line() -> bytes:
    """Read the request. Raises `ServerError` (`BAD_REQUEST`) when none comes: nobody keeps an idle root process."""

    def too_late(*_: object) -> None:
        raise ServerError(ErrorCode.BAD_REQUEST, f"no request came within {REQUEST_SECONDS} s", step="request")

    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(REQUEST_SECONDS)
    line = sys.stdin.buffer.readline(protocol.REQUEST_MAX + 1)
    signal.alarm(0)
    return line


class Output:
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
        self.write({"event": "progress", "step": progress.step, "done": progress.done, "total": progress.total})


def answer(request: Request, line: bytes, output: Output) -> dict[str, Any]:
    """Return the result of a checked request. Raises `ServerError`."""
    settings = config.load(Path(protocol.CONFIG_FILE))
    if request.verb is Verb.FACTS:
        from provisioning.agent import facts  # noqa: PLC0415 - each verb loads only what it needs

        return facts.gather(settings, Records().everything(), bundle.version()).to_data()
    if request.spec is None:
        raise ServerError(ErrorCode.BAD_REQUEST, "this verb needs a spec", step="request")
    if request.verb is Verb.USAGE:
        from provisioning.agent import usage  # noqa: PLC0415 - each verb loads only what it needs

        MEMORY.folder = names.STATE / "rendered"
        return usage.gather(request.spec, settings).to_data()
    if request.verb is Verb.LOG:
        return {"lines": log.tail(request.spec.slug, request.lines)}
    if request.verb is Verb.APPLY:
        with lock.held():
            return _apply_once(request, line, settings, output)
    return _look(request, settings)


def _site(request: Request, settings: config.AgentConfig) -> Site:
    from provisioning.agent import planner  # noqa: PLC0415 - each verb loads only what it needs

    assert request.spec is not None  # noqa: S101 - `answer` has refused it
    MEMORY.folder = names.STATE / "rendered"
    records = Records()
    record = records.load(request.spec.slug)
    site = Site(spec=request.spec, config=settings, record=record, secrets=request.secrets)
    planner.permit(site, records.everything())
    return site


def _look(request: Request, settings: config.AgentConfig) -> dict[str, Any]:
    from provisioning.agent import planner  # noqa: PLC0415 - each verb loads only what it needs

    site = _site(request, settings)
    found = planner.observe(site)
    if request.verb is Verb.OBSERVE:
        return {"found": found}
    plan = planner.plan(site.spec, found)
    return {"plan": plan.to_data(), "hash": plan.hash}


def _apply_once(request: Request, line: bytes, settings: config.AgentConfig, output: Output) -> dict[str, Any]:
    """Answer from the journal, or apply. Runs under the server's lock, so a repeated request waits for the first."""
    from provisioning.agent.journal import Journal  # noqa: PLC0415 - each verb loads only what it needs

    journal = Journal()
    earlier = journal.begin(request.id, line)
    if earlier is not None:
        return {**earlier, "replayed": True}
    shutil.rmtree(names.RUN, ignore_errors=True)  # what a killed run had staged
    result = _apply(request, settings, output)
    journal.finish(request.id, result)
    return result


def _apply(request: Request, settings: config.AgentConfig, output: Output) -> dict[str, Any]:
    from provisioning.agent import apply, planner  # noqa: PLC0415 - each verb loads only what it needs

    site = _site(request, settings)
    log.write(site.slug, "begin", request=request.id, state=site.spec.state)
    try:
        plan = planner.plan(site.spec, planner.observe(site))
        if request.plan_hash is not None and request.plan_hash != plan.hash:
            raise ServerError(ErrorCode.PLAN_MOVED, f"the plan is now {plan.hash}", step="plan")
        applied = apply.apply(site, plan, Records(), output.progress)
    except ServerError as error:
        log.write(site.slug, "failed", request=request.id, **error.to_data())
        raise
    log.write(site.slug, "done", request=request.id, changed=applied.changed)
    return applied.to_data()

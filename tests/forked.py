"""Programs of ours that begin at once: forked from a process that has loaded the code already, as an empty one.

Each is a process of its own in all that matters: it has its own environment, folder and files for what it says, can be
frozen and killed, and ends alone. Loading the code anew takes seconds of a processor's time each time, and tells
nothing; that a program loads at all is tried where it is installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = r"(bot|workflows|provisioning)\b"
LOOK_SECONDS = 0.01
END_SECONDS = 120.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["__main__", "tests.loaded_code"])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Program:
    """What runs: a module with its arguments, all of its environment, and what it hears and says."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    stdin: Path = Path(os.devnull)
    stdout: Path = Path(os.devnull)
    stderr: Path = Path(os.devnull)


class Forked:
    """A program that runs."""

    def __init__(self, program: Program) -> None:
        self._process = _context.Process(target=_run, args=(program,), daemon=True)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """What it ended with, less than zero for the signal that ended it; None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait until it has ended; return what it ended with."""
        while (ended := self._process.exitcode) is None:  # noqa: ASYNC110 - it can only be asked
            await asyncio.sleep(LOOK_SECONDS)
        return ended

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing where it has ended."""
        if self._process.exitcode is None and self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


@dataclasses.dataclass(frozen=True)
class Done:
    """A program that has ended: what with, and what it said."""

    returncode: int
    stdout: str
    stderr: str


async def run(module: str, *arguments: str, environment: Mapping[str, str], given: str = "") -> Done:
    """Run a program to its end, with `given` typed into it. Raises `TimeoutError` after `END_SECONDS`."""
    with tempfile.TemporaryDirectory(prefix="layanan-forked-") as name:
        hears, says, complains = (Path(name) / stream for stream in ("in", "out", "err"))
        hears.write_text(given, encoding="utf-8")
        program = Program(
            module=module,
            arguments=arguments,
            environment=environment,
            stdin=hears,
            stdout=says,
            stderr=complains,
        )
        process = Forked(program)
        try:
            async with asyncio.timeout(END_SECONDS):
                ended = await process.wait()
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        return Done(ended, says.read_text(encoding="utf-8"), complains.read_text(encoding="utf-8"))


def _run(program: Program) -> None:
    os.environ.clear()
    os.environ.update(program.environment)
    os.chdir(ROOT)
    _open(program.stdin, os.O_RDONLY, 0)
    _open(program.stdout, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1)
    _open(program.stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    warnings.filterwarnings("error", category=DeprecationWarning, module=OURS)
    sys.argv = [program.module, *program.arguments]
    runpy.run_module(program.module, run_name="__main__", alter_sys=True)


def _open(path: Path, flags: int, number: int) -> None:
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, number)
    os.close(opened)

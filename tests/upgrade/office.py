"""The folder of an office on a machine of its own, as far as the page's commands see it.

`systemctl` and `runuser` are stood in for, so that it needs no account and no machine; the unit that
systemd runs is tried by tests/server/test_service.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
NOTHING: Mapping[str, str] = {}
COMMAND_SECONDS = 600.0
RUNUSER = """#!/bin/sh
shift 3  # -u layanan --
exec "$@"
"""
SYSTEMCTL = """#!/bin/sh
case "$1" in
start)
    rm -f ended
    sh -c 'sh -c "echo \\$\\$ > pid; exec .venv/bin/layanan run"; echo $? > ended' > bot.log 2>&1 &
    until grep -qs '"event": "started"' bot.log; do
        if test -e ended; then cat bot.log; exit 1; fi
        sleep 0.2
    done ;;
stop)
    kill -TERM "$(cat pid)"
    until test -e ended; do sleep 0.1; done
    test "$(cat ended)" = 0 ;;
esac
"""


def commands(heading: str, block: int = 0) -> str:
    """Return a block of commands that docs/operations.md gives under that heading."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks: list[str] = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return blocks[block]


class Office:
    """The folder `srv/layanan` of a machine below `machine`; root's home lies beside it."""

    def __init__(self, machine: Path) -> None:
        self.path, self.home = machine / "srv", machine / "root"
        tools = machine / "bin"
        for folder in (self.path, self.home, tools):
            folder.mkdir(parents=True)
        for name, text in (("systemctl", SYSTEMCTL), ("runuser", RUNUSER)):
            (tools / name).write_text(text, encoding="ascii")
            (tools / name).chmod(0o755)
        self._environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.home), "LANG": "C.UTF-8"}
        self._environment |= {"PIP_QUIET": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        passed_on = ("HTTPS_PROXY", "https_proxy", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE")
        self._environment |= {name: os.environ[name] for name in passed_on if name in os.environ}

    async def follow(self, lines: str, environment: Mapping[str, str] = NOTHING) -> str:
        """Type lines into the shell of the machine; return all they said. Raises `AssertionError` where one fails."""
        said = self.home / "said"
        with said.open("wb") as output:  # no pipe: what `systemctl` starts would hold it open
            process = await asyncio.create_subprocess_exec(
                *("bash", "-ec", lines),
                cwd=self.path,
                env={**self._environment, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            await asyncio.wait_for(process.wait(), COMMAND_SECONDS)
        words = said.read_text(encoding="utf-8")
        assert process.returncode == 0, f"{lines}\nended with {process.returncode}: {words}"
        return words

    async def say(self, command: str) -> str:
        """Run a command of the program that is installed now."""
        return await self.follow(f".venv/bin/layanan {command}")

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """See that nothing runs on where something failed."""
        try:
            yield
        finally:
            pid = self.path / "pid"
            if pid.exists() and not (self.path / "ended").exists():
                os.kill(int(pid.read_text(encoding="ascii")), signal.SIGKILL)

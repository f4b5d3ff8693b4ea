"""Root on a server for the length of an enrolment: run a command, put a file into place, undo what was put.

Used with an engineer's own access, given once and kept nowhere. File contents travel by standard input.
"""

from __future__ import annotations

import shlex

from provisioning.connection import Completed, Session
from provisioning.plan import ErrorCode, ServerError

COMMAND_SECONDS = 60.0
COMPLAINT_MAX = 600  # characters of a command's complaint that are passed on


class RootShell:
    """Commands as root over `session`; `sudo` where the engineer's account is another one (without a password)."""

    def __init__(self, session: Session, *, is_root: bool) -> None:
        self._session = session
        self._is_root = is_root

    async def run(self, script: str, stdin: bytes = b"", *, within: float = COMMAND_SECONDS) -> Completed:
        """Run a POSIX shell script, whatever its end; `within` is in seconds."""
        command = f"LC_ALL=C.UTF-8 sh -euc {shlex.quote(script)}"
        if not self._is_root:
            command = f"sudo -n -- {command.replace('LC_ALL=C.UTF-8', 'env LC_ALL=C.UTF-8', 1)}"
        return await self._session.run(command, stdin, within=within)

    async def must(
        self,
        script: str,
        stdin: bytes = b"",
        *,
        step: str,
        code: ErrorCode = ErrorCode.STEP_FAILED,
        within: float = COMMAND_SECONDS,
    ) -> str:
        """Run a script that has to succeed and return its output. Raises `ServerError` with its complaint."""
        done = await self.run(script, stdin, within=within)
        if done.status != 0:
            complaint = " ".join((done.errors or done.output).split())[-COMPLAINT_MAX:]
            raise ServerError(code, complaint or f"ended with {done.status}", step=step)
        return done.output

    async def put(
        self,
        path: str,
        content: bytes,
        *,
        step: str,
        code: ErrorCode = ErrorCode.STEP_FAILED,
        mode: int = 0o644,
        group: str = "root",
        check: str = ":",
    ) -> bool:
        """Put a root-owned file into place at once or not at all; return whether that changed anything.

        `check` is a script that sees the new file as `$new` and must succeed before it replaces the old one.
        """
        script = f"""
            path={shlex.quote(path)}; new=$path.layanan-new
            trap 'rm -f "$new"' EXIT
            umask 022; mkdir -p "$(dirname "$path")"; umask 077
            cat >"$new"; chown root:{group} "$new"; chmod {mode:o} "$new"
            {check}
            if [ "$(stat -c '%a %U %G' "$path" 2>/dev/null)" = "$(stat -c '%a %U %G' "$new")" ] && cmp -s "$new" "$path"
            then echo same; else mv -f "$new" "$path"; echo changed; fi"""
        return (await self.must(script, content, step=step, code=code)).split()[-1:] == ["changed"]

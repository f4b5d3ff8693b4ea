"""A second opinion on suspected files, where the server has ClamAV (`clamscan`): which signature it knows them by.

It runs as the tenant, on the files that are suspected already: with its whole database it takes a gigabyte and half a
minute, which nobody needs for every picture. Without it, or where it fails, the first opinion stands alone.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any

from provisioning.agent import command

PROGRAM = Path("/usr/bin/clamscan")
SECONDS = 120
FILES_MAX = 100
OPTIONS = ("--no-summary", "--infected", "--stdout", "--max-filesize=64M")
NOBODY_KNOWS = 0  # how clamscan ends where it knows none of the files; 1 where it knows some, 2 where it failed
KNOWN = 1


def add_opinions(home: Path, account: pwd.struct_passwd, found: dict[str, Any]) -> None:
    """Put the signature into each suspect's `opinion`, and into `found` whether anybody was asked."""
    suspects = [one for one in found["suspects"] if not one["path"].endswith("/")][:FILES_MAX]  # of a folder it fails
    found["asked"] = bool(suspects) and PROGRAM.exists()
    if not found["asked"]:
        return
    known = _ask(home, account, [suspect["path"] for suspect in suspects])
    found["asked"] = known is not None
    for suspect in suspects:
        suspect["opinion"] = (known or {}).get(suspect["path"])


def _ask(home: Path, account: pwd.struct_passwd, paths: list[str]) -> dict[str, str] | None:
    """Return the signatures by path, None where ClamAV failed. A path cannot be taken for an option: it is absolute."""
    names = {str(home / path): path for path in paths if "\n" not in path}
    argv = [*command.as_account(account.pw_name), "nice", "-n", "19", str(PROGRAM), *OPTIONS, "--", *names]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            env=command.ENVIRONMENT,
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode not in {NOBODY_KNOWS, KNOWN}:
        return None
    return dict(_said(os.fsdecode(done.stdout), names))


def _said(output: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """Read lines of `/path/file: Signature.Name FOUND`."""
    lines = [line.removesuffix(" FOUND").rpartition(": ") for line in output.splitlines() if line.endswith(" FOUND")]
    return [(names[path], signature) for path, _, signature in lines if path in names]

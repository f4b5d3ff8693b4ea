"""Programs of one account are kept apart where the kernel can. Here it has no Yama, so a file stands for it."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import cast

import pytest

from provisioning.agent import facts
from provisioning.connection import Completed, Session
from provisioning.enrolment import kernel
from provisioning.enrolment.root_shell import RootShell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="files are put as root's own")
APPLIES = """#!/bin/sh
sed -n 's/^-kernel.yama.ptrace_scope = //p' "$1" >{scope}
"""


class Machine:
    """This machine, in the place of a server's session."""

    async def run(self, command: str, stdin: bytes = b"", *, within: float = 60.0) -> Completed:
        program = await asyncio.create_subprocess_exec("sh", "-c", command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        output, errors = await asyncio.wait_for(program.communicate(stdin), within)
        return Completed(status=program.returncode or 0, output=output.decode(), errors=errors.decode())


@pytest.fixture
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's own setting."""
    scope, program = tmp_path / "ptrace_scope", tmp_path / "systemd-sysctl"
    program.write_text(APPLIES.format(scope=scope))
    program.chmod(0o755)
    monkeypatch.setattr(facts, "PTRACE_SCOPE", str(scope))
    monkeypatch.setattr(kernel, "PTRACE_SCOPE", str(scope))
    monkeypatch.setattr(kernel, "SYSCTL", str(tmp_path / "60-layanan.conf"))
    monkeypatch.setattr(kernel, "APPLY", str(program))
    return scope


def enrolled() -> bool:
    return asyncio.run(kernel.kernel(RootShell(cast("Session", Machine()), is_root=True)))


def test_debians_default_is_told_and_then_made_strict_once(scope: Path, tmp_path: Path) -> None:
    scope.write_text("0\n")
    assert "kernel.yama.ptrace_scope=1" in facts._missing()
    assert enrolled()
    assert scope.read_text() == "1\n"
    assert "kernel.yama.ptrace_scope=1" not in facts._missing()
    assert not enrolled()
    assert (tmp_path / "60-layanan.conf").stat().st_mode & 0o777 == 0o644


def test_a_stricter_choice_stays(scope: Path, tmp_path: Path) -> None:
    scope.write_text("2\n")
    assert not enrolled()
    assert scope.read_text() == "2\n"
    assert not (tmp_path / "60-layanan.conf").exists()


def test_what_only_a_containers_host_can_set_is_told_and_ends_no_enrolment(
    scope: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope.write_text("0\n")
    monkeypatch.setattr(kernel, "APPLY", "true")
    assert enrolled()
    assert not enrolled()
    assert "kernel.yama.ptrace_scope=1" in facts._missing()

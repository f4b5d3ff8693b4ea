"""The office's command line, as an engineer runs it on the bot's machine: a process of its own, with a database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from provisioning.lab import LabServer
from provisioning.spec import Secret
from workflows.vault import new_key

ROOT = Path(__file__).parents[3]


class Office:
    """One office with its settings and its data in `folder`; its engineer has root's key of `web`."""

    def __init__(self, folder: Path, web: LabServer, bot_key: Secret) -> None:
        key = folder / "bot_key"
        key.touch(mode=0o600)
        key.write_text(bot_key.reveal())
        self._web, self._folder = web, folder
        self._environment = {
            **os.environ,
            "BOT_TOKEN": f"1234567:{'x' * 35}",
            "ADMIN_TELEGRAM_IDS": "900",
            "SECRET_KEYS": new_key(),
            "ZONE": web.zone,
            "DATA_DIR": str(folder / "data"),
            "SSH_KEY_FILE": str(key),
        }

    def _call(self, command: list[str], given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env=self._environment,
            cwd=ROOT,
            timeout=120,
        )

    async def run(self, *arguments: str, given: str = "") -> str:
        command = [sys.executable, "-m", "bot", *arguments, "--identity", str(self._web.root_key)]
        done = await asyncio.to_thread(self._call, command, given)
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self._folder / "data" / "layanan.db")) as file:
            return list(file.execute(query))

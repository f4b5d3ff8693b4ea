"""The bot as a process of its own, which a story may kill and start again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from bot.settings import Settings

START_SECONDS = 60.0
STARTED = '"event": "started"'


class BotProcess:
    """Runs a module (`run_bot`) with these settings in its environment; what it logs lies in `log`."""

    def __init__(self, settings: Settings, *, pace: float, module: str = "tests.stories.run_bot") -> None:
        self.log = settings.data_dir / "bot.log"
        self.kills = 0
        self.environment = environment(settings)
        self._command = (sys.executable, "-m", module, "--pace", str(pace))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it takes updates."""
        self.log.touch()
        already = self.log.stat().st_size
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self.environment, cwd=Path.cwd(), stderr=log, stdin=asyncio.subprocess.DEVNULL
            )
        async with asyncio.timeout(START_SECONDS):
            while STARTED not in self.log.read_text(encoding="utf-8")[already:]:
                assert self._process.returncode is None, self.log.read_text(encoding="utf-8")[already:]
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut would: SIGKILL, nothing said or saved."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()
        self.kills += 1

    async def ended(self, *, within: float) -> int:
        """Wait until it ends by itself; return what it ended with."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def stop(self) -> int:
        """End it as an administrator would; return what it ended with."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        async with asyncio.timeout(START_SECONDS):
            return await self._process.wait()

    def complaints(self) -> list[str]:
        """Return the lines of the log that report an error."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"level": "error"' in line or '"level": "critical"' in line]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which `settings.load()` gives these settings again, and no other variable of ours."""
    own = {
        "BOT_TOKEN": settings.bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "ADMIN_TELEGRAM_IDS": ",".join(map(str, settings.admin_telegram_ids)),
        "SECRET_KEYS": settings.secret_keys.get_secret_value(),
        "ZONE": settings.zone,
        "DATA_DIR": str(settings.data_dir),
        "SSH_KEY_FILE": str(settings.ssh_key),
        "PYTHONWARNINGS": "error::DeprecationWarning:bot,error::DeprecationWarning:workflows",
    }
    return {"PATH": os.environ["PATH"], **own}

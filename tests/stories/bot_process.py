"""The bot as a process of its own, which a story may kill and start again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import weakref

from bot.settings import Settings
from tests.forked import Forked, Program

START_SECONDS = 60.0
STARTED = '"event": "started"'
LAST_LINES = 40  # of a log that are shown where a test fails
STARTED_HERE: weakref.WeakSet[BotProcess] = weakref.WeakSet()


class BotProcess:
    """Runs a module (`run_bot`) with these settings in its environment; what it logs lies in `log`."""

    def __init__(
        self,
        settings: Settings,
        *,
        pace: float,
        module: str = "tests.stories.run_bot",
        part: str = "run",
        name: str = "bot",
    ) -> None:
        """`part`: run, chat (`layanan run --only-chat`) or worker (`layanan worker`)."""
        self.log = settings.data_dir / f"{name}.log"
        self.kills = 0
        self.environment = environment(settings)
        of_several = () if part == "run" else ("--part", part)
        self._program = Program(
            module=module,
            arguments=("--pace", str(pace), *of_several),
            environment=self.environment,
            stderr=self.log,
        )
        self._process: Forked | None = None

    async def start(self) -> None:
        """Start it and wait until it takes updates."""
        STARTED_HERE.add(self)
        self.log.touch()
        already = self.log.stat().st_size
        self._process = Forked(self._program)
        async with asyncio.timeout(START_SECONDS):
            while STARTED not in self.log.read_text(encoding="utf-8")[already:]:
                assert self._process.returncode is None, self.log.read_text(encoding="utf-8")[already:]
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut would: SIGKILL, nothing said or saved."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        self.kills += 1

    def freeze(self) -> None:
        """Let nothing of it move until `thaw`: SIGSTOP."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was: SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def ended(self, *, within: float = START_SECONDS) -> int:
        """Wait until it ends by itself; return what it ended with."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    @property
    def identity(self) -> int:
        """Return the number under which a worker is known to the others, as it says at its start."""
        lines = (json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if STARTED in line)
        return int([line["worker"] for line in lines][-1])

    async def stop(self) -> int:
        """End it as an administrator would; return what it ended with."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            return await self._process.wait()

    def complaints(self) -> list[str]:
        """Return the lines of the log that report an error."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"level": "error"' in line or '"level": "critical"' in line]

    def last_words(self) -> str:
        """Return whether it lives, and the end of its log: what a failed test is asked for first."""
        ended = None if self._process is None else self._process.returncode
        lines = self.log.read_text(encoding="utf-8").splitlines()[-LAST_LINES:] if self.log.exists() else []
        return "\n".join(["it runs" if ended is None else f"it ended with {ended}", *lines])


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which `settings.load()` gives these settings again, and no other variable of ours."""
    own = {
        "BOT_TOKEN": settings.bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "ADMIN_TELEGRAM_IDS": ",".join(map(str, settings.admin_telegram_ids)),
        "SECRET_KEYS": settings.secret_keys.get_secret_value(),
        "ZONE": settings.zone,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database,
        "SSH_KEY_FILE": str(settings.ssh_key),
    }
    if settings.webhook_url and settings.webhook_secret:
        own["WEBHOOK_URL"] = settings.webhook_url
        own["WEBHOOK_PORT"] = str(settings.webhook_port)
        own["WEBHOOK_SECRET"] = settings.webhook_secret.get_secret_value()
    return {"PATH": os.environ["PATH"], **own}

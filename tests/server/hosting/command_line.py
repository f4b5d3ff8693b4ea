"""The office's command line, as an engineer runs it on the bot's machine: a process of its own, with a database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from provisioning.lab import LabServer
from provisioning.spec import Secret
from tests import forked
from workflows.secrets.vault import new_key


class Office:
    """One office with its settings and its data in `folder`; its engineer has root's key of `web`."""

    def __init__(self, folder: Path, web: LabServer, bot_key: Secret) -> None:
        self.server, self._folder = web, folder
        self._environment = {
            **os.environ,
            "BOT_TOKEN": f"1234567:{'x' * 35}",
            "ADMIN_TELEGRAM_IDS": "900",
            "SECRET_KEYS": new_key(),
            "ZONE": web.zone,
            "DATA_DIR": str(folder / "data"),
            "SSH_KEY_FILE": self.file("bot_key", bot_key.reveal()),
        }

    async def run(self, *arguments: str, given: str = "") -> str:
        """Return what a command said that went well."""
        done = await self._done(arguments, given)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def fails(self, *arguments: str, given: str = "") -> str:
        """Return what a command said, in a sentence, of why it did not go."""
        done = await self._done(arguments, given)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stdout + done.stderr
        return done.stderr

    async def asks(self, *arguments: str) -> str:
        """Return what a command said that goes to no server."""
        done = await forked.run("bot", *arguments, environment=self._environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def _done(self, arguments: Sequence[str], given: str) -> forked.Done:
        return await forked.run(
            "bot", *arguments, "--identity", str(self.server.root_key), environment=self._environment, given=given
        )

    async def adds_its_server(self) -> None:
        """Enrol the server as the office's, with the city's DNS key and wildcard."""
        web, city = self.server, self.server.city
        tsig = self.file("tsig", city.tsig.secret.reveal())
        pair = self.pair(city.wildcard_certificate_pem, city.wildcard_key_pem)
        await self.run(
            *("server", "add", web.name, web.address, "--address", web.address, "--name-server", city.dns_address),
            *("--tsig-name", city.tsig.name, "--tsig-file", tsig),
            *("--certificate", pair[0], "--certificate-key", pair[1]),
            given="y\n",
        )

    def pair(self, certificate_pem: str, key_pem: Secret) -> tuple[str, str]:
        """Write a certificate and its key; return the paths."""
        return self.file("pem", certificate_pem), self.file("key", key_pem.reveal())

    def file(self, name: str, text: str) -> str:
        """Write a file; return its path."""
        path = self._folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return str(path)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self._folder / "data" / "layanan.db")) as file:
            return list(file.execute(query))

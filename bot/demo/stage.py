"""Sets the demo up and keeps it up: sandbox, lab server, people, the bot itself, and what to open in a browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import webbrowser
from collections.abc import Callable
from pathlib import Path

from bot import bootstrap, settings
from bot.commands.keys import new_key, write_key
from bot.demo import cast
from bot.demo.lab_server import keep_backups, take_in
from bot.demo.site_window import open_window
from bot.process import runtime
from bot.sandbox.client import Sandbox
from bot.sandbox.runner import DEFAULT_TOKEN, running_sandbox
from provisioning.lab import Lab, LabError, LabServer
from workflows.secrets import vault
from workflows.store import hostings
from workflows.store.unit_of_work import Database

ZONE = "hosting.test"
SERVER = "web-1"
PATIENCE_SECONDS = 60.0  # for each step of letting people in, on a machine that is busy
Say = Callable[[str], None]


async def run_demo(*, folder: Path, port: int, say: Say) -> None:
    """Run the demo until it is interrupted. Without a lab (no root) it runs too: step 6 then alerts the engineer."""
    async with contextlib.AsyncExitStack() as stack:
        say("Starting the sandboxed Telegram …")
        url, core = await stack.enter_async_context(running_sandbox(port=port))
        server = await _lab_server(stack, say)
        chosen = demo_settings(url, folder)
        app = await stack.enter_async_context(bootstrap.open_app(chosen))
        if server is not None:
            say("Enrolling the server …")
            await take_in(app.database, server, bootstrap.read_ssh_key(chosen))
            await keep_backups(app.database, server, app.office.vault)
        tokens = await cast.invite_all(app.database)
        sandbox = await stack.enter_async_context(Sandbox(url, timeout_s=PATIENCE_SECONDS))
        phones = await cast.give_phones(sandbox, app.office.sops.values())
        core.sites = await _window(stack, server, app.database)

        async def started() -> None:
            await cast.let_in(phones, tokens)
            _tell(say, url, server)
            if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
                await asyncio.to_thread(webbrowser.open, url)

        await runtime.run(app, started=started)


def demo_settings(url: str, folder: Path) -> settings.Settings:
    """Return settings for a bot on the sandbox at `url`, with keys of its own in `folder`."""
    key_file = folder / "ssh" / "id_ed25519"
    if not key_file.exists():
        write_key(key_file, new_key())
    keys = folder / "secret-keys"
    if not keys.exists():
        keys.write_text(vault.new_key(), encoding="ascii")
        keys.chmod(0o600)
    admin = next(player.id for player in cast.players() if player.role == "admin")
    return settings.load(
        bot_token=DEFAULT_TOKEN,
        telegram_api_url=url,
        admin_telegram_ids=[admin],
        secret_keys=keys.read_text(encoding="ascii"),
        zone=ZONE,
        data_dir=folder,
        ssh_key_file=key_file,
    )


async def _lab_server(stack: contextlib.AsyncExitStack, say: Say) -> LabServer | None:
    say("Starting a throw-away Debian server (about a minute the first time, seconds later) …")
    try:
        lab = await asyncio.to_thread(Lab, zone=ZONE)
        stack.push_async_callback(asyncio.to_thread, lab.close)
        return await asyncio.to_thread(lab.start, SERVER)
    except LabError as error:
        say(f"No server: {error}")
        say("The demo goes on without one: the chat works up to the choice of a server.")
        return None


async def _window(stack: contextlib.AsyncExitStack, server: LabServer | None, database: Database) -> str:
    if server is None:
        return ""

    async def standing() -> list[str]:
        async with database.read() as work:
            return [hosting.domain for hosting in await hostings.of_opds(work, None)]

    city = server.city
    window = open_window(standing, zone=city.zone, address=server.address, authority_pem=city.ca_pem)
    return await stack.enter_async_context(window)


def _tell(say: Say, url: str, server: LabServer | None) -> None:
    say(f"\nOpen {url} in a browser. Every column is one person's Telegram; play them in turn.")
    say("Begin with the Kepala OPD: /menu, then Ajukan hosting. The page's top bar leads to the sites that stand.")
    if server is not None:
        say(f"SFTP: sftp <account>@{server.address}   (the credentials are in the chat)")
        say(f"The server's root shell: {' '.join(server.ssh_command())}")
    say("Stop with Ctrl-C; the server then disappears without trace.\n")

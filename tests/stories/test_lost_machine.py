"""The bot's machine is lost while a hosting is built. From last night's backup the office finishes what it began.

The server is ahead of the backup: what was built since is neither built twice nor lost, and the passwords that nobody
had seen are those that let in. On SQLite, which is lost with its machine; `tests/unit/record/test_either_database.py`
shows that a backup of PostgreSQL holds as much.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from provisioning.lab import Lab, LabServer
from provisioning.spec import Secret
from tests import forked
from tests.server.hosting.conftest import outside_of
from tests.stories import play
from tests.stories.bot_process import environment
from tests.stories.test_whole_case import LOGIN
from tests.stories.town import Town, open_town
from workflows.backup.locking import new_identity

pytestmark = pytest.mark.server

SUBDOMAIN = "e-pulih"
WHILE_AWAY_SECONDS = 60.0


@pytest.fixture
async def doomed(lab: Lab, web: LabServer, tmp_path: Path) -> AsyncIterator[Town]:
    """A town of its own, where every wait is long enough for a bot that must start again."""
    server = await asyncio.to_thread(lab.start, "lost")
    async with open_town(tmp_path / "data", server=server) as town:
        town.sandbox.timeout_s = WHILE_AWAY_SECONDS
        yield town
    await asyncio.to_thread(server.stop)


async def layanan(*arguments: str | Path, settings: Mapping[str, str]) -> str:
    """Run a command as an administrator does; return what it said. Fails where the command does."""
    done = await forked.run("bot", *map(str, arguments), environment={"PATH": os.environ["PATH"], **settings})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_from_a_backup_a_hosting_under_way_is_finished_and_its_passwords_let_in(
    doomed: Town, tmp_path: Path
) -> None:
    assert doomed.server is not None
    kabid, head, server = doomed["kabid"], doomed["kepala_dkisp"], doomed.server
    case = await play.ask(doomed["kepala_opd"], SUBDOMAIN)
    await play.to_the_decision(doomed.phones, case, server=server.name)
    await play.approve(head, case)
    await doomed.until("SELECT count(*) FROM jobs", 1)

    identity, recipient = new_identity()
    backup, apart = tmp_path / "office.age", tmp_path / "apart.txt"
    apart.write_text(identity)
    settings = environment(doomed.settings)
    await layanan("backup", "--to", backup, settings={**settings, "BACKUP_RECIPIENTS": recipient})
    await kabid.wait_for(play.card(case, "Langkah 7 dari 10"), since=0)

    await doomed.bot.kill()
    await doomed.database.close()
    shutil.rmtree(doomed.settings.data_dir)
    options = ("--identity", apart, "--into", doomed.settings.data_dir, "--environment", tmp_path / ".env")
    said = await layanan("restore", backup, *options, settings={})
    assert "The ledger is as it was written." in said
    await doomed.bot.start()

    await doomed.until("SELECT count(*) FROM ledger WHERE action = 'hosting.applied'", 1, within=WHILE_AWAY_SECONDS)
    await play.hand_over(kabid, case)
    await play.finish(head, case)
    team = doomed["tim_teknis"]
    await play.surely(team, case, "Tampilkan kredensial", "Ya, tampilkan")
    shown = await team.wait_for(f"Kredensial {SUBDOMAIN}.")
    account, password = LOGIN.findall(shown.text)[0]
    page = tmp_path / "index.html"
    page.write_text("<h1>Pulih</h1>")
    put = outside_of(server, tmp_path).sftp(account, Secret(password), f"put {page} public/index.html")
    assert put.returncode == 0, put.stderr
    assert doomed.rows("SELECT count(*) FROM hostings") == [(1,)]
    assert server.run("ls /srv/hosting").stdout.split() == [SUBDOMAIN]
    assert await doomed.ledger_fault() is None

"""A whole case at the wordiest log level: each line says which case it is about, and no secret is in any trace."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.callback_data import CasePress, UnknownPressError, decode
from provisioning.agent import names
from provisioning.lab import Lab, LabServer
from tests.by_hand import as_json
from tests.databases import KINDS, Cluster, session_database
from tests.stories import play
from tests.stories.town import Town, open_town
from workflows.store.tables import Base

pytestmark = pytest.mark.server

PASSWORD = re.compile(r"Kata sandi: (\S+)")
ALWAYS_OF_A_CASE = {"case_opened", "case_moved", "job_begun", "job_ended", "press_denied"}


@dataclasses.dataclass(frozen=True)
class Played:
    """A town in which a case was played to its end, and what the credentials message showed."""

    town: Town
    passwords: list[str]

    def lines(self) -> Iterator[dict[str, Any]]:
        for line in self.town.bot.log.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


@pytest.fixture(scope="module", params=KINDS)
async def played(
    request: pytest.FixtureRequest,
    cluster: Cluster,
    lab: Lab,
    web: LabServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Played]:
    server = lab.start(f"traces-{request.param}")
    url = session_database(cluster, request.param)
    async with open_town(tmp_path_factory.mktemp("traces"), server=server, database_url=url) as town:
        await town.bot.stop()
        town.bot.environment["LOG_LEVEL"] = "DEBUG"
        await town.bot.start()
        case = await play.whole_case(town.phones, "e-jejak", server=server.name)
        await play.surely(town["tim_teknis"], case, "Tampilkan kredensial", "Ya, tampilkan")
        message = await town["tim_teknis"].wait_for("Kredensial e-jejak.")
        await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'", 0)
        await town.bot.stop()
        yield Played(town, PASSWORD.findall(message.text))
    server.stop()


async def test_each_line_of_a_press_or_a_job_names_its_case(played: Played) -> None:
    number = played.town.rows("SELECT id FROM cases")[0][0]
    pressed = set()
    for update, payload in played.town.rows("SELECT update_id, payload FROM inbox"):
        try:
            press = decode(as_json(payload).get("callback_query", {}).get("data", ""))
        except UnknownPressError:
            continue
        if isinstance(press, CasePress):
            pressed.add(update)
    seen = set()
    for line in played.lines():
        handled = line["event"] == "update" and line.get("update") in pressed
        if handled or line["event"] in ALWAYS_OF_A_CASE or "job" in line:
            assert line.get("case") == number, line
            seen.add(line["event"])
    assert seen >= {"update", "case_opened", "case_moved", "job_begun", "job_ended"}
    moves = [line["action"] for line in played.lines() if line["event"] == "case_moved"]
    assert moves[-1] == "nyatakan_selesai"


def secrets_of(played: Played) -> dict[str, str]:
    """Everything that was secret in this run, by what it is."""
    town = played.town
    assert town.server is not None
    found = {
        "bot token": town.settings.bot_token.get_secret_value().partition(":")[2],
        "sealing key": town.settings.secret_keys.get_secret_value().partition(":")[2],
        "bot's SSH key": town.settings.ssh_key.read_text(encoding="ascii").splitlines()[2],
        "TSIG secret": town.server.city.tsig.secret.reveal(),
        "wildcard's key": town.server.city.wildcard_key_pem.reveal().splitlines()[2],
    }
    return found | {f"password {place}": password for place, password in enumerate(played.passwords, 1)}


async def test_no_secret_is_in_the_log_or_the_database(played: Played) -> None:
    secrets = secrets_of(played)
    assert len(played.passwords) == 2  # SFTP and database
    assert min(map(len, secrets.values())) >= 12
    assert {line["level"] for line in played.lines()} >= {"debug", "info"}
    data = played.town.settings.data_dir
    files = [data / "bot.log", *data.glob("layanan.db*"), *(data / "files").rglob("*")]
    traces = {path.name: path.read_bytes() for path in files if path.is_file()}
    for table in Base.metadata.tables:
        rows = played.town.rows(f"SELECT * FROM {table}")
        traces[table] = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
    assert ("layanan.db" in traces) == played.town.settings.database.startswith("sqlite")
    assert b"e-jejak" in traces["cases"]
    assert b"job_ended" in traces["bot.log"]
    for name, content in traces.items():
        assert [what for what, secret in secrets.items() if secret.encode() in content] == [], name


async def test_no_password_is_in_what_the_server_keeps(played: Played) -> None:
    server = played.town.server
    assert server is not None
    server.run("cat > /run/secrets-of-the-run; chmod 600 /run/secrets-of-the-run", stdin="\n".join(played.passwords))
    server.run("tail -n 1 /run/secrets-of-the-run > /var/log/the-one-to-be-found")
    kept = "grep -rlFf /run/secrets-of-the-run /var/log /etc /srv/hosting --exclude-dir=journal"
    assert server.run(f"{kept} {names.STATE}").stdout.split() == ["/var/log/the-one-to-be-found"]
    assert server.run("journalctl -o cat | grep -cFf /run/secrets-of-the-run || true").stdout.strip() == "0"

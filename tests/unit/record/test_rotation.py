"""The keys that seal passwords are changed while the office works, and by a process that may die on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import settings
from tests.by_hand import by_hand
from tests.unit.record.conftest import Layanan
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.hosting import credentials
from workflows.secrets import vault
from workflows.secrets.vault import Vault, credential_context
from workflows.store import hostings
from workflows.store.tables import Credential

ROOT = Path(__file__).parents[3]
LATE = "UPDATE credentials SET key_id = 'k1' WHERE kind = 'sftp';"
LATE_SEAL = {  # as another process writes it, while the command writes its last
    "sqlite": (f"CREATE TRIGGER late AFTER UPDATE ON settings BEGIN {LATE} END",),
    "postgresql": (
        f"CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {LATE} RETURN NULL; END $$",
        "CREATE TRIGGER late AFTER UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION late()",
    ),
}


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with by_hand(url) as database:
        return database.rows(query)


async def approved(office: Desk) -> int:
    case = await push(office, await bring_to_decision(office, await ask(office)), "kepala_dkisp", "setujui")
    return case.id


async def passwords(office: Desk, case_id: int, keys: str) -> Mapping[str, str]:
    """Return a hosting's passwords as the bot with these keys opens them."""
    opener = Vault(vault.read_keys(keys))
    async with office.database.read() as work:
        hosting = await hostings.of_case(work, case_id)
        assert hosting is not None
        return {
            row.kind: opener.open(row.key_id, row.sealed, credential_context(hosting.id, row.kind)).reveal()
            for row in await hostings.credentials(work, hosting.id)
            if row.sealed is not None
        }


async def test_the_old_key_may_be_dropped_after_the_command_says_so(
    office: Desk, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await approved(office)
    old = os.environ["SECRET_KEYS"]
    before = await passwords(office, case_id, old)
    told = await asyncio.to_thread(layanan, "checkpoint")  # the office's own key is sealed too
    assert told.exit_code == 0
    fresh = (await asyncio.to_thread(layanan, "rotate-keys", "--new")).stdout.splitlines()[1]
    assert fresh.startswith(",k2:")
    monkeypatch.setenv("SECRET_KEYS", old + fresh)
    told = await asyncio.to_thread(layanan, "rotate-keys")
    assert told.exit_code == 0, told.output
    assert "3 secrets were sealed anew" in told.stdout
    assert "Nothing is sealed under k1 any more" in told.stdout
    monkeypatch.setenv("SECRET_KEYS", fresh[1:])
    assert await passwords(office, case_id, fresh[1:]) == before
    assert (await asyncio.to_thread(layanan, "checkpoint")).exit_code == 0
    again = await asyncio.to_thread(layanan, "rotate-keys")
    assert "0 secrets were sealed anew; 3 are under k2" in again.stdout


async def test_a_seal_whose_key_is_gone_is_named_and_the_others_are_done(
    office: Desk, database_url: str, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    await approved(office)
    with by_hand(database_url) as database:
        database.run("UPDATE credentials SET key_id = 'k0' WHERE kind = 'sftp'")
    monkeypatch.setenv("SECRET_KEYS", f"{os.environ['SECRET_KEYS']},{vault.new_key(known=('k1',))}")
    told = await asyncio.to_thread(layanan, "rotate-keys")
    assert told.exit_code == 1
    assert "the sftp password of hosting 1: key k0 is not known" in told.stderr
    assert rows(database_url, "SELECT kind, key_id FROM credentials ORDER BY kind") == [
        ("database", "k2"),
        ("sftp", "k0"),
    ]


async def test_a_key_that_another_process_still_seals_under_is_not_called_free(
    office: Desk, database_url: str, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who drops a key that passwords lie under has lost them."""
    await approved(office)
    assert (await asyncio.to_thread(layanan, "checkpoint")).exit_code == 0
    with by_hand(database_url) as database:
        for statement in LATE_SEAL["sqlite" if database_url.startswith("sqlite") else "postgresql"]:
            database.run(statement)
    monkeypatch.setenv("SECRET_KEYS", f"{os.environ['SECRET_KEYS']},{vault.new_key(known=('k1',))}")
    told = await asyncio.to_thread(layanan, "rotate-keys")
    assert told.exit_code == 1
    assert "Nothing is sealed under k1" not in told.stdout
    assert "1 are under k1 again" in told.stderr


def test_two_keys_of_one_name_are_refused_for_one_would_hide_the_other() -> None:
    with pytest.raises(vault.VaultError, match="k1 is there twice"):
        vault.read_keys(f"{vault.new_key()},{vault.new_key()}")


async def test_what_was_shown_and_destroyed_stays_destroyed(
    office: Desk, database_url: str, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await approved(office)
    place = credentials.CredentialSource(case=case_id)
    async with office.database.write() as work:
        hosting = await hostings.of_case(work, case_id)
        assert hosting is not None
        shown = [row.id for row in await hostings.credentials(work, hosting.id)]
        await credentials.destroy(work, await office.member(work, "kepala_opd"), place, shown)
    monkeypatch.setenv("SECRET_KEYS", f"{os.environ['SECRET_KEYS']},{vault.new_key(known=('k1',))}")
    assert (await asyncio.to_thread(layanan, "rotate-keys")).exit_code == 0
    assert rows(database_url, "SELECT count(*) FROM credentials WHERE sealed IS NOT NULL") == [(0,)]


async def test_a_rotation_killed_in_its_middle_harms_nothing_and_is_finished_by_the_next(
    office: Desk, database_url: str, layanan: Layanan, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 1200
    case_id = await approved(office)
    old = Vault(settings.load().sealing_keys())
    async with office.database.write() as work:
        hosting = await hostings.of_case(work, case_id)
        assert hosting is not None
        first = await hostings.credentials(work, hosting.id)
        secret = old.open("k1", first[0].sealed or b"", credential_context(hosting.id, first[0].kind))
        for _ in range(count):
            sealed = old.seal(secret, credential_context(hosting.id, "sftp"))
            work.add(Credential(hosting_id=hosting.id, kind="sftp", key_id="k1", sealed=sealed, created_at=work.now))
    both = f"{os.environ['SECRET_KEYS']},{vault.new_key(known=('k1',))}"
    monkeypatch.setenv("SECRET_KEYS", both)
    await _killed_half_way(database_url)
    under = {
        str(key): count for key, count in rows(database_url, "SELECT key_id, count(*) FROM credentials GROUP BY 1")
    }
    assert under.keys() == {"k1", "k2"}  # it was in its middle
    assert set((await passwords(office, case_id, both)).values()) >= {secret.reveal()}
    told = await asyncio.to_thread(layanan, "rotate-keys")
    assert f"{under['k1']} secrets were sealed anew" in told.stdout
    assert rows(database_url, "SELECT DISTINCT key_id FROM credentials") == [("k2",)]
    opener = Vault(settings.load().sealing_keys())
    async with office.database.read() as work:
        hosting = await hostings.of_case(work, case_id)
        assert hosting is not None
        opened = {
            opener.open(row.key_id, row.sealed or b"", credential_context(hosting.id, row.kind)).reveal()
            for row in await hostings.credentials(work, hosting.id)
            if row.kind == "sftp"
        }
    assert opened == {secret.reveal()}


async def _killed_half_way(database_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "rotate-keys", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    done = "SELECT count(*) FROM credentials WHERE key_id = 'k2'"
    async with asyncio.timeout(60):
        while rows(database_url, done)[0][0] == 0:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    await process.wait()

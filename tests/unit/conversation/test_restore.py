"""The bot's machine is lost in the middle of a case; from the backup the office goes on as if nothing had been."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from bot import bootstrap
from bot.app import App
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town, working
from workflows.backup import restore
from workflows.backup.locking import new_identity
from workflows.backup.make import BackupSource, back_up
from workflows.record.audit import audit
from workflows.secrets.vault import credential_context
from workflows.store import hostings, ledger
from workflows.store.unit_of_work import Database

SSH_KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\n"


@pytest.fixture
def database_url() -> str:
    """A file that moves with the data folder; a backup of PostgreSQL is made by its own tools."""
    return "sqlite+aiosqlite:///{data_dir}/layanan.db"


async def test_a_case_in_its_middle_goes_on_and_its_passwords_are_shown(
    town: Town, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)
    passwords = await sealed_passwords(town.app)
    identity, recipient = new_identity()
    shelf, new_machine = tmp_path_factory.mktemp("shelf"), tmp_path_factory.mktemp("new") / "data"
    kept = BackupSource(
        data_dir=tmp_path, database=town.app.database, files=town.app.office.files.folder,
        ssh_key=SSH_KEY, environment=b"",
    )  # fmt: skip
    made = await back_up(kept, shelf, [recipient])  # the bot is at work
    town.refusable += ("Bad Request: message to delete not found",)  # it was deleted after the backup was made
    await town.stop()
    await town.app.database.close()
    shutil.rmtree(tmp_path)
    with restore.unpack(made.file, identity, new_machine) as unpacked:
        condition = await restore.inspect(unpacked, town.app.office.vault)
        await restore.take_up(unpacked)
        restore.put_in_place(unpacked, new_machine)
    assert (condition.ledger_fault, condition.missing_files, condition.unopened) == (None, (), ())
    app = moved(town.app, new_machine)
    async with working(app):
        await go_on_to_the_end(town, passwords)
    async with app.database.read() as work:
        assert (await audit(ledger.lines(work))).faults == ()
    await app.database.close()


async def go_on_to_the_end(town: Town, passwords: set[str]) -> None:
    kabid, head, kepala = town["kabid"], town["kepala_opd"], town["kepala_dkisp"]
    await town["admin"].wait_for("dipulihkan dari cadangan", since=0)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    await head.wait_for("Langkah 10 dari 10", since=0)
    await head.press("Tampilkan kredensial")
    await head.press("Ya, tampilkan")
    shown = await head.wait_for("Kata sandi:")
    assert all(password in shown.text for password in passwords)
    await head.press("Sudah saya terima")
    await kepala.wait_for("Langkah 10 dari 10", since=0)
    await kepala.press("Nyatakan selesai")
    await kepala.wait_for("Pekerjaan selesai")


async def sealed_passwords(app: App) -> set[str]:
    async with app.database.read() as work:
        hosting = await hostings.of_case(work, 1)
        assert hosting is not None
        return {
            app.office.vault.open(row.key_id, row.sealed or b"", credential_context(hosting.id, row.kind)).reveal()
            for row in await hostings.credentials(work, hosting.id)
        }


def moved(app: App, data_dir: Path) -> App:
    """Return the bot on its new machine."""
    chosen = app.settings.model_copy(update={"data_dir": data_dir})
    office = dataclasses.replace(app.office, files=bootstrap.file_store(chosen))
    return dataclasses.replace(app, settings=chosen, database=Database(chosen.database), office=office)

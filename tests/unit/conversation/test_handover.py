"""Alihkan ke OPD lain, of a site with a database: the former OPD's password opens it no more, or that is told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot.sandbox.client import SandboxUser
from provisioning.fleet import ProvisioningError
from provisioning.new_login import NewLogin
from provisioning.plan import ErrorCode
from tests.unit.conversation.standing import add_hosting, the_hosting
from tests.unit.conversation.test_changes import approve, ask, take
from tests.unit.conversation.test_own_passwords import WITH_DATABASE, ask_for
from tests.unit.conversation.town import Town
from workflows import servers
from workflows.hosting import handover
from workflows.store import hostings
from workflows.store.tables import OutboxMessage

NO_TASK = "Tidak ada"
STILL_OPEN = "pengelola sebelumnya masih dapat membuka datanya"


async def handed_over(town: Town) -> SandboxUser:
    """Let a hosting with a database be handed to another OPD; return that one's head."""
    await servers.refresh(town.app.office, town.app.database)
    await add_hosting(town, **WITH_DATABASE)
    new_head = await town.move_in("kepala_opd", "drs. Hijau", "DLH")
    await ask(town["kepala_opd"], "Alihkan ke OPD lain", "Dinas Lingkungan Hidup")
    await take(new_head)
    await approve(town["kabid"])
    return new_head


async def test_the_site_gets_a_login_that_stands_in_its_files_alone(town: Town) -> None:
    new_head = await handed_over(town)
    told = await new_head.wait_for("kini dikelola Dinas Lingkungan Hidup")
    assert "Kata sandi basis data juga sudah diganti; situs membacanya dari public/wp-config.php." in told.text
    assert STILL_OPEN not in told.text
    given = town.fleet.given[-1]
    assert given is not None
    assert (given.sftp_password is not None, given.database_password) == (True, None)
    assert len(town.fleet.login_requests) == 1
    await new_head.send_command("tugas")
    await new_head.wait_for(NO_TASK)


async def test_a_password_that_stood_in_no_file_is_called_to_mind_until_it_is_another(town: Town) -> None:
    town.fleet.new_login = NewLogin(is_kept=True)
    new_head = await handed_over(town)
    assert STILL_OPEN in (await new_head.wait_for("kini dikelola Dinas Lingkungan Hidup")).text
    await new_head.send_command("tugas")
    await new_head.wait_for("Kata sandi basis data masih yang lama: ganti")
    await town["kepala_opd"].send_command("tugas")
    await town["kepala_opd"].wait_for(NO_TASK)
    assert [await heard_after(town, days=days) for days in (6, 7, 8, 14)] == [0, 1, 1, 2]
    assert STILL_OPEN in (await new_head.wait_for("masih yang lama sejak dialihkan")).text

    await ask_for(new_head, "SFTP")
    await new_head.wait_for("sudah diganti")
    assert await heard_after(town, days=21) == 3, "that was another password"
    await ask_for(new_head, "Basis data")
    await new_head.wait_for("berkas konfigurasi")
    assert await heard_after(town, days=28) == 3
    await new_head.send_command("tugas")
    await new_head.wait_for(NO_TASK)


async def heard_after(town: Town, *, days: int) -> int:
    """Let the handover be so many days ago and the clock look twice; return how often the new head was reminded."""
    async with town.app.database.write() as work:
        job = await hostings.newest_job(work, (await the_hosting(town)).id, action=handover.OWNER.name)
        assert job is not None
        job.finished_at = work.now - dt.timedelta(days=days)
        await work.flush()
        for _ in range(2):
            await handover.remind(work)
        reminders = select(OutboxMessage).where(OutboxMessage.key.startswith("former-login:"))
        return len(list(await work.session.scalars(reminders)))


async def test_a_server_that_does_not_know_how_keeps_it_and_the_handover_goes_on(town: Town) -> None:
    town.fleet.unfit = ProvisioningError(ErrorCode.BAD_REQUEST, "unknown verb", step="request")
    new_head = await handed_over(town)
    assert STILL_OPEN in (await new_head.wait_for("kini dikelola Dinas Lingkungan Hidup")).text


async def test_one_that_could_not_be_renewed_calls_the_engineers_and_is_asked_for_under_one_id(town: Town) -> None:
    town.fleet.unfit = ProvisioningError(ErrorCode.FILE_UNFIT, "private/asing.php: Permission denied", step="database")
    new_head = await handed_over(town)
    alert = await town["engineer"].wait_for("Perubahan hosting gagal", since=0)
    assert "private/asing.php" in alert.text
    town.fleet.unfit = None
    await town["engineer"].press("Coba lagi", message=alert)
    await new_head.wait_for("situs membacanya dari public/wp-config.php.")
    assert len(town.fleet.login_requests) == 2
    assert len({*town.fleet.login_requests}) == 1

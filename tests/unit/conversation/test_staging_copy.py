"""Salinan uji in chat: made from the site's card, opened with logins of its own, filled anew, and gone again."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from typing import Any

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.agent.backup.wire import BackupAction
from provisioning.agent.staging.wire import Step
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSecrets, Kind, State
from tests.unit.conversation.standing import (
    DOMAIN,
    SLUG,
    add_hosting,
    all_on_card,
    card_of,
    lines,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.test_suspension import suspend
from tests.unit.conversation.town import ZONE, Town, failure
from workflows import servers
from workflows.hosting.staging import following
from workflows.moving import decision
from workflows.moving.schedule import begin_and_remind
from workflows.people import members
from workflows.people.members import whois
from workflows.store import backups, hostings
from workflows.store.tables import BackupState, Hosting, Move, Server

WITH_DATABASE: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}
COPY = f"uji-{SLUG}"
PASSWORD = re.compile(r"Kata sandi: (\S+)")


async def ready(town: Town, **wanted: Any) -> None:
    """Let the site stand, on a server that has just said how it is."""
    await add_hosting(town, **{**WITH_DATABASE, **wanted})
    await servers.refresh(town.app.office, town.app.database)


async def make(user: SandboxUser) -> None:
    await press_on_card(user, "Buat salinan uji")
    await user.press("Ya, buat", message=await user.wait_for("terhapus sendiri setelah 30 hari"))


async def copy_card(user: SandboxUser) -> ScreenMessage:
    await press_on_card(user, "Salinan uji")
    return await user.wait_for("Hanya dapat dibuka dengan kata sandi")


async def the_copy(town: Town) -> Hosting:
    return await the_hosting(town, COPY)


async def test_a_copy_is_made_shown_filled_anew_and_removed(town: Town) -> None:
    await ready(town)
    team, head = town["tim_teknis"], town["kepala_opd"]
    await make(team)
    done = await team.wait_for("sudah jadi")
    for said in (f"https://uji-{DOMAIN}", "public/wp-config.php", "private/catatan.txt", "Terhapus sendiri"):
        assert said in done.text
    await head.wait_for("Budi Santoso membuat salinan uji", since=0)
    assert [(slug, copy.step, copy.source) for slug, copy in town.fleet.copied] == [
        (COPY, Step.PREPARE, SLUG), (COPY, Step.PUT, SLUG)]  # fmt: skip

    await team.press("Tampilkan kredensial")
    await team.press("Ya, tampilkan")
    shown = PASSWORD.findall((await team.wait_for("Kata sandi:")).text)
    secrets = town.fleet.given[-1]
    assert isinstance(secrets, HostingSecrets)
    made = (secrets.sftp_password, secrets.database_password, secrets.page_password)
    assert shown == [one.reveal() for one in made if one]
    assert len({*shown}) == 3
    told = town.fleet.copied[0][1].password
    assert told is not None
    assert told.reveal() == shown[1], "the files are led to the database with the password that opens it"

    theirs = await card_of(head)
    assert f"Salinan uji: uji-{DOMAIN}" in theirs.text
    assert "Buat salinan uji" not in await all_on_card(head)
    card = await copy_card(team)
    assert not {"⚙️ Layanan", "🛠 Perawatan"} & {*card.labels}, "no package, no names, no yearly duty of its own"
    await team.press("Perbarui salinan uji", message=card)
    await team.press("Ya, perbarui", message=await team.wait_for("Yang Anda ubah di salinan hilang"))
    await team.wait_for("sudah sama dengan")
    assert len(town.fleet.copied) == 4

    await team.press("Hapus salinan uji", message=await copy_card(team))
    await team.press("Ya, hapus", message=await team.wait_for("tidak dapat dikembalikan"))
    await team.wait_for("sudah dihapus")
    assert (await the_copy(town)).state == "released"
    assert "Buat salinan uji" in await all_on_card(team)
    assert await lines(town) == [
        "hosting.copy_make", "hosting.applied", "hosting.copy_refresh", "hosting.applied",
        "hosting.copy_remove", "hosting.applied"]  # fmt: skip


async def test_it_is_in_no_list_of_sites_and_asked_for_by_nobody_else(town: Town) -> None:
    await ready(town)
    team, engineer = town["tim_teknis"], town["engineer"]
    await make(team)
    await team.wait_for("sudah jadi")
    await team.send_command("hosting")
    listed = await team.wait_for(DOMAIN)
    assert listed.button(f"uji-{DOMAIN}") is None
    hosting, card = await the_copy(town), await card_of(engineer)
    assert "Buat salinan uji" not in await all_on_card(engineer)
    of_sites = "tidak berlaku untuk salinan uji"
    for action, why in (("copy_refresh", "bukan wewenang"), ("suspend", of_sites), ("backup", of_sites)):
        answer = await engineer.press_data(f"d1:order_sure:{action}:{hosting.id}:{hosting.wanted_revision}", card)
        assert why in answer.text, action
    stranger = await town.move_in("tim_teknis", "Teknisi Tetangga", "DISDIK")
    menu = await stranger.wait_for("Tim Teknis OPD", since=0)
    answer = await stranger.press_data(f"d1:order_sure:copy_remove:{hosting.id}:{hosting.wanted_revision}", menu)
    assert "OPD lain" in answer.text
    assert (await the_copy(town)).state == "wanted"


async def test_nothing_is_copied_from_or_to_a_site_that_waits_to_be_restored(town: Town) -> None:
    await ready(town)
    team = town["tim_teknis"]
    await waits_to_be_restored(town)
    await press_on_card(team, "Buat salinan uji")
    assert f"{DOMAIN} sedang dikerjakan" in (await team.press("Ya, buat")).text
    await waits_to_be_restored(town, no_longer=True)
    await make(team)
    await team.wait_for("sudah jadi")
    await waits_to_be_restored(town)
    await team.press("Perbarui salinan uji", message=await copy_card(team))
    assert f"{DOMAIN} sedang dikerjakan" in (await team.press("Ya, perbarui")).text
    assert len(town.fleet.copied) == 2, "what the copy was filled with, and no more"


async def waits_to_be_restored(town: Town, *, no_longer: bool = False) -> None:
    """Let a restore of the site wait for a turn that is not today, or no longer."""
    site = await the_hosting(town)
    async with town.app.database.write() as work:
        waiting = await backups.open_of(work, site.id, BackupAction.RESTORE)
        if waiting is not None and no_longer:
            waiting.state = BackupState.DONE
            return
        order = {"server_id": site.server_id, "hosting_id": site.id, "deed": BackupAction.RESTORE, "reason": "asked"}
        unique = {"key": f"restore:{uuid.uuid4()}", "request_id": str(uuid.uuid4())}
        await backups.put(work, {**order, **unique, "due_at": work.now + dt.timedelta(days=1)})


async def test_a_server_without_room_refuses_in_words(town: Town) -> None:
    await ready(town)
    town.fleet.disk_total_mb = 4_000
    await servers.refresh(town.app.office, town.app.database)
    team = town["tim_teknis"]
    await press_on_card(team, "Buat salinan uji")
    answer = await team.press("Ya, buat")
    assert "tidak mencukupi untuk salinan uji (disk)" in answer.text
    assert "Buat salinan uji" in await all_on_card(team)


async def test_what_does_not_fit_is_told_to_who_asked_and_to_no_engineer(town: Town) -> None:
    await ready(town)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unfit = ProvisioningError(ErrorCode.OVER_QUOTA, "3000 MB do not fit", step="copy")
    await make(team)
    assert "3000 MB do not fit" in (await team.wait_for("belum dapat diisi")).text
    assert not any("gagal" in message.text for message in await engineer.messages())
    await team.press("Hapus salinan uji", message=await copy_card(team))
    await team.press("Ya, hapus")
    await team.wait_for("sudah dihapus")


async def test_a_copy_that_could_not_be_made_can_be_taken_away(town: Town) -> None:
    await ready(town)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.failures.append(failure())
    await make(team)
    await team.wait_for("Engineer DKISP sudah diberi tahu")
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    assert "Buat salinan uji" in alert.text
    card = await copy_card(team)
    assert card.button("Perbarui salinan uji") is None
    await team.press("Hapus salinan uji", message=card)
    await team.press("Ya, hapus")
    await team.wait_for("sudah dihapus")
    assert (await the_copy(town)).state == "released"


async def test_it_is_closed_and_opened_with_its_site(town: Town) -> None:
    await ready(town)
    team, engineer = town["tim_teknis"], town["engineer"]
    await make(team)
    await team.wait_for("sudah jadi")
    await suspend(engineer)
    await engineer.wait_for("sudah ditangguhkan")
    copy = (await the_copy(town)).spec
    site = (await the_hosting(town)).spec
    assert (copy.state, copy.suspension_reason) == (State.SUSPENDED, site.suspension_reason)
    await press_on_card(engineer, "Aktifkan kembali")
    await engineer.press("Ya, aktifkan")
    await engineer.wait_for("sudah aktif kembali")
    assert (await the_copy(town)).spec.state is State.ACTIVE


async def test_it_ends_by_itself_and_its_team_is_told_why(town: Town) -> None:
    await ready(town)
    team = town["tim_teknis"]
    await make(team)
    await team.wait_for("sudah jadi")
    await ends_in(town, days=0)
    await following.follow_sites(town.app.office, town.app.database)
    told = await team.wait_for("waktunya habis")
    assert DOMAIN in told.text
    assert (await the_hosting(town)).state == "wanted"


async def ends_in(town: Town, *, days: int) -> None:
    copy = await the_copy(town)
    async with town.app.database.write() as work:
        row = await work.session.get_one(Hosting, copy.id)
        row.ends_on = members.today(work) + dt.timedelta(days=days)


async def test_what_was_tried_comes_to_the_site_after_a_backup_and_the_way_back_is_offered(town: Town) -> None:
    await ready(town)
    team, head = town["tim_teknis"], town["kepala_opd"]
    await make(team)
    await team.wait_for("sudah jadi")
    assert (await copy_card(team)).button("Terapkan ke situs") is None, "without backups there is no way back"
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
    await apply(team, "Berkas saja")
    done = await team.wait_for("sudah diterapkan")
    assert "berkas saja" in done.text
    assert done.button("Pulihkan") is not None
    await head.wait_for("Budi Santoso menerapkan salinan uji", since=0)
    asked = [(slug, copy.step, copy.source, copy.database) for slug, copy in town.fleet.copied[2:]]
    assert asked == [(SLUG, Step.PREPARE, COPY, False), (SLUG, Step.PUT, COPY, False)]
    assert town.fleet.copied[2][1].password is None
    site = (await the_hosting(town)).spec
    assert (site.state, site.suspension_reason) == (State.ACTIVE, "")
    await team.press("Pulihkan", message=done)
    await team.wait_for("cadangan yang mana?")
    await team.press("sebelum perubahan")


async def apply(user: SandboxUser, what: str) -> None:
    await user.press("Terapkan ke situs", message=await copy_card(user))
    await user.press(what, message=await user.wait_for("Apa yang diterapkan"))
    await user.press("Terapkan ke situs", message=await user.wait_for("Periksa kembali isian"))
    await user.press("Ya, terapkan", message=await user.wait_for("Situs dicadangkan dahulu"))


async def with_copy_and_backups(town: Town) -> None:
    await ready(town)
    await make(town["tim_teknis"])
    await town["tim_teknis"].wait_for("sudah jadi")
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"


async def test_a_site_into_which_nothing_could_be_put_is_opened_again(town: Town) -> None:
    team, engineer = town["tim_teknis"], town["engineer"]
    await with_copy_and_backups(town)
    town.fleet.unfit_put = ProvisioningError(ErrorCode.MARIADB_REFUSED, "ERROR 1064", step="copy")
    await apply(team, "Berkas dan basis data")
    await team.wait_for("terbuka lagi seperti semula", since=0)
    await engineer.wait_for("Perubahan hosting gagal", since=0)
    site = await the_hosting(town)
    assert site.spec.state is State.ACTIVE
    assert site.applied_revision == site.wanted_revision
    assert "🧪 Salinan uji" in await all_on_card(team)


async def test_a_site_is_opened_only_when_it_holds_what_it_held(town: Town) -> None:
    team, engineer = town["tim_teknis"], town["engineer"]
    await with_copy_and_backups(town)
    town.fleet.unfit_put = ProvisioningError(ErrorCode.MARIADB_REFUSED, "ERROR 1064", step="copy")
    town.fleet.unfit_back = ProvisioningError(ErrorCode.LOCKED, "busy", step="copy")
    await apply(team, "Berkas dan basis data")
    alert = await engineer.wait_for("busy", since=0)
    assert (await the_hosting(town)).spec.state is State.SUSPENDED
    assert not any("terbuka lagi seperti semula" in message.text for message in await team.messages())
    town.fleet.unfit_back = None
    await engineer.press("Coba lagi", message=alert)
    await team.wait_for("terbuka lagi seperti semula", since=0)
    assert town.fleet.copied[-1][1].step is Step.BACK
    assert (await the_hosting(town)).spec.state is State.ACTIVE


async def test_a_site_whose_server_was_not_heard_to_the_end_stays_closed_until_it_was(town: Town) -> None:
    team, engineer = town["tim_teknis"], town["engineer"]
    await with_copy_and_backups(town)
    town.fleet.unfit_put = ProvisioningError(ErrorCode.CONNECTION_LOST, "cut off", step="connection")
    await apply(team, "Berkas dan basis data")
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    assert (await the_hosting(town)).spec.state is State.SUSPENDED
    assert not any("terbuka lagi seperti semula" in message.text for message in await team.messages())
    theirs = await copy_card(team)
    assert not [
        label for label in theirs.labels if label in ("Terapkan ke situs", "Perbarui salinan uji", "Hapus salinan uji")
    ]
    first, town.fleet.unfit_put = town.fleet.put_requests[-1], None
    await engineer.press("Coba lagi", message=alert)
    await team.wait_for("sudah diterapkan", since=0)
    assert town.fleet.put_requests[-1] == first
    assert (await the_hosting(town)).spec.state is State.ACTIVE


async def test_a_move_removes_the_copy_first(town: Town) -> None:
    await ready(town)
    team = town["tim_teknis"]
    await make(team)
    await team.wait_for("sudah jadi")
    async with town.app.database.write() as work:
        kabid, engineer = [await whois(work, town[role].id) for role in ("kabid", "engineer")]
        assert kabid is not None
        assert engineer is not None
        second = Server(
            name="Server web 2", host="192.0.2.20", host_key="ssh-ed25519 BBBB", zone=ZONE, name_server="192.0.2.53",
            created_at=work.now,
        )  # fmt: skip
        work.add(second)
        await work.flush()
        second_id, site_id = second.id, (await the_hosting(town)).id
    await servers.refresh(town.app.office, town.app.database)
    async with town.app.database.write() as work:
        move = await decision.ask_for_move(work, engineer, site_id, second_id, work.now + dt.timedelta(days=2))
    asked = await town["kabid"].wait_for("Pemindahan hosting", since=0)
    assert f"uji-{DOMAIN}" in asked.text
    async with town.app.database.write() as work:
        await decision.decide(work, kabid, move.id, agrees=True)
    assert (await the_copy(town)).state == "wanted", "its team has until the move begins"
    async with town.app.database.write() as work:
        (await work.session.get_one(Move, move.id)).due_at = work.now
    await begin_and_remind(town.app.database)
    async with asyncio.timeout(10):
        while (await the_copy(town)).state != "released":  # noqa: ASYNC110  (a row, not an event)
            await asyncio.sleep(0.05)

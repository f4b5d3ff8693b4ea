"""Applications in chat: WordPress is installed and its password shown once; a hosting is fitted to Laravel."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.fleet import ProvisioningError
from provisioning.plan import ErrorCode
from provisioning.spec import CronJob, HostingSpec, Kind
from tests.unit.conversation.standing import add_hosting, all_on_card, card_of, lines, press_on_card, the_hosting
from tests.unit.conversation.town import Town
from workflows.store import hostings, ledger, upkeep

PHP: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}
SCHEDULE = CronJob(script="public/sipelan/artisan", minutes=5)


async def wanted(town: Town) -> HostingSpec:
    return (await the_hosting(town)).spec


async def fit_for_laravel(user: SandboxUser, folder: str) -> ScreenMessage:
    await press_on_card(user, "Siapkan Laravel")
    await user.wait_for("Di folder mana")
    await user.send_text(folder)
    await user.press("Terapkan", message=await user.wait_for("Ringkasan"))
    return await user.wait_for("siap untuk Laravel")


async def test_laravel_is_one_order_with_its_lines_for_the_environment(town: Town) -> None:
    await add_hosting(town, **PHP, cron=(CronJob(script="private/lain.php", minutes=60),))
    async with town.app.database.write() as work:
        server = (await hostings.servers(work))[0]
        extensions = {"8.3": ["ctype", "curl", "dom", "fileinfo", "pdo"]}
        server.facts = dataclasses.replace(server.facts, php_extensions=extensions)
    team = town["tim_teknis"]
    done = await fit_for_laravel(team, "public/sipelan")
    for said in ("DB_DATABASE=h_e_lama", "DB_SOCKET=/run/mysqld/mysqld.sock", "public/sipelan/storage/app/public"):
        assert said in done.text
    assert "belum ada pada server: mbstring, pdo_mysql, tokenizer, xml" in done.text
    assert done.text.endswith("DB_PASSWORD=")
    spec = await wanted(town)
    assert (spec.document_root, spec.public_storage) == ("public/sipelan/public", True)
    assert spec.cron == (CronJob(script="private/lain.php", minutes=60), SCHEDULE)
    assert await lines(town) == ["hosting.laravel", "hosting.applied"]


async def test_what_was_set_for_laravel_is_taken_back_in_the_same_place(town: Town) -> None:
    await add_hosting(town, **PHP)
    team = town["tim_teknis"]
    before = await wanted(town)
    await fit_for_laravel(team, "public/sipelan")
    await press_on_card(team, "Siapkan Laravel")
    await team.press("Kembalikan ke semula", message=await team.wait_for("sudah disiapkan untuk Laravel"))
    await team.press("Terapkan", message=await team.wait_for("Ringkasan"))
    await team.wait_for("sudah dilepas")
    assert await wanted(town) == before


async def test_another_folder_takes_the_schedule_with_it(town: Town) -> None:
    await add_hosting(town, **PHP, document_root="public/lama/public", cron=(SCHEDULE,), public_storage=True)
    team = town["tim_teknis"]
    await press_on_card(team, "Siapkan Laravel")
    await team.press("Siapkan folder lain", message=await team.wait_for("sudah disiapkan untuk Laravel"))
    await team.wait_for("Di folder mana")
    await team.send_text("public/baru")
    await team.press("Terapkan", message=await team.wait_for("Ringkasan"))
    await team.wait_for("siap untuk Laravel")
    spec = await wanted(town)
    assert (spec.document_root, spec.public_storage) == ("public/baru/public", True)
    assert spec.cron == (SCHEDULE, CronJob(script="public/baru/artisan", minutes=5))


async def test_where_five_scripts_run_already_nothing_is_done(town: Town) -> None:
    present = tuple(CronJob(script=f"private/{n}.php", minutes=60) for n in range(5))
    await add_hosting(town, **PHP, cron=present)
    team = town["tim_teknis"]
    await press_on_card(team, "Siapkan Laravel")
    await team.wait_for("Di folder mana")
    await team.send_text("public/app")
    await team.press("Terapkan", message=await team.wait_for("Ringkasan"))
    await team.wait_for("sudah memiliki 5 tugas")
    assert (await the_hosting(town)).wanted_revision == 1


async def test_a_site_without_php_is_not_fitted(town: Town) -> None:
    await add_hosting(town)
    assert "Siapkan Laravel" not in await all_on_card(town["tim_teknis"])


WP_CRON = CronJob(script="public/wp-cron.php", minutes=15)
SHOWN = re.compile(r"Kata sandi: (\S+)")


async def ask_for_wordpress(user: SandboxUser) -> None:
    await press_on_card(user, "Pasang WordPress")
    await user.wait_for("Apa judul situsnya")
    await user.send_text("Dinas Kesehatan")
    await user.wait_for("Nama pengguna")
    await user.send_text("redaksi.dinkes")
    await user.wait_for("alamat pos-el")
    await user.send_text("redaksi@tarakankota.go.id")
    await user.press("Pasang", message=await user.wait_for("Ringkasan"))


async def shown(user: SandboxUser) -> ScreenMessage:
    await user.press("Tampilkan kredensial")
    await user.press("Ya, tampilkan")
    return await user.wait_for("Kata sandi:")


async def test_wordpress_is_installed_and_its_password_shown_once_to_whoever_asked(town: Town) -> None:
    await add_hosting(town, **PHP)
    team, head = town["tim_teknis"], town["kepala_opd"]
    await ask_for_wordpress(team)
    done = await team.wait_for("sudah terpasang")
    assert all(word in done.text for word in ("WordPress 6.1.9", "redaksi.dinkes", "wp-login.php"))
    (order,) = town.fleet.installed
    assert (order.title, order.user, order.email) == (
        "Dinas Kesehatan", "redaksi.dinkes", "redaksi@tarakankota.go.id",
    )  # fmt: skip
    assert "Tampilkan kredensial" not in await all_on_card(head)
    login = await shown(team)
    assert SHOWN.findall(login.text) == [order.password.reveal()]
    assert "Nama pengguna: redaksi.dinkes" in login.text
    told = await head.wait_for("Budi Santoso memasang WordPress", since=0)
    assert order.password.reveal() not in told.text
    assert not {"Tampilkan kredensial", "Pasang WordPress"} & {*await all_on_card(team)}
    assert town.fleet.given == [None]  # of the hosting's own passwords none was made anew
    assert (await wanted(town)).cron == (WP_CRON,)
    assert await lines(town) == ["hosting.wordpress", "hosting.applied"]
    async with town.app.database.read() as work:
        kept = [str(line.data) async for line, _ in ledger.lines(work)]
    assert not any("redaksi@" in line or order.password.reveal() in line for line in kept)


async def test_where_something_lies_there_its_owner_is_told_and_nothing_is_left_over(town: Town) -> None:
    await add_hosting(town, **PHP)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unfit = ProvisioningError(ErrorCode.NOT_EMPTY, "public has berita, index.php", step="wordpress")
    await ask_for_wordpress(team)
    told = await team.wait_for("belum dipasang")
    assert "public has berita, index.php" in told.text
    assert not any("gagal" in message.text for message in await engineer.messages())
    town.fleet.unfit = None
    for _ in range(100):  # its schedule is being taken off meanwhile
        if "Pasang WordPress" in await all_on_card(team):
            break
        await asyncio.sleep(0.1)
    assert (await wanted(town)).cron == ()
    await ask_for_wordpress(team)
    await team.wait_for("sudah terpasang")
    assert SHOWN.findall((await shown(team)).text) == [town.fleet.installed[-1].password.reveal()]
    async with town.app.database.read() as work:
        rows = await hostings.credentials(work, (await the_hosting(town)).id)
    assert (len(rows), rows[0].sealed) == (2, None)  # that of the first try opened nothing, ever
    assert (await wanted(town)).cron == (WP_CRON,)


async def test_what_failed_shows_no_password_and_a_retry_installs_with_the_same(town: Town) -> None:
    await add_hosting(town, **PHP)
    team, engineer = town["tim_teknis"], town["engineer"]
    town.fleet.unfit = ProvisioningError(ErrorCode.PACKAGE_UNAVAILABLE, "404 Not Found", step="wordpress")
    await ask_for_wordpress(team)
    await team.wait_for("Engineer DKISP sudah diberi tahu")
    assert "Tampilkan kredensial" not in await all_on_card(team)
    card, hosting = await card_of(team), await the_hosting(town)
    forged = await team.press_data(f"d1:order_sure:credentials:{hosting.id}:{hosting.wanted_revision}", card)
    assert "belum terpasang di server" in forged.text  # nothing of theirs is to be shown
    assert "apt-get update" in (await engineer.wait_for("Perubahan hosting gagal", since=0)).text
    town.fleet.unfit = None
    await engineer.press("Coba lagi")
    await team.wait_for("sudah terpasang", since=0)
    assert SHOWN.findall((await shown(team)).text) == [town.fleet.installed[-1].password.reveal()]


async def test_only_a_server_that_has_it_offers_it_and_engineers_see_why(town: Town) -> None:
    await add_hosting(town, **PHP)
    team, engineer = town["tim_teknis"], town["engineer"]
    async with town.app.database.write() as work:
        pending = {"security": [], "others": 0, "reboot_required": False, "lists_at": None, "wordpress": ""}
        await upkeep.keep(work, 1, pending, work.now)
    assert "Pasang WordPress" not in await all_on_card(team)
    await engineer.send_command("menu")
    await engineer.press("Server")
    await engineer.press("Server web 1")
    await engineer.wait_for("tidak memuat WordPress")


async def test_no_answer_is_taken_that_the_server_would_refuse(town: Town) -> None:
    await add_hosting(town, **PHP)
    team = town["tim_teknis"]
    await press_on_card(team, "Pasang WordPress")
    await team.wait_for("Apa judul situsnya")
    await team.send_text("Situs")
    await team.wait_for("Nama pengguna")
    for wrong in ("admin", "Redaksi", "a b", "x" * 41):
        await team.send_text(wrong)
        await team.wait_for(lambda message: "sesuai" in message.text or "panjang" in message.text)
    await team.send_text("redaksi")
    await team.wait_for("alamat pos-el")
    for wrong in ("redaksi", "a@b", "a@b.c; DROP TABLE x"):
        await team.send_text(wrong)
        await team.wait_for("belum sesuai")


async def test_a_site_without_a_database_has_no_room_for_it(town: Town) -> None:
    await add_hosting(town, kind=Kind.PHP, php_version="8.3")
    assert "Pasang WordPress" not in await all_on_card(town["tim_teknis"])

"""Applications in chat: a hosting is fitted to Laravel in one order, and back again."""

from __future__ import annotations

from typing import Any

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.spec import CronJob, HostingSpec, Kind
from tests.unit.conversation.standing import add_hosting, all_on_card, lines, press_on_card, the_hosting
from tests.unit.conversation.town import Town
from workflows.store import hostings

PHP: dict[str, Any] = {"kind": Kind.PHP, "php_version": "8.3", "database": True}
SCHEDULE = CronJob(script="public/sipelan/artisan", minutes=5)


async def wanted(town: Town) -> HostingSpec:
    return HostingSpec.from_data((await the_hosting(town)).spec)


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
        server.facts = {**server.facts, "php_extensions": {"8.3": ["ctype", "curl", "dom", "fileinfo", "pdo"]}}
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
    assert await town.refusals() == []


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

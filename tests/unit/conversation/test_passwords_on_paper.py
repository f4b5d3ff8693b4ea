"""An OPD without Telegram that lost its passwords writes a letter and gets new ones in a sealed envelope."""

from __future__ import annotations

from provisioning.spec import Kind
from tests.unit.conversation.standing import (
    DOMAIN,
    add_hosting,
    all_on_card,
    card_of,
    lines,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.test_credentials_on_paper import PASSWORD, noted
from tests.unit.conversation.test_on_paper import text_of
from tests.unit.conversation.test_renewal_by_letter import NUMBER, fill_in_letter, without_people
from tests.unit.conversation.town import Town
from workflows.store import hostings, ledger

NEW = "Cetak kata sandi baru"


async def test_new_passwords_are_made_by_the_heads_letter_and_printed_once(town: Town) -> None:
    await add_hosting(town, kind=Kind.PHP, php_version="8.3", database=True)
    await without_people(town)
    umum = town["bagian_umum"]
    await press_on_card(umum, NEW)
    await umum.wait_for("Kata sandi mana")
    await umum.press("Keduanya")
    await fill_in_letter(town, "bagian_umum")
    await umum.press("Buat kata sandi baru")
    await umum.wait_for("langsung tidak berlaku")
    await umum.press("Ya, ganti")
    done = await umum.wait_for("sudah diganti; yang lama tidak berlaku lagi")
    await umum.press("Cetak kredensial", message=done)
    await umum.wait_for("dibuat satu kali, untuk Anda cetak")
    await umum.press("Ya, buat surat")
    sheet = await umum.wait_for(lambda m: m.file is not None and m.file.name == f"Surat-Kredensial-{DOMAIN}.pdf")
    assert "terhapus sendiri dalam 15 menit" in sheet.text
    assert "Catat serah terima" not in sheet.text
    words = text_of(await umum.download(sheet))
    given = town.fleet.given[-1]
    assert given is not None
    assert given.sftp_password is not None
    assert given.database_password is not None
    assert set(PASSWORD.findall(words)) == {given.sftp_password.reveal(), given.database_password.reveal()}
    assert "Kepala Dinas Kesehatan" in words
    assert "Bagian Umum" in words
    await noted(town)
    async with town.app.database.read() as work:
        rows = await hostings.credentials(work, (await the_hosting(town)).id)
        kept = [line.data["number"] async for line, _ in ledger.lines(work) if line.action == "letter.of_head"]
    assert [row.sealed for row in rows] == [None, None]
    assert kept == [NUMBER]
    assert await lines(town) == ["hosting.print_passwords", "hosting.applied"]
    assert "Cetak kredensial" not in await all_on_card(umum)


async def test_nobody_prints_for_an_opd_that_can_press_for_itself(town: Town) -> None:
    await add_hosting(town)
    for role in ("bagian_umum", "engineer"):
        assert NEW not in await all_on_card(town[role])
        refused = await town[role].press_data("d1:order:print_passwords:1:1", await card_of(town[role]))
        assert "sudah memakai Telegram" in refused.text
    assert await lines(town) == []


async def test_who_made_them_alone_prints_them(town: Town) -> None:
    await add_hosting(town)
    await without_people(town)
    engineer, umum = town["engineer"], town["bagian_umum"]
    await press_on_card(engineer, NEW)
    await fill_in_letter(town, "engineer")
    await engineer.press("Buat kata sandi baru")
    await engineer.press("Ya, ganti")
    await engineer.wait_for("sudah diganti")
    assert "Cetak kredensial" in await all_on_card(engineer)
    assert "Cetak kredensial" not in await all_on_card(umum)
    assert NEW not in await all_on_card(town["kabid"])

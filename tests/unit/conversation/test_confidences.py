"""What is shown goes to whom it is for, also when something changes between the press and the message."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.sandbox.client import SandboxUser
from bot.screens.render import render
from tests.unit.conversation import walk
from tests.unit.conversation.test_on_paper import made
from tests.unit.conversation.town import Town
from workflows.people import members
from workflows.store import cases, outbox, people
from workflows.store.tables import MandateRow
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


async def _mandates_end(work: UnitOfWork, telegram_id: int) -> None:
    member = await members.whois(work, telegram_id)
    assert member is not None
    for mandate in member.mandates:
        await members.end_mandate(work, None, mandate.id)


async def test_two_who_ask_for_the_passwords_at_once_are_not_both_shown_them(town: Town) -> None:
    head = town["kepala_opd"]
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)
    await town["kabid"].press("Terbitkan dan kirim")
    await town["kabid"].press("Ya, terbitkan")
    await head.wait_for("Langkah 10 dari 10", since=0)
    second = await town.move_in("kepala_opd", "drg. Pelaksana Tugas", "DINKES")
    await second.send_command("menu")
    menu = await second.wait_for("Layanan DKISP")
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    await head.press("Tampilkan kredensial")
    sure = f"k1:1:kredensial:{case.revision}"
    await asyncio.gather(head.press("Ya, tampilkan"), second.press_data(sure, menu))
    async with asyncio.timeout(60):
        while not (shown := await _passwords_in(head, second)):  # noqa: ASYNC110 - what a chat shows is no event
            await asyncio.sleep(0.1)
    await town.rest()
    assert await _passwords_in(head, second) == shown
    assert len(shown) == 1


async def _passwords_in(*users: SandboxUser) -> list[str]:
    return [message.text for user in users for message in await user.messages() if "Kata sandi:" in message.text]


async def test_papers_and_progress_are_not_sent_to_whose_office_has_ended(town: Town) -> None:
    await walk.ask(town)
    await made(town, "surat_permohonan")
    umum = town["bagian_umum"]
    async with town.app.database.write() as work:
        paper = (await cases.papers(work, 1))[0]
        params: MessageParams = {"paper": paper.id, "caption": "kartu.lampiran", "params": {"number": "HST"}}
        message = await outbox.put(work, umum.id, "paper", params, case_id=1)
        assert message is not None
        row = await outbox.by_id(work, message)
        assert await render(town.app, work, row) is not None
        await _mandates_end(work, umum.id)
        assert await render(town.app, work, row) is None
        strangers = await outbox.put(work, 4242, "paper", params, case_id=1)
        assert strangers is not None
        assert await render(town.app, work, await outbox.by_id(work, strangers)) is None


async def test_a_form_begun_in_office_is_not_sent_after_it(town: Town) -> None:
    await walk.ask(town)
    umum = town["bagian_umum"]
    await umum.press("Agendakan")
    await umum.press("Penting")
    await umum.press("Hari ini")
    send, _ = await umum.find_button("Simpan agenda")
    async with town.app.database.write() as work:
        await _mandates_end(work, umum.id)
    await umum.press("Simpan agenda", message=send)
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    assert "agenda_number" not in case.facts


async def test_the_questions_of_an_office_are_not_shown_after_it(town: Town) -> None:
    """The Kabid's form names the servers; whoever is head of an OPD only, from today on, sees nothing of it."""
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    kabid = town["kabid"]
    await kabid.press("Pilih server")
    await kabid.wait_for("Server mana")
    async with town.app.database.write() as work:
        await _mandates_end(work, kabid.id)
        person = await people.by_telegram_id(work, kabid.id)
        opd = await people.opd_by_code(work, "DINKES")
        assert person is not None
        assert opd is not None
        work.add(MandateRow(person_id=person.id, role="kepala_opd", opd_id=opd.id, starts_on=dt.date(2026, 1, 1)))
        forms = await outbox.put(work, kabid.id, "form", {"fresh": True})
        servers = await outbox.put(work, kabid.id, "screen", {"name": "servers", "args": {"case": 1}, "edit": None})
    async with town.app.database.read() as work:
        for row in (forms, servers):
            assert row is not None
            assert await render(town.app, work, await outbox.by_id(work, row)) is None
    await kabid.send_command("menu")
    await kabid.press("Ajukan hosting")
    await kabid.wait_for("Bagaimana surat permohonan disampaikan")


async def test_pages_and_numbers_that_no_button_carries_harm_nothing(town: Town) -> None:
    head = town["kepala_opd"]
    await head.send_command("menu")
    menu = await head.wait_for("Layanan DKISP")
    for forged in (
        f"n1:tasks:{'9' * 50}", f"n1:cases:{'9' * 40}", f"n1:case:{'9' * 40}", f"n1:fresh_case:{'9' * 30}",
        f"d1:end_mandate:{'9' * 30}", f"d1:rename_opd:{'9' * 30}", "d1:invite", "n1:people:0", "n1:person:1",
        "n1:end_mandate:1", "d1:opd_off:1", "n1:servers:1", "n1:log:1", "n1:plan:1", "n1:request:1", "n1:genuine:x",
    ):  # fmt: skip
        await head.press_data(forged, menu)
    await head.send_command("bantuan")
    await head.wait_for("/menu")
    said = "\n".join(message.text for message in await head.messages())
    assert "gangguan" not in said.lower()
    async with town.app.database.read() as work:
        assert (await members.whois(work, head.id)) is not None

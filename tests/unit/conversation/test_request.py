"""Step 1 as the OPD's people live it."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town
from workflows.store import cases, people
from workflows.store.tables import MandateRow


async def test_the_head_asks_for_hosting_and_bagian_umum_hears_of_it(town: Town) -> None:
    head, office = town["kepala_opd"], town["bagian_umum"]
    summary = await fill_request(head)
    assert "e-Arsip" in summary.text
    await head.press("Kirim permohonan")
    card = await head.wait_for("Langkah 2 dari 10")
    assert "HST-2026-0001" in card.text
    await office.wait_for(lambda m: "HST-2026-0001" in m.text and m.button("Agendakan") is not None, since=0)


async def test_the_head_of_one_opd_and_deputy_of_another_says_for_which(town: Town) -> None:
    head = town["kepala_opd"]
    async with town.app.database.write() as work:
        person, second = await people.by_telegram_id(work, head.id), await people.opd_by_code(work, "DISDIK")
        assert person is not None
        assert second is not None
        work.add(
            MandateRow(
                person_id=person.id,
                role="kepala_opd",
                opd_id=second.id,
                acting="plt",
                starts_on=dt.date(2026, 1, 1),
            )
        )
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.wait_for("Untuk OPD mana")
    await head.press(second.name)
    summary = await fill_request(head, begun=True)
    assert f"OPD pemohon: {second.name}" in summary.text
    await head.press("Kirim permohonan")
    assert second.name in (await head.wait_for("Langkah 2 dari 10")).text
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
        assert case is not None
        assert case.opd_id == second.id

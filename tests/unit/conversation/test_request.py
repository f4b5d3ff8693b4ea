"""Step 1 as the OPD's people live it."""

from __future__ import annotations

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town


async def test_the_head_asks_for_hosting_and_bagian_umum_hears_of_it(town: Town) -> None:
    head, office = town["kepala_opd"], town["bagian_umum"]
    summary = await fill_request(head)
    assert "e-Arsip" in summary.text
    await head.press("Kirim permohonan")
    card = await head.wait_for("HST-2026-0001")
    assert "Langkah 2 dari 10" in card.text
    heard = await office.wait_for("HST-2026-0001", since=0)
    assert heard.button("Agendakan") is not None
    assert await town.refusals() == []

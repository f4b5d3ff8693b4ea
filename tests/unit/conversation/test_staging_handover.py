"""A site that is handed to another OPD takes no staging copy along, and leaves none behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.conversation.standing import DOMAIN, the_hosting
from tests.unit.conversation.test_changes import approve, ask, by_letter
from tests.unit.conversation.test_staging_copy import copy_card, make, ready, the_copy
from tests.unit.conversation.town import Town, failure


async def test_a_handover_waits_for_a_copy_that_is_filled_and_takes_it_away(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(town)
    team, head, kabid = town["tim_teknis"], town["kepala_opd"], town["kabid"]
    await make(team)
    await team.wait_for("sudah jadi")
    former = (await the_hosting(town)).opd_id
    await ask(head, "Alihkan ke OPD lain", "Dinas Lingkungan Hidup")
    await by_letter(town)
    begun, let_go, fill = asyncio.Event(), asyncio.Event(), town.fleet.copy

    async def wait(*asked: Any, **named: Any) -> Any:
        begun.set()
        await let_go.wait()
        return await fill(*asked, **named)

    monkeypatch.setattr(town.fleet, "copy", wait)
    await team.press("Perbarui salinan uji", message=await copy_card(team))
    await team.press("Ya, perbarui", message=await team.wait_for("Yang Anda ubah di salinan hilang"))
    await asyncio.wait_for(begun.wait(), 10)
    await kabid.wait_for("Langkah 2 dari 3", since=0)
    await kabid.press("Setujui")
    answer = await kabid.press("Ya, setujui")
    assert f"uji-{DOMAIN} sedang dikerjakan" in answer.text
    assert (await the_hosting(town)).opd_id == former, "nobody else has it while the former team's copy is filled"
    let_go.set()
    await team.wait_for("sudah sama dengan")
    await approve(kabid)
    assert "situsnya beralih ke OPD lain" in (await team.wait_for("sudah dihapus")).text
    assert (await the_copy(town)).state == "released"
    assert (await the_hosting(town)).opd_id != former


async def test_a_handover_that_is_cancelled_takes_away_the_copy_that_the_other_opd_made_meanwhile(town: Town) -> None:
    await ready(town)
    new_team = await town.move_in("tim_teknis", "Teknisi Hijau", "DLH")
    head, kabid, engineer = town["kepala_opd"], town["kabid"], town["engineer"]
    await ask(head, "Alihkan ke OPD lain", "Dinas Lingkungan Hidup")
    await by_letter(town)
    town.fleet.failures.append(failure())
    await approve(kabid)
    await engineer.wait_for("Perubahan hosting gagal", since=0)
    await make(new_team)
    await new_team.wait_for("sudah jadi")
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await kabid.press("Batalkan perubahan", message=card)
    await kabid.press("Ya, batalkan")
    await kabid.wait_for("dibatalkan")
    assert (await the_copy(town)).state != "wanted"
    assert "situsnya beralih ke OPD lain" in (await new_team.wait_for("sudah dihapus")).text

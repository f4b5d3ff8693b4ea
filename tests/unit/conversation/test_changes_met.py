"""A change that failed on its server, and something else that was ordered since: it is met by that, or taken back."""

from __future__ import annotations

from bot.sandbox.client import SandboxUser
from provisioning.spec import State
from tests.unit.conversation.standing import all_on_card
from tests.unit.conversation.test_changes import LARGE, approve, ask, ready, spec_of, take
from tests.unit.conversation.test_suspension import REASON, suspend
from tests.unit.conversation.town import Town, failure


async def has_failed(
    town: Town, button: str, answer: str, *, typed: bool = False, receiver: SandboxUser | None = None
) -> None:
    await ready(town)
    await ask(town["kepala_opd"], button, answer, typed=typed)
    if receiver is not None:
        await take(receiver)
    town.fleet.failures.append(failure())
    await approve(town["kabid"])
    await town["engineer"].wait_for("Perubahan hosting gagal", since=0)


async def cancel(town: Town) -> None:
    kabid = town["kabid"]
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await kabid.press("Batalkan perubahan", message=card)
    await kabid.press("Ya, batalkan")
    await town["kepala_opd"].wait_for("dibatalkan", since=0)


async def test_a_closing_makes_what_failed_before_and_its_case_ends_well(town: Town) -> None:
    await has_failed(town, "Ubah paket", LARGE)
    await suspend(town["engineer"])
    await town["engineer"].wait_for("sudah ditangguhkan", since=0)
    await town["kepala_opd"].wait_for("selesai", since=0)
    spec = await spec_of(town)
    assert (spec.limits.disk_mb, spec.state) == (5120, State.SUSPENDED)
    assert "Ubah paket" in await all_on_card(town["kepala_opd"]), "nothing of it waits any more"


async def test_it_is_taken_back_where_the_closing_fails_too_and_the_site_stays_to_be_closed(town: Town) -> None:
    await has_failed(town, "Ubah paket", LARGE)
    town.fleet.failures.append(failure())
    await suspend(town["engineer"])
    await town["engineer"].wait_for(lambda message: "gagal" in message.text and "angguh" in message.text, since=0)
    await cancel(town)
    spec = await spec_of(town)
    assert (spec.limits.disk_mb, spec.state, spec.suspension_reason) == (2048, State.SUSPENDED, REASON)


async def test_a_handover_that_a_closing_made_is_told_to_its_new_head(town: Town) -> None:
    new_head = await town.move_in("kepala_opd", "drs. Hijau", "DLH")
    await has_failed(town, "Alihkan ke OPD lain", "Dinas Lingkungan Hidup", receiver=new_head)
    await suspend(town["engineer"])
    await new_head.wait_for("kini dikelola Dinas Lingkungan Hidup", since=0)

"""Somebody changed a server by hand: the engineers hear of it once, see the plan, and mend it by a press."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.screen import ScreenMessage
from provisioning.agent import bundle
from provisioning.fleet import ProvisioningError
from provisioning.plan import Action, Change, ErrorCode, Plan
from provisioning.spec import HostingSpec
from tests.unit.conversation.standing import DOMAIN, add_hosting, lines, the_hosting
from tests.unit.conversation.town import PretendFleet, Town
from workflows.calendar import nights
from workflows.hosting.opening import new_job
from workflows.store.tables import JobState
from workflows.store.tables.hostings import UNFINISHED
from workflows.upkeep import drift

TITLE = "Pemeriksaan server"


class KilledError(BaseException):
    """This process is no more: nothing that is caught."""


class Shifting(PretendFleet):
    """What the pretended server answers: `found` is its plan, `refusal` is raised in its place."""

    found: tuple[Change, ...] = ()
    refusal: ProvisioningError | None = None
    strangers: tuple[str, ...] = ()
    asked = 0
    thinks = 0.0  # seconds before it answers
    dies_after: int | None = None  # looks; then this process is no more

    async def facts(self, server: Any) -> Any:
        if self.refusal is not None and self.refusal.code is ErrorCode.UNREACHABLE:
            raise self.refusal
        facts = await super().facts(server)
        return dataclasses.replace(facts, agent_version=bundle.version(), hostings=("e-lama", *self.strangers))

    async def plan(self, server: Any, spec: HostingSpec) -> Plan:
        await asyncio.sleep(self.thinks)
        if self.asked == self.dies_after:
            raise KilledError
        type(self).asked += 1
        if self.refusal is not None:
            raise self.refusal
        return Plan(slug=spec.slug, basis="0" * 64, changes=self.found)


def by_hand(summary: str = "Serve the site over HTTP/2 and TLS") -> Change:
    return Change(part="vhost", key="site", action=Action.CHANGE, summary=summary)


@pytest.fixture
async def changed(town: Town) -> AsyncIterator[Shifting]:
    """The town's server with one hosting that somebody changes by hand."""
    fleet = town.fleet
    fleet.__class__ = Shifting
    assert isinstance(fleet, Shifting)
    fleet.found = (by_hand(),)
    await add_hosting(town, "e-lama")
    yield fleet
    fleet.refusal, fleet.strangers = None, ()


async def night(town: Town, day: int) -> None:
    """Let it be the night of that day, and look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drift, "night_of", lambda _now: dt.date(2027, 1, day))
        await drift.check_drift_nightly(town.app.office, town.app.database)


async def told(town: Town, *words: str) -> ScreenMessage:
    return await town["engineer"].wait_for(
        lambda message: TITLE in message.text and all(word in message.text for word in words), since=0
    )


async def test_engineers_hear_once_see_the_plan_and_mend_it(town: Town, changed: Shifting) -> None:
    engineer = town["engineer"]
    await night(town, 4)
    message = await told(town, DOMAIN, "Menyiapkan situs")
    seen = changed.asked
    await night(town, 4)
    assert changed.asked == seen, "a night is looked at once"
    await night(town, 5)
    assert changed.asked == seen + 1
    assert len([m for m in await engineer.messages() if TITLE in m.text]) == 1, "the same drift is told once"
    for role in set(town.people) - {"engineer"}:
        assert not [m for m in await town[role].messages() if TITLE in m.text], role

    await engineer.press("Lihat rencana", message=message)
    plan = await engineer.wait_for("Rencana perbaikan")
    assert "Serve the site over HTTP/2 and TLS" in plan.text
    await engineer.press("Perbaiki", message=message)
    await engineer.wait_for(lambda m: "Perbaikan hosting" in m.text and "Selesai" in m.text and engineer.name in m.text)
    await told(town, "Semua hosting pada server ini sesuai rencana")
    assert await lines(town) == ["hosting.drifted", "hosting.repair_asked", "hosting.in_step", "hosting.repaired"]
    changed.found = ()
    await night(town, 6)
    assert len([m for m in await engineer.messages() if TITLE in m.text]) == 1, "what an engineer mended is no news"


async def test_a_server_that_cannot_be_tidied_is_looked_at_all_the_same(
    town: Town, changed: Shifting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tidy(_server: Any) -> list[str]:
        raise ProvisioningError(ErrorCode.BAD_REQUEST, "unknown verb", step="request")

    monkeypatch.setattr(changed, "tidy", tidy)
    await night(town, 4)
    await told(town, DOMAIN, "Menyiapkan situs")


async def test_what_went_back_by_itself_is_told(town: Town, changed: Shifting) -> None:
    await night(town, 4)
    await told(town, DOMAIN)
    changed.found = ()
    await night(town, 5)
    await told(town, f"Sesuai kembali: {DOMAIN}")


async def test_a_server_that_moved_since_is_not_touched_and_the_new_plan_is_shown(
    town: Town, changed: Shifting
) -> None:
    engineer = town["engineer"]
    await night(town, 4)
    message = await told(town, DOMAIN)
    changed.failures.append(ProvisioningError(ErrorCode.PLAN_MOVED, "the plan is another", step="plan"))
    changed.found = (by_hand("Serve the page of another day"),)
    await engineer.press("Perbaiki", message=message)
    alert = await engineer.wait_for(lambda m: "Perbaikan gagal" in m.text and "Rencana sekarang" in m.text)
    assert "tidak ada yang disentuh" in alert.text
    answer = await engineer.press("Perbaiki", message=message)
    assert "Rencana sudah berubah" in answer.text, "the old button applies the old plan, which is no more"
    await engineer.press("Perbaiki", message=alert)
    await engineer.wait_for(lambda m: "Perbaikan hosting" in m.text and "Selesai" in m.text)


async def test_an_engineer_who_looks_at_a_server_that_is_slow_to_fail_is_told_so(
    town: Town, changed: Shifting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.update_inbox.PATIENCE_SECONDS", 0.05)
    engineer = town["engineer"]
    await engineer.send_text("/hosting")
    listed = await engineer.wait_for(lambda m: DOMAIN in m.text and m.button(DOMAIN) is not None)
    await engineer.press(DOMAIN, message=listed)
    one = await engineer.wait_for("belum pernah diperiksa")
    changed.refusal = ProvisioningError(ErrorCode.UNREACHABLE, "no route to host", step="connect")
    changed.thinks = 0.5
    await engineer.press("Periksa", message=one)
    await engineer.wait_for("Server tidak menjawab. Silakan coba lagi.")


async def is_left_unfinished(town: Town, slug: str) -> None:
    hosting = await the_hosting(town, slug)
    async with town.app.database.write() as work:
        job = new_job(work, hosting)
        job.state, job.error = JobState.FAILED, {UNFINISHED: True}


async def test_one_that_is_worked_on_keeps_the_others_from_no_repair(town: Town, changed: Shifting) -> None:
    engineer = town["engineer"]
    await add_hosting(town, "e-baru")
    await night(town, 4)
    message = await told(town, DOMAIN, "e-baru")
    await is_left_unfinished(town, "e-baru")
    answer = await engineer.press("Perbaiki (2)", message=message)
    assert "Perbaikan 1 hosting dimulai. 1 lainnya" in answer.text
    await engineer.wait_for(lambda m: "Perbaikan hosting" in m.text and "Selesai" in m.text and DOMAIN in m.text)
    assert (await lines(town)).count("hosting.repair_asked") == 1


async def test_an_engineer_looks_at_once_and_nobody_else_can(town: Town, changed: Shifting) -> None:
    engineer = town["engineer"]
    await engineer.send_text("/hosting")
    listed = await engineer.wait_for(lambda m: DOMAIN in m.text and m.button(DOMAIN) is not None)
    await engineer.press(DOMAIN, message=listed)
    one = await engineer.wait_for("belum pernah diperiksa")
    await engineer.press("Periksa", message=one)
    found = await engineer.wait_for(lambda m: "Tidak sesuai rencana" in m.text)
    check, repair = found.button("Periksa"), found.button("Perbaiki")
    assert check is not None
    assert repair is not None
    head = town["kepala_opd"]
    await head.send_text("/hosting")
    mine = await head.wait_for(lambda m: DOMAIN in m.text and "Keadaan: aktif" in m.text)
    assert mine.button("Periksa") is None
    for stolen in (check.data or "", repair.data or ""):
        answer = await head.press_data(stolen, mine)
        assert "bukan wewenang Anda" in answer.text
    changed.found = ()
    await engineer.press("Periksa", message=found)
    await engineer.wait_for(lambda m: "✅ Sesuai rencana" in m.text)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ErrorCode.PHP_NOT_INSTALLED, "belum terpasang"),
        (ErrorCode.UNREACHABLE, "Server tidak dapat dihubungi"),
        (ErrorCode.VERSION_MISMATCH, "layanan server upgrade"),
    ],
)
async def test_what_cannot_be_planned_is_said_once_in_words(
    town: Town, changed: Shifting, code: ErrorCode, words: str
) -> None:
    changed.refusal = ProvisioningError(code, "no", step="php_fpm")
    await night(town, 4)
    message = await told(town, words)
    assert message.button("Perbaiki") is None
    await night(town, 5)
    assert len([m for m in await town["engineer"].messages() if TITLE in m.text]) == 1


async def test_a_night_that_was_cut_off_goes_on_where_it_stopped(town: Town, changed: Shifting) -> None:
    await add_hosting(town, "e-baru")
    changed.strangers = ("e-baru",)
    changed.dies_after = changed.asked + 1
    with pytest.raises(BaseExceptionGroup):
        await night(town, 4)
    changed.dies_after = None
    assert not [m for m in await town["engineer"].messages() if TITLE in m.text]
    seen = changed.asked
    await night(town, 4)
    assert changed.asked == seen + 1, "the first was not asked again"
    await told(town, DOMAIN, "e-baru")


async def test_what_belongs_to_nobody_is_shown(town: Town, changed: Shifting) -> None:
    changed.found, changed.strangers = (), ("e-hantu",)
    await night(town, 4)
    await told(town, "Tidak dikenal kantor: e-hantu")


def test_a_night_begins_at_one_o_clock_in_tarakan() -> None:
    assert nights.night_of(dt.datetime(2026, 11, 24, 16, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 24)
    assert nights.night_of(dt.datetime(2026, 11, 24, 17, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 25)
    assert nights.night_of(dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 25), "caught up by day"

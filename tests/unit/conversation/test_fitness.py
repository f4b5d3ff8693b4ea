"""Whether a hosting is fit: the machine looks, people tick, the Kabid signs, the OPD reads the record."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pypdf
import pytest

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.agent.backup.wire import HeldSnapshots
from provisioning.fitness.examine import CHECKS
from provisioning.plan import Plan
from provisioning.spec import HostingSpec
from provisioning.verification.verify import Check
from tests.unit.conversation.standing import (
    DOMAIN,
    add_hosting,
    all_on_card,
    card_of,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.town import PretendFleet, Town
from workflows.fitness.checklist import CheckedBy, checklist
from workflows.store import backups, fitness_tests, hostings, ledger

TITLE = "Uji kelaikan keamanan"


class Looked(PretendFleet):
    """What is seen of the pretended site: all is well but for what stands in `wrong`."""

    wrong: tuple[str, ...] = ()
    held: HeldSnapshots | None = None

    async def snapshots(self, server: Any, spec: HostingSpec) -> HeldSnapshots:
        return self.held or await super().snapshots(server, spec)

    async def examine(self, server: Any, spec: HostingSpec, **_options: Any) -> tuple[Check, ...]:
        return tuple(
            Check(name=n, ok=n not in self.wrong, detail="" if n not in self.wrong else "/.env") for n in CHECKS
        )

    async def plan(self, server: Any, spec: HostingSpec) -> Plan:
        return Plan(slug=spec.slug, basis="0" * 64, changes=())


@pytest.fixture
async def looked(town: Town) -> Looked:
    fleet = town.fleet
    fleet.__class__ = Looked
    assert isinstance(fleet, Looked)
    await add_hosting(town, "e-lama")
    async with town.app.database.write() as work:
        (await hostings.servers(work))[0].backup_place = "/var/backups/layanan"
    await kept(town, "snapshot", {}, snapshot="a" * 64)
    return fleet


async def kept(town: Town, deed: str, result: dict[str, Any], **more: Any) -> None:
    """Let something of the hosting's backups have been done just now."""
    async with town.app.database.write() as work:
        values = {"server_id": 1, "hosting_id": (await the_hosting(town)).id, "deed": deed, "reason": "asked"}
        done = {"state": "done", "due_at": work.now, "finished_at": work.now, "result": result}
        await backups.put(work, {**values, **done, "key": deed, "request_id": deed, **more})


async def tried(town: Town) -> None:
    """Wait until the drill that the look asked for has ended."""
    async with asyncio.timeout(20):
        while True:
            async with town.app.database.read() as work:
                if await backups.tried_at(work, (await the_hosting(town)).id) is not None:
                    return
            await asyncio.sleep(0.05)


async def begun(engineer: SandboxUser) -> ScreenMessage:
    await press_on_card(engineer, "Uji kelaikan")
    return await engineer.wait_for(lambda m: TITLE in m.text and m.button("Terpenuhi") is not None)


def by_hand() -> list[str]:
    return [item.question for item in checklist().items if item.by is CheckedBy.PERSON]


async def tick_all(user: SandboxUser, answer: str = "Terpenuhi") -> None:
    for number, question in enumerate(by_hand(), start=1):
        asked = await user.wait_for(f"{number}. {question}", since=0)
        await user.press(answer, message=asked)


async def test_machine_and_people_judge_and_the_kabid_signs_a_numbered_record(town: Town, looked: Looked) -> None:
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    await kept(town, "drill", {"ok": True})
    looked.wrong = ("hsts",)
    card = await begun(engineer)
    assert "16 dari 17" in card.text
    assert "Strict-Transport-Security" in card.text
    await tick_all(engineer)
    done = await engineer.wait_for("Menunggu Kabid")
    assert "Laik dengan catatan" in done.text
    assert done.button("Sahkan berita acara") is None
    forged = await engineer.press_data("d1:fitness_sure:1:9", done)
    assert "bukan wewenang Anda" in forged.text

    await kabid.press("Sahkan berita acara", message=await kabid.wait_for("Laik dengan catatan", since=0))
    assert DOMAIN in (await kabid.wait_for("dengan simpulan")).text
    await kabid.press("Ya, sahkan")
    await kabid.wait_for("disahkan")
    message = await head.wait_for(lambda m: "Berita acara uji kelaikan keamanan" in (m.text or ""), since=0)
    assert "laik dengan catatan" in message.text
    pdf = pypdf.PdfReader(io.BytesIO(await head.download(message)))
    text = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    for words in (DOMAIN, "Laik dengan catatan", "Dewi Lestari", "Agus Salim", "Belum terpenuhi", "4 Tahun 2021"):
        assert words in text, words
    async with town.app.database.read() as work:
        row = await fitness_tests.get(work, 1)
        assert row is not None
        assert (row.state, row.number and row.number.split("/")[1]) == ("closed", "1")
        said = [line.action async for line, _ in ledger.lines(work)]
    assert said.count("hosting.inspected") == 1
    assert said.count("letter.fitness_test") == 1
    told = await card_of(head)
    assert "Uji kelaikan: laik dengan catatan" in told.text
    await press_on_card(head, "Berita acara")
    assert "Berita acara uji kelaikan keamanan" in (await head.wait_for_file()).text
    await kabid.send_command("menu")
    await kabid.press("Register")
    await kabid.press("Uji kelaikan")
    listed = await kabid.wait_for("Register Uji Kelaikan Keamanan")
    assert "HSTS" in listed.text


async def test_a_required_item_that_lacks_is_named_and_a_tick_can_be_taken_back(town: Town, looked: Looked) -> None:
    engineer = town["engineer"]
    await kept(town, "drill", {"ok": True})
    looked.wrong = ("secrets",)
    card = await begun(engineer)
    assert "/.env" in card.text
    await engineer.press("Belum", message=card)
    second = await engineer.wait_for(lambda m: f"2. {by_hand()[1]}" in m.text)
    assert "Ganti kata sandi bawaan" in second.text
    await engineer.press("Ulangi butir terakhir", message=second)
    first = await engineer.wait_for(lambda m: f"1. {by_hand()[0]}" in m.text)
    stale = await engineer.press_data("d1:tick:1:1:passwords:y", first)
    assert "sudah berubah" in stale.text
    await tick_all(engineer)
    assert "Belum laik" in (await engineer.wait_for("Menunggu Kabid")).text
    looked.wrong = ()
    await engineer.press("Lihat ulang")
    assert "Laik." in (await engineer.wait_for(lambda m: "17 dari 17" in m.text)).text


async def test_a_backup_that_nobody_gave_back_yet_is_tried_by_itself(town: Town, looked: Looked) -> None:
    engineer = town["engineer"]
    card = await begun(engineer)
    assert "16 dari 17" in card.text
    assert "Pemulihan cadangan diuji oleh sistem" in card.text
    await tick_all(engineer)
    assert "Belum laik" in (await engineer.wait_for("Menunggu Kabid")).text
    await tried(town)
    await engineer.press("Lihat ulang")
    assert "Laik." in (await engineer.wait_for(lambda m: "17 dari 17" in m.text)).text
    assert not [m for m in await engineer.messages() if "Uji pemulihan bulanan" in m.text]


async def test_a_repository_that_lost_its_snapshots_is_seen_whatever_our_own_books_say(
    town: Town, looked: Looked
) -> None:
    await kept(town, "drill", {"ok": True})
    looked.held = HeldSnapshots(count=0, newest_at=None)
    card = await begun(town["engineer"])
    assert "16 dari 17" in card.text
    assert "cadangan dibuat dari kartu hosting" in card.text


async def test_the_opd_and_strangers_inspect_nothing_and_read_only_their_own(town: Town, looked: Looked) -> None:
    engineer, head = town["engineer"], town["kepala_opd"]
    await begun(engineer)
    assert not [label for label in await all_on_card(head) if "Uji kelaikan" in label]
    mine = await card_of(head)
    for data in ("d1:inspect:1", "d1:fitness:1", "d1:tick:1:1:passwords:y", "d1:fitness_close:1:1"):
        assert "bukan wewenang Anda" in (await head.press_data(data, mine)).text
    neighbour = await town.move_in("kepala_opd", "drs. Tetangga", "DISDIK")
    await neighbour.send_command("menu")
    await neighbour.press_data("d1:fitness_report:1", await neighbour.wait_for("Layanan DKISP"))
    assert not [m for m in await neighbour.messages() if DOMAIN in (m.text or "")]

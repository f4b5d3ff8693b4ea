"""What a stranger sees of a new site is looked at before it is handed over, and told to who issues its report."""

from __future__ import annotations

import datetime as dt
import re

from tests.stories.letters import words_of
from tests.unit.conversation import walk
from tests.unit.conversation.test_fitness import tick_all
from tests.unit.conversation.town import Town
from workflows.fitness import procedure
from workflows.fitness.due import Occasion
from workflows.store import fitness_tests

BANNER = "Versi server dan bahasa pemrograman tidak disebutkan"
ALL = 14  # items that a stranger can see


async def until_report(town: Town) -> None:
    await walk.until_decision(town)
    await walk.approve(town)


async def test_the_kabid_reads_it_before_the_report_and_the_opd_in_it(town: Town) -> None:
    town.fleet.tells_version = True
    await until_report(town)
    kabid, head = town["kabid"], town["kepala_opd"]
    card = await kabid.wait_for("Langkah 7 dari 10", since=0)
    assert f"Uji kelaikan oleh mesin: {ALL - 1} dari {ALL} butir terpenuhi. Belum: {BANNER}" in card.text
    assert not [m for role in ("kabid", "engineer") for m in await town[role].messages() if m.button("Terpenuhi")]
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")
    report = await head.wait_for(lambda m: m.file is not None and "Laporan" in m.file.name, since=0)
    assert BANNER in await words_of(head, report)
    shown = await head.wait_for(re.compile(r"Langkah (8|9|10) dari 10"), since=0)
    assert "Uji kelaikan oleh mesin" not in shown.text, "how the office judges is the office's"
    for role in ("kabid", "engineer"):
        await town[role].send_command("tugas")
        await town[role].wait_for("Tidak ada tugas")


async def test_a_test_that_waits_is_a_task_and_an_unfit_site_is_told_of_in_plain_words(town: Town) -> None:
    await until_report(town)
    engineer, kabid, head = town["engineer"], town["kabid"], town["kepala_opd"]
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    async with town.app.database.write() as work:
        row = await fitness_tests.get(work, 1)
        assert row is not None
        later = ("in_step", "php_supported", "backup_present", "restore_tried")
        seen = {**row.seen, **{item: {"ok": item != "restore_tried", "detail": ""} for item in later}}
        begun = await procedure.begin(work, row.hosting_id, Occasion.HANDOVER, seen)
        begun.asked_at = work.now
        await procedure.show(work, begun, anew=await procedure.inspectors(work))
    await engineer.send_command("tugas")
    assert "Uji kelaikan: 6 butir belum dijawab" in (await engineer.wait_for("Tugas Anda")).text
    await tick_all(engineer)
    await kabid.send_command("tugas")
    assert "menunggu pengesahan Anda" in (await kabid.wait_for("Tugas Anda")).text
    await engineer.send_command("tugas")
    await engineer.wait_for("Tidak ada tugas")
    await kabid.press("Sahkan berita acara", message=await kabid.wait_for("Belum laik", since=0))
    await kabid.press("Ya, sahkan")
    told = await head.wait_for("belum laik digunakan", since=0)
    assert "Cadangannya belum pernah dicoba dipulihkan; dicoba DKISP." in told.text
    async with town.app.database.read() as work:
        row = await fitness_tests.get(work, 1)
        assert row is not None
        assert row.closed_at is not None
        again = row.closed_at + dt.timedelta(days=30)
    assert str(again.year) in told.text

"""What each task costs in presses and messages: counted here, written down in docs/presses.md, and bounded."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.unit.conversation.counting import Cost, counted
from tests.unit.conversation.tasks import TASKS, Task
from tests.unit.conversation.town import NAMES, Town
from workflows import servers

PAGE = Path(__file__).parents[3] / "docs" / "presses.md"
TITLES = {
    "kepala_opd": "Kepala OPD",
    "tim_teknis": "Tim Teknis",
    "bagian_umum": "Bagian Umum",
    "kepala_dkisp": "Kepala DKISP",
    "kabid": "Kabid",
    "sub_koordinator": "Sub Koordinator",
    "engineer": "Engineer",
    "admin": "Administrator",
}
ROWS = re.compile(r"\A(\|.*\n)*")
HEAD = "| siapa | tugas | perlu | karena | tindakan | pesan |\n|---|---|---:|---|---:|---:|\n"


def row(task: Task, cost: Cost) -> str:
    return f"| {TITLES[task.role]} | {task.title} | {task.needs} | {task.why} | {cost.acts} | {cost.messages} |\n"


async def test_each_task_costs_what_the_page_says_and_little_more_than_it_needs(town: Town) -> None:
    await servers.refresh(town.app.office, town.app.database)
    table, dear = HEAD, []
    for task in TASKS:
        if task.before is not None:
            await task.before(town)
        async with counted(town, town[task.role]) as cost:
            await task.does(town, town[task.role])
        table += row(task, cost)
        if cost.acts > 2 * task.needs + 1:
            dear.append((task.title, cost.acts))
    if os.environ.get("RENEW_PAGES"):
        before, _, after = PAGE.read_text(encoding="utf-8").partition(HEAD)
        PAGE.write_text(before + table + ROWS.sub("", after), encoding="utf-8")
    assert table in PAGE.read_text(encoding="utf-8"), "run: make presses"
    assert dear == []


def test_every_role_is_counted() -> None:
    assert {task.role for task in TASKS} == {*NAMES, "admin"}

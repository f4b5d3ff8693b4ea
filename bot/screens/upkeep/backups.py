"""What engineers hear of a server whose backups fail, and what they may do about it."""

from __future__ import annotations

from bot.callback_data import Do
from bot.screens.cases.job import cause_words
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.store import backups, hostings
from workflows.store.tables import Backup
from workflows.store.unit_of_work import UnitOfWork

DETAIL_MAX = 400
GO_ON = "backup_skip"


async def alert(work: UnitOfWork, backup_id: int) -> Screen | None:
    """Return the warning about one order that failed, with the way on for a change that waits for it."""
    row = await backups.get(work, backup_id)
    if row is None or row.error_code is None:
        return None
    hosting = None if row.hosting_id is None else await hostings.get(work, row.hosting_id)
    waits = row.job_id is not None and row.state in backups.OPEN
    text = html(
        "cadangan.peringatan",
        server=(await hostings.server(work, row.server_id)).name,
        domain=hosting.domain if hosting else "",
        deed=row.deed,
        waits=waits,
        cause=cause_words(row.error_code),
        detail=shorten(row.error or "", DETAIL_MAX),
        left=", ".join(row.result.get("left", ())),
    )
    return Screen(text=text, keyboard=keyboard([_way_on(row)] if waits else []), subject=f"backup:{row.id}")


def _way_on(row: Backup) -> Row:
    return [button(plain("cadangan.lanjut"), Do(GO_ON, (str(row.id),)), "danger")]

"""The city's OPDs: the shipped list at first start, then what the administrator makes of it in chat."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from workflows.refusal import Refused
from workflows.store import ledger, people
from workflows.store.tables import Opd, Person
from workflows.store.unit_of_work import UnitOfWork

SHIPPED = Path(__file__).parent / "data" / "opds.toml"
CODE_MAX = 40


async def seed(work: UnitOfWork, source: Path = SHIPPED) -> int:
    """Bring the shipped OPDs into an empty list; return how many came."""
    if await people.opds(work, active_only=False):
        return 0
    rows = tomllib.loads(source.read_text(encoding="utf-8"))["opd"]
    for row in rows:
        work.add(Opd(code=row["code"], name=row["name"], head_title=row["head_title"]))
    await work.flush()
    return len(rows)


async def add(work: UnitOfWork, by: Person | None, *, name: str, head_title: str) -> Opd:
    """Add an OPD. Raises `Refused` (opd_exists) for a name that is there already."""
    await _check_name(work, name, except_id=None)
    opd = Opd(code=await _free_code(work, name), name=name, head_title=head_title)
    work.add(opd)
    await work.flush()
    await _record(work, by, "opd.add", opd)
    return opd


async def rename(work: UnitOfWork, by: Person | None, opd_id: int, *, name: str, head_title: str) -> Opd:
    """Rename an OPD or its head's title; letters already issued keep what they say."""
    await _check_name(work, name, except_id=opd_id)
    opd = await people.opd(work, opd_id)
    opd.name, opd.head_title = name, head_title
    await _record(work, by, "opd.rename", opd)
    return opd


async def set_active(work: UnitOfWork, by: Person | None, opd_id: int, *, active: bool) -> Opd:
    """Retire an OPD from the lists, or bring it back; its cases stay."""
    opd = await people.opd(work, opd_id)
    if opd.active != active:
        opd.active = active
        await _record(work, by, "opd.activate" if active else "opd.retire", opd)
    return opd


async def _check_name(work: UnitOfWork, name: str, *, except_id: int | None) -> None:
    for opd in await people.opds(work, active_only=False):
        if opd.name.casefold() == name.casefold() and opd.id != except_id:
            raise Refused("opd_exists", {"name": opd.name})


async def _free_code(work: UnitOfWork, name: str) -> str:
    base = re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[: CODE_MAX - 4] or "OPD"
    code, turn = base, 1
    while await people.opd_by_code(work, code) is not None:
        turn += 1
        code = f"{base}-{turn}"
    return code


async def _record(work: UnitOfWork, by: Person | None, action: str, opd: Opd) -> None:
    data = {"opd": opd.id, "name": opd.name, "head_title": opd.head_title}
    await ledger.append(work, action, person_id=by.id if by else None, data=data)

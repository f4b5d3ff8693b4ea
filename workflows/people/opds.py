"""The city's OPDs: the shipped list at first start, then what the administrator makes of it in chat.

An OPD is never deleted: its cases name it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from workflows.refusal import Refused
from workflows.store import ledger, people
from workflows.store.tables import Opd, Person
from workflows.store.unit_of_work import UnitOfWork

SHIPPED = Path(__file__).with_name("opds.toml")
CODE_MAX = 40


async def seed(work: UnitOfWork, source: Path = SHIPPED) -> int:
    """Bring the shipped OPDs into an empty list; return how many came."""
    await work.lock_record()
    if await people.opds(work, active_only=False):
        return 0
    shipped = list(read(source))
    for opd in shipped:
        work.add(opd)
    await work.flush()
    return len(shipped)


def read(source: Path) -> Iterator[Opd]:
    """Read a list of OPDs from its data file."""
    for row in tomllib.loads(source.read_text(encoding="utf-8"))["opd"]:
        yield Opd(code=row["code"], name=row["name"], head_title=row["head_title"])


async def add(work: UnitOfWork, by: Person, *, name: str, head_title: str) -> Opd:
    """Add an OPD. Raises `Refused` (opd_name_taken) where one has this name."""
    await work.lock_record()
    await _check_name(work, name, except_id=None)
    opd = Opd(code=await _code(work, name), name=name, head_title=head_title, active=True)
    work.add(opd)
    await work.flush()
    await _record(work, by, "opd_added", opd)
    return opd


async def rename(work: UnitOfWork, by: Person, opd_id: int, *, name: str, head_title: str) -> Opd:
    """Give an OPD another name; letters already issued keep the old one. Raises `Refused`."""
    await work.lock_record()
    await _check_name(work, name, except_id=opd_id)
    opd = await people.opd(work, opd_id)
    opd.name, opd.head_title = name, head_title
    await _record(work, by, "opd_renamed", opd)
    return opd


async def set_active(work: UnitOfWork, by: Person, opd_id: int, *, active: bool) -> Opd:
    """Offer an OPD for new invitations, or no longer."""
    opd = await people.opd(work, opd_id)
    if opd.active != active:
        opd.active = active
        await _record(work, by, "opd_activated" if active else "opd_deactivated", opd)
    return opd


async def _check_name(work: UnitOfWork, name: str, *, except_id: int | None) -> None:
    for opd in await people.opds(work, active_only=False):
        if opd.id != except_id and opd.name.casefold() == name.casefold():
            raise Refused("opd_name_taken", {"name": opd.name})


async def _code(work: UnitOfWork, name: str) -> str:
    """Return a short unused code made of the name's letters."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: CODE_MAX - 4] or "opd"
    code, nth = stem, 1
    while await people.opd_by_code(work, code) is not None:
        nth += 1
        code = f"{stem}-{nth}"
    return code


async def _record(work: UnitOfWork, by: Person, action: str, opd: Opd) -> None:
    data = {"opd": opd.id, "name": opd.name, "head_title": opd.head_title, "active": opd.active}
    await ledger.append(work, action, person_id=by.id, data=data)

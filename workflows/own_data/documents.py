"""A person's own data as a page to read (PDF) and as data to take elsewhere (JSON)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from workflows import words
from workflows.letters import render
from workflows.letters.daftar import Column, Daftar, Row
from workflows.letters.fixed_words import fixed_words
from workflows.office import Office
from workflows.own_data.gather import OwnData, gather
from workflows.people.members import Member
from workflows.people.signatories import official
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import Database
from workflows.words import WITA


def as_json(_office: Office, data: OwnData) -> bytes:
    """Return the data by kind, each with its instant (ISO 8601, UTC), as UTF-8 JSON."""
    said = _words()["jenis"]
    found: dict[str, list[dict[str, str]]] = {said[kind]: [] for kind in said}
    for entry in data.entries:
        at = entry.at.isoformat() if entry.at else ""
        found[said[entry.kind]].append({"waktu": at, "uraian": entry.what, "permohonan": entry.case})
    whole = {"dibuat": data.made_at.isoformat(), "catatan": _words()["catatan"], "data": found}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def as_pdf(office: Office, data: OwnData) -> bytes:
    """Return the data as a list on landscape pages, to be signed by whom it is about."""
    said, person = _words(), data.person
    listing = Daftar(
        office=office.letterhead,
        date=data.made_at.astimezone(WITA).date(),
        signer=official(person, said["penanda_tangan"], ""),
        title=said["judul"],
        period=words.date_time(data.made_at),
        columns=tuple(Column(title=title, width=width) for title, width in said["kolom"]),
        rows=tuple(
            Row(cells=(said["jenis"][one.kind], words.date_time(one.at) if one.at else "", one.what, one.case))
            for one in data.entries
        ),
    )
    return render.render(listing)


KINDS: Mapping[str, tuple[Callable[[Office, OwnData], bytes], str]] = {
    "pdf": (as_pdf, "application/pdf"),
    "json": (as_json, "application/json"),
}


async def document(office: Office, database: Database, member: Member, kind: str) -> MessageParams:
    """Make and keep a file, of one of `KINDS`, of what is kept about a person; return what its message needs."""
    async with database.read() as work:
        data = await gather(office, work, member)
    make, media_type = KINDS[kind]
    sha256 = await office.files.write(await asyncio.to_thread(make, office, data))
    return {
        "sha256": sha256,
        "name": f"{_words()['judul']}.{kind}".replace(" ", "-"),
        "media_type": media_type,
        "caption": "privasi.berkas",
        "person": member.person.id,
    }


def _words() -> Mapping[str, Any]:
    return fixed_words("data_pribadi")

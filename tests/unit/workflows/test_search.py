"""Finding cases: by any part of a word, the newest first, and each person only what they may see."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.workflows.conftest import Desk
from workflows.store import cases, people
from workflows.store.tables import Case
from workflows.views import lists

SUBJECTS = {
    "e-arsip": "Permohonan hosting e-Arsip Dinas",
    "sipanda": 'Aplikasi 50% lebih cepat & "hemat"',
    "pkk": "Situs PKK",
    "arsip-lama": "Pemindahan ARSIP lama",
}


async def add_cases(desk: Desk) -> None:
    async with desk.database.write() as work:
        opds = [await people.opd_by_code(work, code) for code in ("DISDIK", "DINKES")]
        for place, (subdomain, subject) in enumerate(SUBJECTS.items(), start=1):
            opd = opds[place % 2]
            assert opd is not None
            work.add(
                Case(
                    number=f"HST-2026-{place:04}",
                    sop_code="hosting",
                    sop_version=1,
                    opd_id=opd.id,
                    opened_by=desk.ids["kepala_opd"],
                    subject=subject,
                    step="agenda",
                    status="closed",
                    facts={},
                    subdomain=subdomain,
                    created_at=work.now,
                    changed_at=work.now,
                )
            )


async def found(desk: Desk, words: str, opd: str | None = None) -> list[str | None]:
    async with desk.database.read() as work:
        row = await people.opd_by_code(work, opd) if opd else None
        rows: Sequence[Case] = await cases.search(work, words, opd_ids=[row.id] if row else None)
        return [case.subdomain for case in rows]


@pytest.mark.parametrize(
    ("words", "subdomains"),
    [
        ("arsip", ["arsip-lama", "e-arsip"]),
        ("ARSIP D", ["e-arsip"]),
        ("ars\0ip d", ["e-arsip"]),
        ("HST-2026-0002", ["sipanda"]),
        ("0003", ["pkk"]),
        ("PK", ["pkk"]),
        ("50%", ["sipanda"]),
        ("5_%", []),
        ('"hemat"', ["sipanda"]),
        ("hemat OR arsip", []),
        ("arsip*", []),
        ("-arsip", ["e-arsip"]),
        ("pendidikan", ["arsip-lama", "sipanda"]),
        ("tidak ada", []),
    ],
)
async def test_words_are_found_as_they_are_written(desk: Desk, words: str, subdomains: list[str]) -> None:
    await add_cases(desk)
    assert sorted(map(str, await found(desk, words))) == sorted(subdomains)


async def test_the_newest_is_first_and_no_more_than_asked_for(desk: Desk) -> None:
    await add_cases(desk)
    assert await found(desk, "arsip") == ["arsip-lama", "e-arsip"]
    async with desk.database.read() as work:
        assert [case.subdomain for case in await cases.search(work, "HST", opd_ids=None, limit=1)] == ["arsip-lama"]


async def test_a_changed_subject_is_found_by_its_new_words_alone(desk: Desk) -> None:
    await add_cases(desk)
    async with desk.database.write() as work:
        case = (await cases.search(work, "PKK", opd_ids=None))[0]
        case.subject = "Situs Posyandu"
        case.subdomain = "posyandu"
    assert await found(desk, "posyandu") == ["posyandu"]
    assert await found(desk, "PKK") == []


async def test_an_opd_finds_its_own_only_by_words_and_by_name(desk: Desk) -> None:
    await add_cases(desk)
    assert await found(desk, "arsip", "DINKES") == ["e-arsip"]
    assert await found(desk, "pendidikan", "DINKES") == []
    async with desk.database.read() as work:
        member = await desk.member(work, "kepala_dinkes")
        assert [line.case.subdomain for line in await lists.search(desk.office, work, member, "arsip")] == ["e-arsip"]

"""Finding cases: by any part of a word, the newest first, and each person only what they may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.unit.workflows.conftest import Desk
from workflows.cases.search_query import Sought
from workflows.store import cases, people
from workflows.store.search import CaseQuery, search
from workflows.store.tables import Case
from workflows.views import lists
from workflows.words import WITA

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


async def found(desk: Desk, words: str, opd: str | None = None, **more: Any) -> list[str | None]:
    async with desk.database.read() as work:
        row = await people.opd_by_code(work, opd) if opd else None
        wanted = CaseQuery(words=words, opd_ids=[row.id] if row else None, **more)
        return [case.subdomain for case in await cases.by_ids(work, await search(work, wanted, limit=20))]


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
@pytest.mark.parametrize("rare", [-1, 1_000], ids=["by the phrase", "by its rarest letters"])
async def test_words_are_found_as_they_are_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: str, subdomains: list[str], rare: int
) -> None:
    monkeypatch.setattr("workflows.store.search.RARE", rare)
    await add_cases(desk)
    assert sorted(map(str, await found(desk, words))) == sorted(subdomains)


async def test_the_newest_is_first_and_no_more_than_asked_for(desk: Desk) -> None:
    await add_cases(desk)
    assert await found(desk, "arsip") == ["arsip-lama", "e-arsip"]
    async with desk.database.read() as work:
        assert len(await search(work, CaseQuery(words="HST"), limit=1)) == 1
        newest = await cases.by_ids(work, await search(work, CaseQuery(words="HST"), limit=1))
    assert [case.subdomain for case in newest] == ["arsip-lama"]


async def test_a_changed_subject_is_found_by_its_new_words_alone(desk: Desk) -> None:
    await add_cases(desk)
    async with desk.database.write() as work:
        case = (await cases.by_ids(work, await search(work, CaseQuery(words="PKK"), limit=1)))[0]
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
        lines, count = await lists.search(desk.office, work, member, Sought(words="arsip"))
    assert ([line.case.subdomain for line in lines], count) == (["e-arsip"], 1)


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, tzinfo=WITA)


async def spread_over_the_month(desk: Desk) -> None:
    """Let the first case be of the 1st, the second of the 2nd, …, and the second be refused."""
    await add_cases(desk)
    async with desk.database.write() as work:
        for place, case in enumerate(reversed(await cases.newest(work, limit=9)), start=1):
            case.created_at = at(place)
            case.status = "refused" if place == 2 else "closed"


@pytest.mark.parametrize("few", [0, 100], ids=["by words first", "by days and state first"])
async def test_words_days_and_states_narrow_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("workflows.store.search.FEW", few)
    await spread_over_the_month(desk)
    assert await found(desk, "", since=at(2), before=at(4)) == ["pkk", "sipanda"]
    assert await found(desk, "arsip", since=at(2)) == ["arsip-lama"]
    assert await found(desk, "arsip", statuses=["closed"]) == ["arsip-lama", "e-arsip"]
    assert await found(desk, "pendidikan", statuses=["refused"]) == ["sipanda"]
    assert await found(desk, "PK", statuses=["refused"]) == []
    assert await found(desk, "", statuses=["refused", "closed"], before=at(3)) == ["sipanda", "e-arsip"]
    assert await found(desk, "", "DINKES", since=at(1)) == ["pkk", "e-arsip"]
    assert await found(desk, "arsip", "DINKES", since=at(1)) == ["e-arsip"]


async def test_a_day_begins_and_ends_in_tarakan(desk: Desk) -> None:
    await spread_over_the_month(desk)
    async with desk.database.read() as work:
        member = await desk.member(work, "kabid")
        sought = Sought(first=dt.date(2026, 11, 3), last=dt.date(2026, 11, 3))
        lines, count = await lists.search(desk.office, work, member, sought)
    assert ([line.case.subdomain for line in lines], count) == (["pkk"], 1)

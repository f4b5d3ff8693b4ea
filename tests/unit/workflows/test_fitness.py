"""Is a hosting fit: what follows from what was seen and ticked, when it is asked, and that nothing is said twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.fitness.examine import CHECKS
from provisioning.spec import HostingSpec, Kind
from workflows.engine.fault import DescriptionError
from workflows.fitness import judge
from workflows.fitness.checklist import FILE, CheckedBy, Checklist, checklist
from workflows.fitness.due import AGAIN, FILLED, SETTLED, YEAR, Candidate, Occasion, can_be_judged, due
from workflows.fitness.judge import Result, Verdict
from workflows.upkeep import php_support

NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
PHP = HostingSpec(slug="e-arsip", domains=("e-arsip.x.go.id",), kind=Kind.PHP, php_version="8.4")
STATIC = HostingSpec(slug="e-arsip", domains=("e-arsip.x.go.id",), kind=Kind.STATIC)


def all_seen(found: Checklist, **but: bool) -> dict[str, Any]:
    return {i.id: {"ok": but.get(i.id, True), "detail": ""} for i in found.items if i.by is CheckedBy.MACHINE}


def all_ticked(found: Checklist, **but: str) -> dict[str, Any]:
    return {i.id: {"result": but.get(i.id, "terpenuhi")} for i in found.items if i.by is CheckedBy.PERSON}


def judged(spec: HostingSpec, seen: Mapping[str, Any], ticked: Mapping[str, Any]) -> Verdict | None:
    return judge.verdict(judge.lines(checklist().of(spec), seen, ticked))


def test_every_look_of_the_machine_is_an_item_and_says_what_to_do() -> None:
    items = checklist().items
    assert {item.id for item in items if item.by is CheckedBy.MACHINE} >= set(CHECKS)
    assert all(item.remedy.endswith(".") and item.function for item in items)
    assert all(("DKISP" in item.plain or "Tim Teknis" in item.plain) and item.plain.endswith(".") for item in items)


def test_nothing_is_signed_while_an_item_is_open() -> None:
    found = checklist()
    one = next(item.id for item in found.items if item.by is CheckedBy.PERSON)
    ticked = all_ticked(found)
    del ticked[one]
    assert judged(PHP, all_seen(found), ticked) is None
    assert judged(PHP, {}, all_ticked(found)) is None, "what no machine saw is not fulfilled"


@pytest.mark.parametrize(
    ("seen", "ticked", "expected"),
    [
        ({}, {}, Verdict.FIT),
        ({"hsts": False}, {}, Verdict.FIT_WITH_NOTES),
        ({"secrets": False}, {}, Verdict.UNFIT),
        ({}, {"passwords": "belum"}, Verdict.UNFIT),
        ({}, {"passwords": "tidak_berlaku"}, Verdict.FIT),
        ({"hsts": False, "tls_versions": False}, {"api": "belum"}, Verdict.UNFIT),
    ],
)
def test_a_required_item_that_lacks_makes_a_hosting_unfit_and_a_recommended_one_is_told(
    seen: dict[str, bool], ticked: dict[str, str], expected: Verdict
) -> None:
    found = checklist()
    assert judged(PHP, all_seen(found, **seen), all_ticked(found, **ticked)) is expected


def test_a_site_without_php_is_not_asked_about_it() -> None:
    asked = {line.item.id for line in judge.lines(checklist().of(STATIC), {}, {})}
    assert "php_supported" not in asked
    assert Result.OPEN in {line.result for line in judge.lines(checklist().of(PHP), {}, {})}


def test_an_item_that_no_machine_looks_at_is_refused_when_the_list_is_read(tmp_path: Any) -> None:
    wrong = tmp_path / "list.toml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace('id = "trace"', 'id = "trase"'), encoding="utf-8")
    with pytest.raises(DescriptionError, match=r"no_machine_looks.*trase"):
        checklist(wrong)
    twice = tmp_path / "twice.toml"
    twice.write_text(FILE.read_text(encoding="utf-8").replace('id = "trace"', 'id = "banner"'), encoding="utf-8")
    with pytest.raises(DescriptionError, match="twice"):
        checklist(twice)


def test_new_hostings_come_first_then_the_longest_ago_and_never_too_many() -> None:
    made = NOW - SETTLED
    fresh = Candidate(hosting_id=1, since=NOW)
    new = Candidate(hosting_id=2, since=made)
    lately = Candidate(hosting_id=3, since=made, closed_at=NOW - YEAR + dt.timedelta(seconds=1))
    old = Candidate(hosting_id=4, since=made, closed_at=NOW - YEAR)
    older = Candidate(hosting_id=5, since=made, closed_at=NOW - 2 * YEAR)
    expected = [(2, Occasion.HANDOVER), (5, Occasion.YEARLY), (4, Occasion.YEARLY)]
    assert due([fresh, lately, old, older, new], NOW) == expected
    assert due([fresh, lately, old, older, new], NOW, places=1) == expected[:1]
    assert due([new], NOW, places=-2) == []


def test_a_distribution_carries_its_own_php_on_for_longer_and_nobody_elses() -> None:
    found = php_support.support()
    assert found.until("8.2") == dt.date(2026, 12, 31)
    assert found.until("8.2", "Debian GNU/Linux 12 (bookworm)") == dt.date(2028, 6, 30)
    assert found.until("8.2", "Debian GNU/Linux 13 (trixie)") == dt.date(2026, 12, 31)
    assert found.until("8.3", "Debian GNU/Linux 12 (bookworm)") == dt.date(2027, 12, 31)
    assert found.until("5.6") is None


def test_what_was_not_fit_is_looked_at_again_in_thirty_days() -> None:
    closed = NOW - AGAIN
    unfit = Candidate(hosting_id=1, since=NOW - YEAR, closed_at=closed, is_unfit=True)
    fit = Candidate(hosting_id=2, since=NOW - YEAR, closed_at=closed)
    assert due([unfit, fit], NOW) == [(1, Occasion.AGAIN)]
    assert due([unfit, fit], NOW - dt.timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("since", "files", "present", "asked"),
    [
        (SETTLED, 12, 13, True),
        (SETTLED, 12, 12, False),
        (SETTLED, 12, None, False),
        (SETTLED - dt.timedelta(minutes=1), 12, 500, False),
        (FILLED, 12, 12, True),
        (FILLED, None, None, True),
        (FILLED - dt.timedelta(minutes=1), None, 40, False),
    ],
)
def test_people_are_asked_once_something_was_uploaded_or_it_is_late(
    since: dt.timedelta, files: int | None, present: int | None, asked: bool
) -> None:
    assert can_be_judged(NOW - since, NOW, files=files, present=present) is asked

"""Who may name whom as a deputy, and for which days: every way it is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from workflows.people.positions import PLH, PLT, Standing, Term, kind_of_deputy, may_end, objection

TODAY = dt.date(2026, 11, 24)
HOLDER, DEPUTY, CLERK, ADMIN, OTHER = 1, 2, 3, 4, 5
HELD = Term(person_id=HOLDER, acting="", starts=dt.date(2026, 1, 1))
PLH_TERM = Term(person_id=DEPUTY, acting=PLH, starts=TODAY, ends=dt.date(2026, 11, 30))
PLT_TERM = Term(person_id=DEPUTY, acting=PLT, starts=TODAY)
AS_HOLDER = Standing(person_id=HOLDER, holds_it=True)
AS_CLERK = Standing(person_id=CLERK, appoints=True)
AS_ADMIN = Standing(person_id=ADMIN, admin=True)
AS_NOBODY = Standing(person_id=OTHER)


def changed(term: Term, **changes: object) -> Term:
    return dataclasses.replace(term, **changes)  # type: ignore[arg-type]  # each case names fields of its own


@pytest.mark.parametrize(
    ("term", "terms", "by", "code"),
    [
        (PLH_TERM, [HELD], AS_HOLDER, None),
        (PLH_TERM, [HELD], AS_ADMIN, None),
        (PLH_TERM, [HELD], AS_CLERK, "deputy_not_yours"),
        (PLT_TERM, [], AS_CLERK, None),
        (PLT_TERM, [], AS_ADMIN, None),
        (PLT_TERM, [], AS_HOLDER, "deputy_not_yours"),
        (PLT_TERM, [], AS_NOBODY, "deputy_not_yours"),
        (changed(PLT_TERM, person_id=CLERK), [], AS_CLERK, "deputy_self"),
        (changed(PLH_TERM, starts=dt.date(2026, 11, 23)), [HELD], AS_HOLDER, "deputy_past"),
        (changed(PLH_TERM, ends=dt.date(2026, 11, 23)), [HELD], AS_HOLDER, "dates_reversed"),
        (changed(PLH_TERM, ends=None), [HELD], AS_HOLDER, "deputy_without_end"),
        (changed(PLH_TERM, person_id=HOLDER), [HELD], AS_ADMIN, "deputy_is_holder"),
        (PLH_TERM, [HELD, changed(PLH_TERM, person_id=OTHER)], AS_HOLDER, "deputy_twice"),
        (changed(PLH_TERM, starts=dt.date(2026, 12, 1), ends=dt.date(2026, 12, 2)), [HELD, PLH_TERM], AS_HOLDER, None),
    ],
)
def test_naming_a_deputy(term: Term, terms: list[Term], by: Standing, code: str | None) -> None:
    assert objection(term, terms, by, TODAY) == code


def test_an_absent_holder_has_a_plh_and_a_vacant_office_a_plt() -> None:
    leaving = changed(HELD, ends=dt.date(2026, 11, 30))
    assert kind_of_deputy(TODAY, [leaving]) == PLH
    assert kind_of_deputy(dt.date(2026, 12, 1), [leaving]) == PLT
    assert kind_of_deputy(TODAY, [PLH_TERM]) == PLT


@pytest.mark.parametrize(
    ("acting", "by", "ends_it"),
    [
        (PLH, AS_HOLDER, True),
        (PLH, AS_CLERK, False),
        (PLT, AS_CLERK, True),
        (PLT, AS_ADMIN, True),
        (PLH, Standing(person_id=DEPUTY), True),
        (PLH, AS_NOBODY, False),
        ("", AS_ADMIN, False),
    ],
)
def test_ending_a_deputy_early(acting: str, by: Standing, ends_it: bool) -> None:
    assert may_end(acting, DEPUTY, by) is ends_it

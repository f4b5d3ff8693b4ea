"""Random presses by random people, mostly without right: no case ever gets where the SOP does not lead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.office import EVERYBODY, HEAD, NOW, RefusedError, at_building, begun, hosting
from workflows.cases.guards import GUARDS
from workflows.engine.advance import NotDeclaredError, advance, on_event
from workflows.engine.case import Actor, CaseState
from workflows.engine.permit import available
from workflows.engine.reach import reachable

SOP = hosting()
ACTIONS = sorted({action.id for step in SOP.steps for action in step.actions})
EVENTS = sorted({name for step in SOP.steps for name in step.on_event})
STATES = reachable(SOP)

attempts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(EVERYBODY), st.sampled_from(ACTIONS)),
        st.tuples(st.none(), st.sampled_from(EVENTS)),
        st.tuples(st.sampled_from(EVERYBODY), st.integers(min_value=0, max_value=20)),
    ),
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(attempts=attempts, late=st.booleans())
def test_no_walk_leaves_the_sop(attempts: list[tuple[Actor | None, str | int]], late: bool) -> None:
    story = at_building() if late else begun()
    for actor, what in attempts:
        before = story.case
        name = what if isinstance(what, str) else nth_shown(story.case, actor, what)
        try:
            if actor is None:
                story.hear(name)
            else:
                story.press_id(actor, name, {})
        except (RefusedError, NotDeclaredError):
            assert story.case == before
            continue
        assert story.stands() in STATES
        assert story.case.revision == before.revision + 1
        if before.status.ended:
            assert story.stands() == (before.step, before.status)
        if actor is not None:
            assert_had_the_right(actor, name, before)


def nth_shown(case: CaseState, actor: Actor | None, number: int) -> str:
    """Return one of the buttons before the person's eyes, so that walks get far."""
    shown = available(SOP, case, actor, guards=GUARDS) if actor else ()
    return shown[number % len(shown)].id if shown else "nothing"


def assert_had_the_right(actor: Actor, name: str, before: CaseState) -> None:
    action = SOP.step(before.step).action(name)
    assert action is not None
    assert before.status in action.statuses
    assert any(m.role in action.roles and m.opd_id in (None, before.opd_id) for m in actor.mandates)


@given(name=st.text(max_size=30).filter(lambda text: text not in ACTIONS + EVENTS))
def test_made_up_names_are_refused_by_the_engine_itself(name: str) -> None:
    case = begun().case
    with pytest.raises(NotDeclaredError):
        on_event(SOP, case, name)
    with pytest.raises(NotDeclaredError):
        advance(SOP, case, name, HEAD, now=NOW)

"""In which order groups of tests are handed out to the processes that share them."""

from __future__ import annotations

import itertools

from tests.together import WAITING, group_of, spread

TESTS = [
    *(f"tests/unit/test_{number}.py::test_it[{kind}]" for number in range(20) for kind in ("sqlite", "postgresql")),
    *(f"tests/stories/test_{name}.py::test_it" for name in "abcd"),
    "tests/server/test_dns.py::test_it",
    "tests/server/test_dns.py::test_another",
]


def test_each_group_is_handed_out_once_and_among_its_like_in_order() -> None:
    order = spread(TESTS)
    assert sorted(order) == sorted({group_of(test) for test in TESTS})
    for waits in (True, False):
        alike = [group for group in order if group.startswith(WAITING) is waits]
        assert alike == [group for group in dict.fromkeys(map(group_of, TESTS)) if group.startswith(WAITING) is waits]


def test_no_two_that_wait_stand_together_and_what_computes_comes_last() -> None:
    waits = [group.startswith(WAITING) for group in spread(TESTS)]
    assert not any(one and other for one, other in itertools.pairwise(waits))
    assert not any(waits[-8:])


def test_where_all_wait_or_none_does_nothing_is_left_out() -> None:
    for few in (TESTS[:4], TESTS[-3:], []):
        assert sorted(spread(few)) == sorted({group_of(test) for test in few})

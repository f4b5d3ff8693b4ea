"""By which mandate somebody acts, or why by none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from workflows.engine.acting import MandateLack, acting_mandate
from workflows.engine.case import Mandate

OURS, THEIRS = 7, 8
HEAD = Mandate(id=1, role="head", opd_id=OURS)
ELSEWHERE = Mandate(id=2, role="head", opd_id=THEIRS)
AWAY = Mandate(id=3, role="head", opd_id=OURS, outranked=True)
DEPUTY = Mandate(id=4, role="head", opd_id=OURS, acting="plh")
CLERK = Mandate(id=5, role="clerk")
ONE_OF_MANY = Mandate(id=6, role="clerk", outranked=True)


@pytest.mark.parametrize(
    ("held", "roles", "found"),
    [
        ([], ("head",), MandateLack.ROLE),
        ([CLERK], ("head",), MandateLack.ROLE),
        ([HEAD], (), MandateLack.ROLE),
        ([ELSEWHERE], ("head",), MandateLack.OPD),
        ([ELSEWHERE, HEAD], ("head",), HEAD),
        ([AWAY], ("head",), MandateLack.YIELDED),
        ([AWAY, CLERK], ("head", "clerk"), CLERK),
        ([DEPUTY], ("head",), DEPUTY),
        ([DEPUTY, CLERK], ("head", "clerk"), CLERK),
        ([CLERK, HEAD], ("head", "clerk"), HEAD),
        ([CLERK, HEAD], ("clerk", "head"), CLERK),
        ([ONE_OF_MANY], ("clerk",), ONE_OF_MANY),
    ],
)
def test_the_mandate_that_acts(held: Sequence[Mandate], roles: Sequence[str], found: Mandate | MandateLack) -> None:
    assert acting_mandate(held, roles, opd_id=OURS, of_opd=("head",), single=("head",)) == found

"""What was seen and ticked, made into lines and a verdict. Pure: nothing is asked, nothing is kept."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Any

from workflows.fitness.checklist import CheckedBy, Item


class Result(enum.StrEnum):
    """How an item stands."""

    FULFILLED = "terpenuhi"
    LACKING = "belum"
    NOT_APPLICABLE = "tidak_berlaku"
    OPEN = "terbuka"


class Verdict(enum.StrEnum):
    """What follows for the hosting. Recommended items that lack make it no less fit, but they are told."""

    FIT = "laik"
    FIT_WITH_NOTES = "laik_dengan_catatan"
    UNFIT = "belum_laik"


ANSWERS = (Result.FULFILLED, Result.LACKING, Result.NOT_APPLICABLE)  # of a person


@dataclasses.dataclass(frozen=True, kw_only=True)
class TestLine:
    """One item of one fitness test; `detail` is what was seen, for engineers."""

    item: Item
    result: Result
    detail: str = ""


def lines(items: Sequence[Item], seen: Mapping[str, Any], ticked: Mapping[str, Any]) -> tuple[TestLine, ...]:
    """Return a line an item: by what the machine has seen, or by what a person ticked."""
    return tuple(_seen(item, seen) if item.by is CheckedBy.MACHINE else _ticked(item, ticked) for item in items)


def verdict(found: Sequence[TestLine]) -> Verdict | None:
    """Return the verdict; None while something is open."""
    if any(line.result is Result.OPEN for line in found):
        return None
    lacking = [line for line in found if line.result is Result.LACKING]
    if any(line.item.required for line in lacking):
        return Verdict.UNFIT
    return Verdict.FIT_WITH_NOTES if lacking else Verdict.FIT


def _seen(item: Item, seen: Mapping[str, Any]) -> TestLine:
    check = seen.get(item.id)
    if check is None:
        return TestLine(item=item, result=Result.OPEN)
    return TestLine(item=item, result=Result.FULFILLED if check["ok"] else Result.LACKING, detail=check["detail"])


def _ticked(item: Item, ticked: Mapping[str, Any]) -> TestLine:
    answer = ticked.get(item.id)
    return TestLine(item=item, result=Result(answer["result"]) if answer else Result.OPEN)

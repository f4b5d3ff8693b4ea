"""A case's course at a glance: each step with its mark, when it was, and what it took of its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import words
from workflows.letters.render import picture
from workflows.people.languages import Language
from workflows.pictures.wording import Wording, wording
from workflows.views.course import Course, Passage

TEMPLATE = "perjalanan"


def draw(data: Mapping[str, Any]) -> bytes:
    """Return a PNG for a phone's width."""
    return picture(TEMPLATE, data)


def data_of(course: Course, language: Language) -> dict[str, Any]:
    """Return what a picture of the course shows; the steps are called what the SOP calls them."""
    said = wording(TEMPLATE, language)
    return {
        "title": said["judul"].format(number=course.case.number),
        "subtitle": said["keadaan"].format(at=said.date_time(course.at)),
        "steps": [_step(one, said) for one in course.passages],
    }


def spoken(data: Mapping[str, Any]) -> list[str]:
    """Return line by line what a picture of these data shows, for who cannot see it."""
    return [
        f"{one['label']}: {', '.join(filter(None, (one['state'], one['words'], one['note'])))}" for one in data["steps"]
    ]


def _step(one: Passage, said: Wording) -> dict[str, Any]:
    was_there = one.began is not None
    took, notes = words.working_duration(one.took, locale=said.locale), []
    if one.stays > 1:
        notes.append(said["berulang"].format(count=one.stays))
    if one.late:
        notes.append(said["lewat"])
    return {
        "label": f"{one.step.number}. {one.step.short_title}",
        "mark": str(one.mark),
        "state": said[f"tanda_{one.mark}"],
        "words": said["lama"].format(took=took, deadline=one.step.deadline_text) if was_there else "",
        "note": ", ".join(notes),
        "when": _when(one, said),
        "share": min(one.share, 1.0),
        "late": one.late,
    }


def _when(one: Passage, said: Wording) -> str:
    if one.began is None:
        return ""
    when = said.date_time(one.ended or one.began)
    return when if one.ended else said["sejak"].format(began=when)

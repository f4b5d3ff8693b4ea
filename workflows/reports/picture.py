"""A report at a glance: counts, each step's mean against its deadline, the bottleneck named, capacity and IKM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import words
from workflows.engine.description import Status
from workflows.hosting.server_capacity import ServerCapacity
from workflows.letters.render import picture
from workflows.pictures.wording import Wording, wording
from workflows.reports.figures import Report, StepFigures
from workflows.reports.listing import period_words, share

TEMPLATE = "kinerja"


def draw(data: Mapping[str, Any]) -> bytes:
    """Return a PNG for a phone's width."""
    return picture(TEMPLATE, data)


def data_of(report: Report) -> dict[str, Any]:
    """Return what a picture of the report shows."""
    said, most = wording(TEMPLATE), report.bottleneck
    return {
        "title": said["judul"].format(sop=report.sop.title),
        "subtitle": period_words(report),
        "counts": [
            {"label": said["masuk"], "value": words.number(report.opened)},
            {"label": said["selesai"], "value": words.number(report.ended(Status.CLOSED))},
            {"label": said["ditolak"], "value": words.number(report.ended(Status.REFUSED))},
            {"label": said["berjalan"], "value": words.number(report.running)},
        ],
        "steps_title": said["langkah"],
        "steps": [_step(one, said, worst=one is most) for one in report.steps],
        "bottleneck": _bottleneck(most, said),
        "capacity_title": said["kapasitas"],
        "capacity": [_room(room, said) for room in report.rooms],
        "ikm": _ikm(report, said),
    }


def spoken(data: Mapping[str, Any]) -> list[str]:
    """Return line by line what a picture of these data shows, for who cannot see it."""
    steps = [", ".join(filter(None, (f"{one['label']}: {one['words']}", one["late"]))) for one in data["steps"]]
    rooms = [f"{one['label']}: {one['words']}" for one in data["capacity"]]
    counts = ", ".join(f"{one['label']} {one['value']}" for one in data["counts"])
    capacity = [f"{data['capacity_title']}:", *rooms] if rooms else []
    return [counts, f"{data['steps_title']}:", *steps, data["bottleneck"], data["ikm"], *capacity]


def _step(one: StepFigures, said: Wording, *, worst: bool) -> dict[str, Any]:
    value = said["belum"]
    if one.mean is not None:
        value = said["rata_rata"].format(mean=words.working_duration(one.mean), deadline=one.step.deadline_text)
    late = said["terlambat"].format(count=words.number(one.sums.late)) if one.sums.late else ""
    label = f"{one.step.number}. {one.step.short_title}"
    return {"label": label, "words": value, "late": late, "share": min(one.load, 1.0), "worst": worst}


def _bottleneck(most: StepFigures | None, said: Wording) -> str:
    if most is None:
        return said["tanpa_hambatan"]
    return said["hambatan"].format(number=most.step.number, title=most.step.short_title, share=share(most))


def _room(room: ServerCapacity, said: Wording) -> dict[str, Any]:
    if room.total is None:
        return {"label": room.server.name, "words": said["tanpa_data"], "share": 0.0}
    used, total = room.promised.disk_mb, room.total.disk_mb
    sentence = said["disk"].format(used=words.megabytes(used), total=words.megabytes(total))
    return {"label": room.server.name, "words": sentence, "share": min(used / total, 1.0) if total else 1.0}


def _ikm(report: Report, said: Wording) -> str:
    if report.ikm is None:
        return said["ikm_kosong"]
    value, count = words.number(report.ikm.value, 2), words.number(report.ikm.respondents)
    return said["ikm"].format(value=value, grade=report.ikm.grade, count=count)

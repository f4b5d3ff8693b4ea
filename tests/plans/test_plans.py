"""Wanted state and what was found give this plan: one data file a case, one folder a part.

A file holds `story`, `wanted` (what differs from the plainest active hosting), `found`, and either `plan` (a mark and a
key for each change, in order) or `refused` (an error code); `notes` where the plan must say something.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from provisioning.agent import planner
from provisioning.agent.apply import STAGES, Sort
from provisioning.agent.parts import certificate, dns, quota
from provisioning.plan import MARKS, Change, ServerError
from provisioning.spec import HostingSpec

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*/*.json"))
PLAINEST = {"slug": "contoh", "domains": ["contoh.kota.test"], "kind": "php", "php_version": "8.2"}


def read(path: Path) -> tuple[HostingSpec, dict[str, Any]]:
    case = json.loads(path.read_text(encoding="utf-8"))
    return HostingSpec.from_data({**PLAINEST, **case.get("wanted", {})}), case


def short(changes: list[Change]) -> list[str]:
    return [f"{MARKS[change.action]} {change.key}" for change in changes]


def notes(part: str, spec: HostingSpec, found: dict[str, Any]) -> list[str]:
    if part == "dns":
        return dns.notes(found)
    return {"certificate": certificate.notes, "quota": quota.notes}[part](spec, found)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_plan_for_what_was_found(path: Path) -> None:
    spec, case = read(path)
    part = planner.PARTS[path.parent.name]
    if "refused" in case:
        with pytest.raises(ServerError) as refusal:
            part.plan(spec, case["found"])
        assert refusal.value.code == case["refused"], case["story"]
        return
    changes = part.plan(spec, case["found"])
    assert short(changes) == case["plan"], case["story"]
    assert all(change.part == part.name and change.summary for change in changes)
    if "notes" in case:
        assert notes(part.name, spec, case["found"]) == case["notes"]


@pytest.mark.parametrize("part", sorted(planner.PARTS))
def test_every_part_has_a_case_that_changes_nothing(part: str) -> None:
    _, case = read(FOLDER / part / "no_change.json")
    assert case["plan"] == []


def whole(changed: dict[str, dict[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    found = {part: read(FOLDER / part / "no_change.json")[1]["found"] for part in planner.PARTS}
    found["database"] = {"asked": False}
    return {**found, **(changed or {})}


def test_a_hosting_as_wanted_gives_an_empty_plan() -> None:
    spec = HostingSpec.from_data(PLAINEST)
    plan = planner.plan(spec, whole())
    assert plan.is_empty
    assert {change.part for change in plan.changes} == set(planner.PARTS)


def test_the_hash_moves_with_the_server_and_not_with_a_password() -> None:
    spec = HostingSpec.from_data(PLAINEST)
    approved = planner.plan(spec, whole())
    sftp = whole()["sftp"]
    with_password = planner.plan(spec, whole({"sftp": {**sftp, "login": {**sftp["login"], "given": "other"}}}))
    edited = planner.plan(spec, whole({"sftp": {**sftp, "snippet": {"state": "same", "sha256": "other"}}}))
    assert with_password.pending
    assert with_password.hash == approved.hash
    assert edited.hash != approved.hash


def test_every_part_has_cases_here() -> None:
    assert {path.parent.name for path in CASES} == set(planner.PARTS)


@pytest.mark.parametrize("sort", [Sort.MAKE, Sort.REMOVE])
@pytest.mark.parametrize("part", planner.PARTS)
def test_what_a_part_plans_is_done_in_one_stage(part: str, sort: Sort) -> None:
    """A change that has no stage would be planned each night, and never made."""
    assert [sort in sorts for stage in STAGES for name, sorts in stage if name == part].count(True) == 1

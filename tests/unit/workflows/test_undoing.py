"""What is wanted of a hosting once a change that failed is taken back: that part as it was, all else as it is now."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from provisioning.spec import HostingSpec, Kind, Limits, State
from workflows.hosting.action import JobAction
from workflows.hosting.change import NAME, PACKAGE
from workflows.hosting.custom_domains.actions import ADD, DROP
from workflows.hosting.ending import ARCHIVE
from workflows.hosting.handover import OWNER
from workflows.hosting.undo import undone
from workflows.jobs.met_later import is_still_wanted
from workflows.store.tables import Job

WAS = HostingSpec(
    slug="web",
    domains=("web.tarakan.test", "arsip.tarakan.test", "data.tarakan.test"),
    custom_domains=("pmb.sch.id",),
    kind=Kind.STATIC,
    owner="Dinas Kesehatan",
)


def job(action: JobAction, **data: Any) -> Job:
    return Job(action=action.name, data={"before": WAS.to_json(), **data})


CHANGES = [
    (job(PACKAGE), {"limits": Limits(disk_mb=9999)}),
    (job(NAME, name="baru.tarakan.test"), {"domains": (*WAS.domains, "baru.tarakan.test")}),
    (job(ADD, name="www.sch.id"), {"custom_domains": (*WAS.custom_domains, "www.sch.id")}),
    (job(DROP, name="arsip.tarakan.test"), {"domains": (WAS.domains[0], WAS.domains[2])}),
    (job(DROP, name="pmb.sch.id"), {"custom_domains": ()}),
    (job(OWNER, owner="Dinas Lingkungan Hidup"), {"owner": "Dinas Lingkungan Hidup"}),
    (job(ARCHIVE), {"state": State.ARCHIVED}),
]


@pytest.mark.parametrize(("order", "changed"), CHANGES, ids=lambda value: getattr(value, "action", ""))
def test_what_was_ordered_is_wanted_until_it_is_taken_back(order: Job, changed: dict[str, Any]) -> None:
    wanted = dataclasses.replace(WAS, **changed)
    assert is_still_wanted(wanted, order)
    assert undone(wanted, WAS, order) == WAS
    assert not is_still_wanted(WAS, order)


@pytest.mark.parametrize(("order", "changed"), CHANGES, ids=lambda value: getattr(value, "action", ""))
def test_a_closing_since_then_stays(order: Job, changed: dict[str, Any]) -> None:
    closed: dict[str, Any] = {"state": State.SUSPENDED, "suspension_reason": "Sedang diperiksa."}
    assert undone(dataclasses.replace(WAS, **changed | closed), WAS, order) == dataclasses.replace(WAS, **closed)


def test_a_name_that_another_change_added_since_stays() -> None:
    wanted = dataclasses.replace(WAS, domains=(*WAS.domains, "satu.tarakan.test", "dua.tarakan.test"))
    left = undone(wanted, WAS, job(NAME, name="satu.tarakan.test")).domains
    assert left == (*WAS.domains, "dua.tarakan.test")

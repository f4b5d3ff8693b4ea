"""Visitors while their site's PHP is changed: what they asked for ends as it would have, unless the site is closed."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest

from provisioning.lab import LabServer
from provisioning.spec import State
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.outside import Outside, Page

SLOW_SECONDS = 4.0
BOUND_SECONDS = 20.0  # PHP gives a request ten; the endless one would take 25
POLITE_SECONDS = 9.0  # less than what a request is given where it may end
PAGE = "<?php for ($i = 0; $i < {tenths}; $i++) usleep(100000); echo 'selesai ', ini_get('memory_limit');"


async def visit_slowly(hosting: Hosting, outside: Outside, web: LabServer, seconds: float) -> asyncio.Task[Page]:
    """Begin a request that takes so long, and return once PHP is at work on it."""
    page = PAGE.format(tenths=round(seconds * 10))
    web.put(page, f"/srv/hosting/{hosting.spec.slug}/public/lambat.php")
    outside.curl(f"https://{hosting.name}/x.php")  # PHP is awake
    visit = asyncio.create_task(asyncio.to_thread(outside.curl, f"https://{hosting.name}/lambat.php"))
    await asyncio.sleep(0.7)
    assert not visit.done()
    return visit


async def changed_package(hosting: Hosting) -> float:
    """Give the hosting another package; return how many seconds it took."""
    limits = hosting.spec.limits
    hosting.spec = dataclasses.replace(
        hosting.spec, limits=dataclasses.replace(limits, memory_mb=limits.memory_mb // 2)
    )
    began = time.monotonic()
    assert (await hosting.apply()).changed
    return time.monotonic() - began


async def test_a_request_outlives_a_change_of_package_and_the_next_one_has_the_new_limits(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    visit = await visit_slowly(hosting, outside, web, SLOW_SECONDS)
    await changed_package(hosting)
    old = await visit
    assert (old.status, old.body[:7]) == (200, "selesai")
    new = outside.curl(f"https://{hosting.name}/lambat.php")
    assert new.status == 200
    assert new.body != old.body


async def test_a_request_without_end_keeps_no_change_waiting_for_long(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    visit = await visit_slowly(hosting, outside, web, 25.0)
    assert await changed_package(hosting) < BOUND_SECONDS
    assert (await visit).status >= 500
    assert outside.curl(f"https://{hosting.name}/").status == 200


@pytest.mark.parametrize("state", [State.SUSPENDED, State.REMOVED])
async def test_a_site_that_is_closed_is_closed_now(
    hosting: Hosting, outside: Outside, web: LabServer, state: State
) -> None:
    visit = await visit_slowly(hosting, outside, web, 25.0)
    began = time.monotonic()
    await hosting.becomes(state)
    assert time.monotonic() - began < POLITE_SECONDS, "nobody waited for the page's end"
    assert (await visit).status >= 500
    assert web.run(f"pgrep -u {hosting.account}", check=False).stdout == ""


@pytest.mark.parametrize("by_hand", ["true", "echo '# dengan tangan' >> {unit}"], ids=["in step", "changed by hand"])
async def test_a_visitor_who_wakes_php_moves_no_plan(
    hosting: Hosting, outside: Outside, web: LabServer, by_hand: str
) -> None:
    unit = f"layanan-php8.2@{hosting.spec.slug}.service"
    web.run(f"systemctl stop {unit}; " + by_hand.format(unit="/etc/systemd/system/layanan-php8.2@.service"))
    before = await hosting.fleet.plan(hosting.server, hosting.spec)
    outside.curl(f"https://{hosting.name}/x.php")
    assert web.run(f"systemctl is-active {unit}").stdout == "active\n"
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).hash == before.hash
    await hosting.apply(plan_hash=before.hash)
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty

"""Two versions of PHP on one server: each site runs the one it was given, and one site's change is its own affair."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer, other_php
from provisioning.plan import ErrorCode
from provisioning.spec import Secret
from tests.server.hosting.conftest import PHP, Hosting, Hostings, enrolled, outside_of, visitors_of

OTHER = other_php.VERSION


def in_version(hosting: Hosting, version: str) -> None:
    hosting.spec = dataclasses.replace(hosting.spec, php_version=version)


def show_version(server: LabServer, hosting: Hosting) -> None:
    page = f"/srv/hosting/{hosting.spec.slug}/public/index.php"
    server.run(
        f"echo '<?php echo PHP_MAJOR_VERSION, \".\", PHP_MINOR_VERSION;' >{page}; chown {hosting.account}: {page}"
    )


async def test_versions_run_side_by_side_are_exchanged_and_missed_in_words(
    new_server: Callable[[], LabServer], bot_key: Secret, tmp_path: Path
) -> None:
    server = new_server()
    other_php.install(server)
    address, fleet = await enrolled(server, bot_key), AgentFleet(bot_key)
    assert set((await fleet.facts(address)).php_versions) == {PHP, OTHER}
    made = Hostings(fleet, address, server, tmp_path)
    older, newer, moving = made.want(), made.want(), made.want()
    in_version(newer, OTHER)
    for hosting in (older, newer, moving):
        await hosting.apply()
        show_version(server, hosting)
    outside = outside_of(server, tmp_path)
    page = {hosting.name: outside.curl(f"https://{hosting.name}/").body for hosting in (older, newer, moving)}
    assert page == {older.name: PHP, newer.name: OTHER, moving.name: PHP}
    for hosting in (older, newer):
        found = await hosting.verify(addresses=(server.address,), neighbours=(moving.spec.slug,))
        assert found.ok, str(found.failed)

    with visitors_of(older, newer) as seen:
        for version in (OTHER, PHP):
            in_version(moving, version)
            plan = await fleet.plan(address, moving.spec)
            assert {change.part for change in plan.pending} == {"php_fpm"}
            await moving.apply(plan_hash=plan.hash)
            assert outside.curl(f"https://{moving.name}/").body == version
            assert (await fleet.plan(address, moving.spec)).is_empty
    assert len(seen.seconds) > 10
    assert seen.wrong == []

    server.run(f"mv {other_php.PROGRAM} {other_php.PROGRAM}.gone")
    with pytest.raises(ProvisioningError) as missed:
        await fleet.plan(address, newer.spec)
    assert missed.value.code is ErrorCode.PHP_NOT_INSTALLED
    assert (await fleet.plan(address, older.spec)).is_empty
    await fleet.aclose()

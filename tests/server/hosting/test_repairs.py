"""A repair does what was approved and no more, also when it is cut off in its middle."""

from __future__ import annotations

import asyncio

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode, Progress
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.outside import Outside
from tests.server.hosting.test_interruptions import AGENTS


def change_by_hand(hosting: Hosting, web: LabServer) -> None:
    """Change what PHP may take, and the site's Apache file."""
    slug = hosting.spec.slug
    web.run(
        f"echo '# dengan tangan' | tee -a /etc/apache2/layanan-sites/{slug}.conf /etc/layanan/php/{slug}.conf"
        f" && chmod 700 /srv/hosting/{slug}/public"
    )


async def repair_cut_off(hosting: Hosting, web: LabServer, moment: int, meanwhile: str = "true") -> None:
    """Apply the plan of this moment; the agent is killed on its way, and asked again by the line itself."""
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert {change.part for change in plan.pending} == {"system_user", "php_fpm", "vhost"}
    killed: list[str] = []

    async def kill(progress: Progress) -> None:
        if progress.done >= moment and not killed:
            killed.append(progress.step)
            await asyncio.to_thread(web.run, f"kill -9 $({AGENTS}); {meanwhile}", check=False)

    await hosting.apply(plan_hash=plan.hash, on_progress=kill)
    assert killed


@pytest.mark.parametrize("moment", range(3))
async def test_a_repair_that_was_cut_off_goes_on_to_its_end(
    hosting: Hosting, web: LabServer, outside: Outside, moment: int
) -> None:
    change_by_hand(hosting, web)
    await repair_cut_off(hosting, web, moment)
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty
    assert outside.curl(f"https://{hosting.name}/").status == 200


async def test_what_nobody_approved_is_not_touched_by_the_rest_of_a_repair(hosting: Hosting, web: LabServer) -> None:
    change_by_hand(hosting, web)
    with pytest.raises(ProvisioningError) as refused:
        await repair_cut_off(hosting, web, 1, f"mariadb -e 'ALTER USER {hosting.database}@localhost ACCOUNT LOCK'")
    assert refused.value.code is ErrorCode.PLAN_MOVED
    left = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert "database" in {change.part for change in left.pending}
    await hosting.apply(plan_hash=left.hash)


async def test_where_somebody_has_mended_it_meanwhile_nothing_is_left_to_do(hosting: Hosting, web: LabServer) -> None:
    folder = f"/srv/hosting/{hosting.spec.slug}/public"
    mode = web.run(f"stat -c %a {folder}").stdout.strip()
    web.run(f"chmod 700 {folder}")
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    web.run(f"chmod {mode} {folder}")
    assert not (await hosting.apply(plan_hash=plan.hash)).changed

"""What a hosting of ours gets from the machine's part of the fitness checklist, and what its tenant can spoil."""

from __future__ import annotations

from pathlib import Path

from provisioning.spec import Kind
from provisioning.verification.verify import Check
from tests.server.hosting.conftest import Hosting, Hostings

SPOILT = """cd /srv/hosting/{slug}/public && mkdir -p backup &&
printf -- '-- MariaDB dump 10.19\\nCREATE TABLE `users` (' >database.sql && cp database.sql backup/isi.txt &&
echo '<?php phpinfo();' >info.php && mkdir -p .git && echo 'ref: refs/heads/main' >.git/HEAD &&
echo '<?php setcookie("PHPSESSID", "x"); ini_set("display_errors", "1"); echo $tidak_ada;' >index.php &&
chmod -R a+rX . && chown -R h_{slug}:h_{slug} info.php index.php"""


async def inspected(hosting: Hosting, folder: Path) -> dict[str, Check]:
    authorities = folder / "ca.pem"
    authorities.write_text(hosting.lab_server.city.ca_pem)
    checks = await hosting.fleet.outside.examine(hosting.server, hosting.spec, authorities=authorities)
    return {check.name: check for check in checks}


async def test_a_hosting_as_it_is_handed_over_passes_every_look(hostings: Hostings, tmp_path: Path) -> None:
    for kind in (Kind.PHP, Kind.STATIC):
        seen = await inspected(await hostings.make(kind=kind), tmp_path)
        assert {name: check.detail for name, check in seen.items() if not check.ok} == {}


async def test_what_a_tenant_spoils_is_named_and_what_the_server_holds_shut_stays_shut(
    hostings: Hostings, tmp_path: Path
) -> None:
    hosting = await hostings.make()
    assert hosting.lab_server.run(SPOILT.format(slug=hosting.spec.slug)).returncode == 0
    seen = await inspected(hosting, tmp_path)
    wrong = {name: check.detail for name, check in seen.items() if not check.ok}
    assert wrong == {"secrets": "/info.php", "cookies": "PHPSESSID", "errors": wrong.get("errors")}
    assert "/" in wrong["errors"].split(", ")

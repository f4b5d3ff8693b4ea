"""Whatever is done to one hosting, the others never notice, and what is not ours is never taken over."""

from __future__ import annotations

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import State
from tests.server.hosting.conftest import Hostings, visitors_of
from tests.server.hosting.outside import Outside


async def test_a_neighbour_never_notices_a_whole_life_beside_it(hostings: Hostings) -> None:
    neighbour = await hostings.make()
    with visitors_of(neighbour) as seen:
        hosting = await hostings.make()
        await hosting.becomes(State.SUSPENDED)
        await hosting.becomes(State.ACTIVE)
        await hosting.becomes(State.ARCHIVED)
        await hosting.becomes(State.REMOVED)
    assert seen.wrong == []
    assert len(seen.seconds) > 5


async def test_a_configuration_broken_by_hand_is_named_and_nothing_is_touched(
    hostings: Hostings, web: LabServer, outside: Outside
) -> None:
    neighbour, hosting = await hostings.make(), hostings.want()
    web.put("Hosting Rusak\n", "/etc/apache2/conf-enabled/rusak.conf")
    try:
        with pytest.raises(ProvisioningError) as caught:
            await hosting.apply()
    finally:
        web.run("rm /etc/apache2/conf-enabled/rusak.conf")
    assert caught.value.code is ErrorCode.APACHE_CONFIG_BROKEN
    assert "rusak.conf" in caught.value.detail
    assert web.run(f"getent passwd {hosting.account}", check=False).stdout == ""
    assert outside.dig(hosting.name) == []
    assert outside.curl(f"https://{neighbour.name}/").status == 200
    assert (await hosting.apply()).changed
    assert (await hosting.verify()).failed == ()


async def test_a_dns_name_of_somebody_else_is_not_taken_over(
    hostings: Hostings, web: LabServer, outside: Outside
) -> None:
    hosting, key = hostings.want(), web.city.tsig

    def update(line: str) -> None:
        commands = f"server {web.city.dns_address}\nzone {web.zone}\n{line}\nsend\n"
        secret = f"{key.algorithm}:{key.name}:{key.secret.reveal()}"
        web.run("f=$(mktemp); cat >$f; nsupdate -y " + secret + " $f; rm $f", stdin=commands)

    update(f"update add {hosting.name} 60 A 192.0.2.1")
    with pytest.raises(ProvisioningError) as caught:
        await hosting.apply()
    assert caught.value.code is ErrorCode.DNS_NAME_TAKEN
    assert outside.dig(hosting.name) == ["192.0.2.1"]
    await hosting.becomes(State.REMOVED)
    assert outside.dig(hosting.name) == ["192.0.2.1"]
    update(f"update delete {hosting.name} A")


@pytest.mark.parametrize(
    ("trouble", "code"),
    [("stop mariadb", ErrorCode.MARIADB_DOWN), ("stop apache2", ErrorCode.APACHE_DOWN)],
)
async def test_a_service_that_is_down_is_named_and_the_next_try_goes_through(
    hostings: Hostings, web: LabServer, trouble: str, code: ErrorCode
) -> None:
    hosting = hostings.want()
    web.run(f"systemctl {trouble}")
    try:
        with pytest.raises(ProvisioningError) as caught:
            await hosting.apply()
    finally:
        web.run("systemctl start mariadb apache2")
    assert caught.value.code is code
    await hosting.apply()
    assert (await hosting.verify()).failed == ()


async def test_a_name_that_another_hosting_has_is_refused(hostings: Hostings) -> None:
    first, second = await hostings.make(), hostings.want()
    second.answers_also(first.name)
    with pytest.raises(ProvisioningError) as caught:
        await second.apply()
    assert caught.value.code is ErrorCode.DOMAIN_TAKEN
    assert (await first.verify()).failed == ()

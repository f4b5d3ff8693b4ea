"""A domain of elsewhere on a real Apache: by plain HTTP, or with a certificate of its own where ACME issues some."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioning.enrolment.settings import Acme
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.lab import LabServer
from provisioning.lab.acme import AcmeAuthority
from provisioning.plan import ErrorCode
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, outside_of, settings_for
from tests.server.hosting.foreign_zone import ForeignZone
from tests.server.hosting.outside import Outside
from tests.server.hosting.test_acme import AT_ONCE, shown, wait_for
from tests.server.hosting.test_dns import zone as records

ZONE = "smkn1.sch.id"
NAME = f"pmb.{ZONE}"


@pytest.fixture
def zone(web: LabServer) -> Iterator[ForeignZone]:
    zone = ForeignZone(web, ZONE)
    yield zone
    zone.remove()


def answers_to(hosting: Hosting, *names: str) -> None:
    hosting.spec = dataclasses.replace(hosting.spec, custom_domains=names)


async def test_without_acme_it_is_answered_by_plain_http_and_the_city_s_dns_knows_nothing_of_it(
    hosting: Hosting, web: LabServer, outside: Outside
) -> None:
    web.run(f"echo halo > /srv/hosting/{hosting.spec.slug}/public/halo.txt")
    before = records(web)
    answers_to(hosting, NAME)
    applied = await hosting.apply()
    assert any("plain HTTP" in note for note in applied.plan.notes), "the official is told that there is no HTTPS"
    page = outside.curl(f"http://{NAME}/halo.txt")
    assert (page.status, page.body) == (200, "halo\n")
    assert "x-content-type-options" in page.headers
    assert "strict-transport-security" not in page.headers
    assert outside.curl(f"https://{hosting.name}/halo.txt").status == 200
    assert records(web) == before
    assert not (await hosting.apply()).changed

    verification = await hosting.verify()
    assert [(check.name, check.detail) for check in verification.failed] == []
    assert next(check.facts for check in verification.checks if check.name == "http") == {"plain": NAME}

    await hosting.becomes(State.SUSPENDED)
    assert outside.curl(f"http://{NAME}/halo.txt").status == 503
    assert (await hosting.verify()).failed == ()
    await hosting.becomes(State.ACTIVE)
    answers_to(hosting)
    await hosting.apply()
    assert outside.curl(f"http://{NAME}/halo.txt").status == 404


async def test_php_runs_under_the_domain_as_under_the_hosting_s_own_name(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    answers_to(hosting, NAME)
    await hosting.apply()
    code = "<?php echo $_SERVER['SERVER_NAME'], ' ', posix_geteuid();"
    page = f"/srv/hosting/{hosting.spec.slug}/public/siapa.php"
    web.run(f"cat > {page} && chown {hosting.account}: {page}", stdin=code)
    uid = web.run(f"id -u {hosting.account}").stdout.strip()
    assert outside.curl(f"http://{NAME}/siapa.php").body == f"{NAME} {uid}"
    assert outside.curl(f"http://{NAME}/.env").status in {403, 404}


async def test_a_domain_of_another_hosting_and_names_of_the_city_are_refused(hostings: Hostings) -> None:
    first, second = await hostings.make(kind=Kind.STATIC), await hostings.make(kind=Kind.STATIC)
    answers_to(first, NAME)
    await first.apply()
    for name, code in (
        (NAME, ErrorCode.DOMAIN_TAKEN),
        (first.name, ErrorCode.ZONE_NOT_ALLOWED),
        (f"lain.{first.name}", ErrorCode.ZONE_NOT_ALLOWED),
        (first.lab_server.zone, ErrorCode.ZONE_NOT_ALLOWED),
    ):
        answers_to(second, name)
        with pytest.raises(ProvisioningError) as refusal:
            await second.apply()
        assert refusal.value.code is code, name
    answers_to(second)


async def test_a_site_that_somebody_else_serves_under_the_name_is_left_alone(hosting: Hosting, web: LabServer) -> None:
    web.put(
        f"<VirtualHost *:80>\nServerName {NAME}\nRedirect 410 /\n</VirtualHost>\n",
        "/etc/apache2/sites-enabled/orang.conf",
    )
    try:
        answers_to(hosting, NAME)
        with pytest.raises(ProvisioningError) as refusal:
            await hosting.apply()
        assert refusal.value.code is ErrorCode.DOMAIN_TAKEN
    finally:
        web.run("rm /etc/apache2/sites-enabled/orang.conf")
        answers_to(hosting)


async def test_with_acme_it_has_a_certificate_of_its_own_and_its_loss_is_nobody_else_s(
    *,
    new_server: Callable[[], LabServer],
    authority: AcmeAuthority,
    zone: ForeignZone,
    bot_key: Secret,
    fleet: Fleet,
    tmp_path: Path,
) -> None:
    server = new_server()
    ordering = Acme(directory=authority.directory, contact="hosting@dkisp.test", authority_pem=authority.authority_pem)
    settings = dataclasses.replace(settings_for(server, bot_key), acme=ordering)
    address = await enrolled(server, bot_key, settings)
    server.put(AT_ONCE, "/etc/systemd/system/layanan-certificates.timer.d/test.conf")
    server.run("systemctl daemon-reload; systemctl restart layanan-certificates.timer")
    zone.has(f"pmb IN A {server.address}")

    hosting = await Hostings(fleet, address, server, tmp_path).make(kind=Kind.STATIC)
    answers_to(hosting, NAME, f"terlantar.{ZONE}")
    await hosting.apply()
    wait_for("a certificate is issued for the domain", lambda: "Pebble" in shown(server, NAME))
    (tmp_path / "city").mkdir()
    city = outside_of(server, tmp_path / "city")
    outside = dataclasses.replace(outside_of(server, tmp_path), authority_pem=authority.root_pem)
    page = outside.curl(f"https://{NAME}/")
    assert (page.status, "strict-transport-security" in page.headers) == (200, True)
    assert f"location: https://{NAME}/a" in outside.curl(f"http://{NAME}/a").headers
    assert city.curl(f"https://{hosting.name}/").status == 200, "by the city's wildcard still"
    assert not (await hosting.apply()).changed

    states = {state.name: state for state in (await fleet.certificates(address)).certificates}
    assert (states[hosting.name].kind, states[NAME].kind) == ("wildcard", "acme")
    lost = states[f"terlantar.{ZONE}"]
    assert (lost.kind, lost.ordered) == ("self-signed", True)
    assert "strict-transport-security" not in outside.curl(f"https://{lost.name}/", "--insecure").headers

    answers_to(hosting)
    await hosting.apply()
    kept = server.run("find /var/lib/apache2/md /var/lib/layanan-acme").stdout
    assert ZONE not in kept
    await hosting.becomes(State.REMOVED)

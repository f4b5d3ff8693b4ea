"""Certificates ordered by ACME from a real authority (pebble), validated over the lab's own DNS and port 80."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

from provisioning.agent.config import DnsConfig
from provisioning.agent.parts import dns
from provisioning.enrolment.settings import Acme
from provisioning.fleet import Fleet
from provisioning.lab import LabServer
from provisioning.lab.acme import AcmeAuthority
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, outside_of, settings_for
from tests.server.hosting.outside import Outside

SHOWN = """
    echo | openssl s_client -connect 127.0.0.1:443 -servername {name} 2>/dev/null | openssl x509 -noout -issuer -serial
"""
CHALLENGE = "/.well-known/acme-challenge/bukan-milik-penyewa"
PATIENCE = 120.0  # seconds
AT_ONCE = "[Timer]\nOnBootSec=\nOnUnitInactiveSec=\nOnActiveSec=\nOnActiveSec=1\nOnUnitInactiveSec=1\nAccuracySec=1\n"


def wait_for(what: str, seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < deadline, f"not in {PATIENCE:g} s: {what}"
        time.sleep(0.3)


def shown(server: LabServer, name: str) -> str:
    return server.run(SHOWN.format(name=name)).stdout


async def test_ordered_shown_renewed_while_suspended_and_gone_with_the_hosting(
    new_server: Callable[[], LabServer], authority: AcmeAuthority, bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    server, earlier = new_server(), authority.orders()
    ordering = Acme(directory=authority.directory, contact="hosting@dkisp.test", authority_pem=authority.authority_pem)
    settings = dataclasses.replace(settings_for(server, bot_key), wildcards={}, acme=ordering)
    address = await enrolled(server, bot_key, settings)
    # the timer is a minute's; what is tested is that it does its work, not the minute
    server.put(AT_ONCE, "/etc/systemd/system/layanan-certificates.timer.d/test.conf")
    server.run("systemctl daemon-reload; systemctl restart layanan-certificates.timer")
    outside = dataclasses.replace(outside_of(server, tmp_path), authority_pem=authority.root_pem)

    hostings = Hostings(fleet, address, server, tmp_path)
    unreachable = await hostings.make(kind=Kind.STATIC)
    unpublish(server, unreachable.name)
    hosting = await hostings.make(kind=Kind.STATIC)
    assert "layanan-hosting" in shown(server, hosting.name)  # at once, if only self-signed
    wait_for("an issued certificate is shown", lambda: "Pebble" in shown(server, hosting.name))
    assert authority.orders() - earlier <= 2  # the first one did not come before the name was published
    page = outside.curl(f"https://{hosting.name}/")
    assert (page.status, "strict-transport-security" in page.headers) == (200, True)
    assert not (await hosting.apply()).changed
    assert "DNS:" in server.run(f"openssl x509 -noout -ext subjectAltName -in {stored(hosting)}").stdout

    hosting.spec = dataclasses.replace(hosting.spec, suspension_reason="sedang dibersihkan")
    await hosting.becomes(State.SUSPENDED)
    first = shown(server, hosting.name)
    server.put("MDRenewWindow 100d\n", "/etc/apache2/conf-enabled/aaa-test.conf")  # as if it ended soon
    server.run("systemctl reload apache2")
    wait_for("a renewed certificate is shown", lambda: shown(server, hosting.name) != first)
    server.run("rm /etc/apache2/conf-enabled/aaa-test.conf; systemctl reload apache2")
    assert outside.curl(f"https://{hosting.name}/").status == 503
    assert authority.orders() - earlier >= 3

    # half a dozen reloads later: what could not be validated was tried once, and is told with its reason
    states = {state.name: state for state in (await fleet.certificates(address)).certificates}
    assert (states[hosting.name].kind, states[hosting.name].failures) == ("acme", 0)
    assert (states[unreachable.name].kind, states[unreachable.name].failures) == ("self-signed", 1)
    assert states[unreachable.name].problem
    await unreachable.becomes(State.REMOVED)

    await hosting.becomes(State.ACTIVE)
    tenants_file_answers_nobody(server, hosting, outside)
    await hosting.becomes(State.REMOVED)
    kept = server.run("find /var/lib/apache2/md /var/lib/layanan-acme /etc/layanan/tls").stdout
    assert (hosting.name in kept, unreachable.name in kept) == (False, False)


def unpublish(server: LabServer, name: str) -> None:
    """Take a name out of the DNS behind the agent's back, so that no order for it can succeed."""
    key = server.city.tsig
    settings = DnsConfig(server=server.city.dns_address, key_name=key.name, secret=key.secret)
    dns.send(settings, server.zone, [f"update delete {name}. A", "send"], name)


def stored(hosting: Hosting) -> str:
    return f"/var/lib/apache2/md/domains/{hosting.name}/pubcert.secp256r1.pem"


def tenants_file_answers_nobody(server: LabServer, hosting: Hosting, outside: Outside) -> None:
    folder = f"/srv/hosting/{hosting.spec.slug}/public"
    server.run(f"mkdir -p {folder}/.well-known/acme-challenge; echo rahasia > {folder}{CHALLENGE}")
    for scheme in ("http", "https"):
        assert outside.curl(f"{scheme}://{hosting.name}{CHALLENGE}").status in {403, 404}

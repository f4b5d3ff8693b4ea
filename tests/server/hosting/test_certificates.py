"""A zone's wildcard certificate is replaced on a server in use: by command, and by hand."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from provisioning.enrolment.settings import Wildcard
from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import LabServer
from provisioning.lab.authority import found_city
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.command_line import Office
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.test_acme import shown

MB = 1024 * 1024
DOWNLOAD = 40 * MB  # some sixteen seconds at a small package's bandwidth


def another_pair(zone: str) -> Wildcard:
    city = found_city(zone, "192.0.2.1")
    return Wildcard(certificate_pem=city.wildcard_certificate_pem, key_pem=city.wildcard_key_pem)


@contextlib.asynccontextmanager
async def downloading(hosting: Hosting) -> AsyncIterator[None]:
    """Let a visitor download a large file for as long as the block lasts; it must come whole."""
    server, folder = hosting.lab_server, f"/srv/hosting/{hosting.spec.slug}/public"
    made = f"cd {folder} && head -c {DOWNLOAD} /dev/urandom >besar.bin && chmod 644 besar.bin && sha256sum besar.bin"
    wanted = server.run(made).stdout.split()[0]
    url = ["--resolve", f"{hosting.name}:443:{server.address}", f"https://{hosting.name}/besar.bin"]
    curl = await asyncio.create_subprocess_exec("curl", "-sSfk", "--http1.1", *url, stdout=subprocess.PIPE)
    yield
    is_under_way = curl.returncode is None
    content, _ = await curl.communicate()
    assert is_under_way, "the download was over before"
    assert (await curl.wait(), hashlib.sha256(content).hexdigest()) == (0, wanted)


@pytest.fixture
async def office(new_server: Callable[[], LabServer], bot_key: Secret, tmp_path: Path) -> Office:
    """An office with one server, enrolled by command."""
    office = Office(tmp_path, new_server(), bot_key)
    await office.adds_its_server()
    return office


@pytest.fixture
async def hosting(office: Office, fleet: Fleet, tmp_path: Path) -> AsyncIterator[Hosting]:
    server = office.server
    address = ServerAddress(name=server.name, host=server.address, port=22, host_key=server.host_key)
    hosting = await Hostings(fleet, address, server, tmp_path).make(kind=Kind.STATIC)
    yield hosting
    await hosting.becomes(State.REMOVED)


async def test_replaced_while_a_visitor_downloads_and_a_broken_pair_changes_nothing(
    office: Office, hosting: Hosting, fleet: Fleet
) -> None:
    server = hosting.lab_server

    def command(pair: Wildcard, name: str = server.name) -> list[str]:
        certificate, key = office.pair(pair.certificate_pem, pair.key_pem)
        return ["server", "certificate", name, "--certificate", certificate, "--key", key]

    old, renewed = shown(server, hosting.name), another_pair(server.zone)
    async with downloading(hosting):
        said = await office.run(*command(renewed))
        assert said == f"{server.name}: the new certificate is shown.\n"
        new = shown(server, hosting.name)
        assert new != old
    assert "has this certificate already" in await office.run(*command(renewed))

    mixed = Wildcard(certificate_pem=renewed.certificate_pem, key_pem=another_pair(server.zone).key_pem)
    for broken, why in ((mixed, "does not belong"), (another_pair("lain.test"), "does not cover")):
        said = await office.fails(*command(broken))
        assert said.startswith("Nothing was sent: ")
        assert why in said
    assert await office.fails(*command(renewed, name="tidak-ada")) == "There is no server tidak-ada.\n"
    assert shown(server, hosting.name) == new


async def test_files_replaced_by_hand_are_taken_up_whole_and_half_of_a_pair_is_told(
    hosting: Hosting, fleet: Fleet
) -> None:
    server, address = hosting.lab_server, hosting.server
    before, pair = shown(server, hosting.name), another_pair(server.zone)
    server.put(pair.key_pem.reveal(), f"/etc/layanan/tls/wildcard-{server.zone}.key", mode=0o600)
    report = await fleet.certificates(address)
    assert (report.taken_up, report.problem is not None) == (False, True)
    assert shown(server, hosting.name) == before
    server.put(pair.certificate_pem, f"/etc/layanan/tls/wildcard-{server.zone}.pem")
    report = await fleet.certificates(address)
    assert (report.taken_up, report.problem) == (True, None)
    assert [state.kind for state in report.certificates] == ["wildcard"]
    assert shown(server, hosting.name) != before
    assert not (await fleet.certificates(address)).taken_up

"""A zone's wildcard certificate is replaced on a server in use: by command, and by hand."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.enroll import set_wildcard
from provisioning.enroll_settings import Wildcard
from provisioning.fleet import Fleet
from provisioning.lab import LabServer
from provisioning.lab.authority import found_city
from provisioning.pair import PairError
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hostings, engineers_access, enrolled
from tests.server.hosting.test_acme import shown

MB = 1024 * 1024
DOWNLOAD = 15 * MB  # some six seconds at a small package's bandwidth


def another_pair(zone: str) -> Wildcard:
    city = found_city(zone, "192.0.2.1")
    return Wildcard(certificate_pem=city.wildcard_certificate_pem, key_pem=city.wildcard_key_pem)


async def test_replaced_while_a_visitor_downloads_and_a_broken_pair_changes_nothing(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    server = new_server()
    address = await enrolled(server, bot_key)
    hosting = await Hostings(fleet, address, server, tmp_path).make(kind=Kind.STATIC)
    access = engineers_access(server)
    place = {"host": server.address, "host_key": server.host_key, "zone": server.zone}

    old = shown(server, hosting.name)
    wanted = server.run(
        f"cd /srv/hosting/{hosting.spec.slug}/public && head -c {DOWNLOAD} /dev/urandom >besar.bin"
        " && chmod 644 besar.bin && sha256sum besar.bin"
    ).stdout.split()[0]
    url = ["--resolve", f"{hosting.name}:443:{server.address}", f"https://{hosting.name}/besar.bin"]
    curl = await asyncio.create_subprocess_exec("curl", "-sSfk", "--http1.1", *url, stdout=subprocess.PIPE)
    done = await set_wildcard(access, pair=another_pair(server.zone), **place)  # type: ignore[arg-type]
    assert done.changed == ("certificate",)
    new = shown(server, hosting.name)
    assert new != old
    is_under_way = curl.returncode is None
    content, _ = await curl.communicate()
    assert is_under_way, "the download was over before"
    assert (await curl.wait(), hashlib.sha256(content).hexdigest()) == (0, wanted)

    mixed = dataclasses.replace(another_pair(server.zone), key_pem=another_pair(server.zone).key_pem)
    for broken, why in ((mixed, "does not belong"), (another_pair("lain.test"), "does not cover")):
        with pytest.raises(PairError, match=why):
            await set_wildcard(access, pair=broken, **place)  # type: ignore[arg-type]

    # by hand: half of a pair is told and nothing else happens; the whole one is taken up
    by_hand = another_pair(server.zone)
    server.put(by_hand.key_pem.reveal(), f"/etc/layanan/tls/wildcard-{server.zone}.key", mode=0o600)
    report = await fleet.certificates(address)
    assert (report.taken_up, report.problem is not None) == (False, True)
    assert shown(server, hosting.name) == new
    server.put(by_hand.certificate_pem, f"/etc/layanan/tls/wildcard-{server.zone}.pem")
    report = await fleet.certificates(address)
    assert (report.taken_up, report.problem) == (True, None)
    assert [state.kind for state in report.certificates] == ["wildcard"]
    assert shown(server, hosting.name) not in {old, new}
    assert not (await fleet.certificates(address)).taken_up
    await hosting.becomes(State.REMOVED)

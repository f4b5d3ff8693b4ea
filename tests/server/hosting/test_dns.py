"""The city's zone as BIND keeps it: what our updates change, and what they never do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from provisioning.agent.config import DnsConfig
from provisioning.agent.parts import dns
from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hostings

IGNORED = {"SOA", "TSIG"}  # other at each asking
ADDRESSES = {"A": ["192.0.2.7"], "AAAA": ["2001:db8::7"]}


@pytest.fixture
def config(web: LabServer) -> DnsConfig:
    key = web.city.tsig
    return DnsConfig(server=web.city.dns_address, key_name=key.name, secret=key.secret, algorithm=key.algorithm)


def ask(web: LabServer, name: str, kind: str) -> list[str]:
    return web.run(f"dig @{web.city.dns_address} +short +norecurse {name} {kind}").stdout.split()


def zone(web: LabServer) -> set[str]:
    """Return every record of the zone but its serial number."""
    key = web.city.tsig
    script = f"dig @{web.city.dns_address} -y {key.algorithm}:{key.name}:{key.secret.reveal()} {web.zone} AXFR +onesoa"
    lines = web.run(script).stdout.splitlines()
    records = [line.split() for line in lines if line and not line.startswith(";")]
    return {" ".join(record) for record in records if not IGNORED & set(record)}


def serial(web: LabServer) -> int:
    return int(ask(web, web.zone, "SOA")[2])


def change(config: DnsConfig, web: LabServer, name: str, action: Action, addresses: dict[str, list[str]]) -> None:
    wanted = Change(part="dns", key=name, action=action, summary="")
    dns.send(config, web.zone, dns.update("uji", wanted, addresses), name)


async def test_a_hosting_adds_its_records_and_takes_away_no_others(hostings: Hostings, web: LabServer) -> None:
    before, number = zone(web), serial(web)
    hosting = await hostings.make(kind=Kind.STATIC)
    assert serial(web) > number
    added = zone(web) - before
    assert {line.split()[0].rstrip(".") for line in added} == {hosting.name, f"_layanan.{hosting.name}"}
    assert before <= zone(web)
    number = serial(web)
    await hosting.becomes(State.REMOVED)
    assert zone(web) == before
    assert serial(web) > number


def test_ipv6_is_published_beside_ipv4_and_both_go(web: LabServer, config: DnsConfig) -> None:
    name = f"enam.{web.zone}"
    change(config, web, name, Action.CREATE, ADDRESSES)
    assert (ask(web, name, "A"), ask(web, name, "AAAA")) == (ADDRESSES["A"], ADDRESSES["AAAA"])
    change(config, web, name, Action.CHANGE, {"A": [], "AAAA": ["2001:db8::8"]})
    assert (ask(web, name, "A"), ask(web, name, "AAAA")) == ([], ["2001:db8::8"])
    change(config, web, name, Action.REMOVE, ADDRESSES)
    assert (ask(web, name, "AAAA"), ask(web, f"_layanan.{name}", "TXT")) == ([], [])


@pytest.mark.parametrize("record", ["A 192.0.2.99", "CNAME lain.test.", "TXT milik-orang", "MX 10 surel.lain.test."])
def test_a_name_that_came_between_the_look_and_the_update_is_refused_by_the_name_server(
    web: LabServer, config: DnsConfig, record: str
) -> None:
    name = f"rebut.{web.zone}"
    dns.send(config, web.zone, [f"update add {name}. 60 {record}", "send"], name)
    before = zone(web)
    try:
        with pytest.raises(ServerError) as refused:
            change(config, web, name, Action.CREATE, ADDRESSES)
        assert refused.value.code is ErrorCode.DNS_NAME_TAKEN
        with pytest.raises(ServerError) as refused:  # nor is it removed, or changed, without our mark
            change(config, web, name, Action.REMOVE, ADDRESSES)
        assert refused.value.code is ErrorCode.DNS_NAME_TAKEN
        assert zone(web) == before
    finally:
        dns.send(config, web.zone, [f"update delete {name}.", "send"], name)


@pytest.fixture(params=["A 192.0.2.99", "CNAME lain.test."], ids=["addresses", "alias"])
def wildcard(web: LabServer, config: DnsConfig, request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the zone answer for every name that it has not, as many cities' zones do; yield the record."""
    name = f"*.{web.zone}."
    records = [request.param] if request.param.startswith("CNAME") else [request.param, "TXT bukan-tanda-kami"]
    dns.send(config, web.zone, [*(f"update add {name} 60 {record}" for record in records), "send"], name)
    assert ask(web, f"siapa-saja.{web.zone}", "A") == request.param.split()[1:]
    yield request.param
    dns.send(config, web.zone, [f"update delete {name}", "send"], name)


async def test_a_name_for_which_only_the_zones_wildcard_answers_is_free_and_is_its_own_while_we_have_it(
    hostings: Hostings, web: LabServer, wildcard: str
) -> None:
    before, hosting = zone(web), hostings.want(kind=Kind.STATIC)
    await hosting.apply()
    assert ask(web, hosting.name, "A") == [web.address]
    assert before <= zone(web)
    assert not (await hosting.apply()).changed
    await hosting.becomes(State.ARCHIVED)
    assert ask(web, hosting.name, "A") == wildcard.split()[1:]
    assert (await hosting.verify()).failed == ()
    await hosting.becomes(State.REMOVED)
    assert zone(web) == before


@pytest.mark.parametrize("below", ["", "_layanan."], ids=["the name", "its mark"])
async def test_a_name_of_somebody_elses_below_the_wildcard_is_taken_also_where_it_says_the_same(
    hostings: Hostings, web: LabServer, config: DnsConfig, wildcard: str, below: str
) -> None:
    hosting = hostings.want(kind=Kind.STATIC)
    name = f"{below}{hosting.name}"
    record = "TXT milik-orang" if below else wildcard
    dns.send(config, web.zone, [f"update add {name}. 60 {record}", "send"], name)
    before = zone(web)
    try:
        with pytest.raises(ProvisioningError) as refused:
            await hosting.apply()
        assert refused.value.code is ErrorCode.DNS_NAME_TAKEN
        assert zone(web) == before
    finally:
        dns.send(config, web.zone, [f"update delete {name}.", "send"], name)


@pytest.mark.parametrize(
    ("changed", "in_zone", "code"),
    [
        ({"secret": Secret("c2FsYWgtc2FtYS1zZWthbGk=")}, None, ErrorCode.DNS_REFUSED),
        ({"key_name": "kunci-lain"}, None, ErrorCode.DNS_REFUSED),
        ({}, "bukan-zona-kami.test", ErrorCode.DNS_REFUSED),
        ({"port": 5399}, None, ErrorCode.DNS_UNREACHABLE),
    ],
    ids=["wrong secret", "unknown key", "a zone that is not its own", "nobody listens"],
)
def test_a_refusal_is_named(
    web: LabServer, config: DnsConfig, changed: dict[str, object], in_zone: str | None, code: ErrorCode
) -> None:
    other = dataclasses.replace(config, **changed)  # type: ignore[arg-type]
    target = in_zone or web.zone
    wanted = Change(part="dns", key=f"tolak.{target}", action=Action.CREATE, summary="")
    with pytest.raises(ServerError) as refused:
        dns.send(other, target, dns.update("uji", wanted, ADDRESSES), f"tolak.{target}")
    assert refused.value.code is code
    assert other.secret.reveal() not in refused.value.detail
    assert ask(web, f"tolak.{web.zone}", "A") == []

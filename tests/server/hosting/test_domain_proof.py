"""Proof of a domain as its own name servers give it: BIND with a zone that is not the city's, and hostile ones."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

import pytest

from provisioning import domain_proof
from provisioning.domain_proof import Destination, DomainLook, Proof
from provisioning.lab import LabServer
from tests.server.hosting.foreign_zone import (
    ForeignZone,
    Heard,
    claims_without_authority,
    knows_nothing,
    silent,
    stranger,
)

ZONE = "smkn2.sch.id"
NAME = f"pmb.{ZONE}"
TOKEN = "0123456789abcdef" * 2
OURS, THEIRS = "192.0.2.10", "192.0.2.99"
GIVEN = f'_layanan-verifikasi.pmb IN TXT "layanan-verifikasi={TOKEN}"'
HERE = f"pmb IN A {OURS}"


@pytest.fixture
def zone(web: LabServer) -> Iterator[ForeignZone]:
    zone = ForeignZone(web, ZONE)
    yield zone
    zone.remove()


def network(web: LabServer) -> IPv4Network:
    """Return the lab's own network, which is an inner one."""
    return IPv4Network(f"{web.address}/24", strict=False)


async def look(web: LabServer, name: str = NAME, inner: Sequence[IPv4Network] | None = None) -> DomainLook:
    began = time.monotonic()
    seen = await domain_proof.look(
        name,
        TOKEN,
        addresses=(OURS, "2001:db8::10"),
        aliases=("e-sekolah.kota.test",),
        resolvers=[web.city.dns_address],
        inner=[network(web)] if inner is None else inner,
    )
    assert time.monotonic() - began < domain_proof.WHOLE_SECONDS + 1
    return seen


@pytest.mark.parametrize(
    ("records", "proof"),
    [
        ((), Proof.MISSING),
        ((GIVEN,), Proof.GIVEN),
        (('_layanan-verifikasi.pmb IN TXT "lain"', GIVEN), Proof.GIVEN),
        ((f'_layanan-verifikasi.pmb IN TXT "layanan-verifikasi={TOKEN[:16]}" "{TOKEN[16:]}"',), Proof.GIVEN),
        (('_layanan-verifikasi.pmb IN TXT "layanan-verifikasi=milik-hosting-lain"',), Proof.OTHER),
        ((f'_layanan-verifikasi.pmb IN TXT "{TOKEN}"',), Proof.OTHER),
        ((f'pmb IN TXT "layanan-verifikasi={TOKEN}"',), Proof.MISSING),
        (("_layanan-verifikasi.pmb IN CNAME titipan", f'titipan IN TXT "layanan-verifikasi={TOKEN}"'), Proof.MISSING),
        (("_layanan-verifikasi.pmb IN CNAME _layanan-verifikasi.pmb",), Proof.SILENT),  # BIND refuses to answer that
    ],
)
async def test_the_token_counts_where_it_stands_and_nowhere_else(
    web: LabServer, zone: ForeignZone, records: tuple[str, ...], proof: Proof
) -> None:
    zone.has(*records)
    assert (await look(web)).proof is proof


@pytest.mark.parametrize(
    ("records", "lead", "addresses"),
    [
        ((), Destination.NOWHERE, ()),
        ((HERE,), Destination.HERE, (OURS,)),
        ((HERE, "pmb IN AAAA 2001:db8::10"), Destination.HERE, (OURS, "2001:db8::10")),
        ((f"pmb IN A {THEIRS}",), Destination.ELSEWHERE, (THEIRS,)),
        ((HERE, f"pmb IN A {THEIRS}"), Destination.ELSEWHERE, (OURS, THEIRS)),
        ((HERE, "pmb IN AAAA 2001:db8::99"), Destination.ELSEWHERE, (OURS, "2001:db8::99")),
        (("pmb IN CNAME e-sekolah.kota.test.",), Destination.HERE, ()),
        (("pmb IN CNAME www", "www IN CNAME e-sekolah.kota.test."), Destination.HERE, ()),
        (("pmb IN CNAME www", f"www IN A {OURS}"), Destination.HERE, (OURS,)),
        (("pmb IN CNAME www", f"www IN A {THEIRS}"), Destination.ELSEWHERE, (THEIRS,)),
        (("pmb IN CNAME www", "www IN CNAME pmb"), Destination.LOOP, ()),
        (
            (*(f"n{n} IN CNAME n{n + 1}" for n in range(40)), "pmb IN CNAME n0", f"n40 IN A {OURS}"),
            Destination.LOOP,
            (),
        ),
        (("pmb IN CNAME e-sekolah.kota.test.palsu.example.",), Destination.SILENT, ()),
    ],
)
async def test_where_it_leads_is_where_visitors_would_come(
    web: LabServer, zone: ForeignZone, records: tuple[str, ...], lead: Destination, addresses: tuple[str, ...]
) -> None:
    zone.has(*records)
    seen = await look(web)
    assert (seen.lead, seen.addresses) == (lead, addresses)


async def test_what_changed_a_moment_ago_is_seen(web: LabServer, zone: ForeignZone) -> None:
    zone.has("$TTL 86400", HERE)
    assert not (await look(web)).is_ready
    zone.has("$TTL 86400", HERE, GIVEN)
    assert (await look(web)).is_ready
    zone.has("$TTL 86400", f"pmb IN A {THEIRS}")
    seen = await look(web)
    assert (seen.proof, seen.lead) == (Proof.MISSING, Destination.ELSEWHERE)


def machine(web: LabServer) -> str:
    """Return this machine's own address in the lab's network."""
    return f"{web.address.rpartition('.')[0]}.1"


async def test_a_server_that_never_answers_keeps_nobody_waiting_for_long(web: LabServer, zone: ForeignZone) -> None:
    zone.has(HERE, GIVEN, name_servers=(machine(web),))
    with stranger(machine(web), silent):
        assert (await look(web)).is_ready, "what the others say counts"


async def test_every_server_that_answers_must_show_the_token(web: LabServer, zone: ForeignZone) -> None:
    zone.has(HERE, GIVEN, name_servers=(machine(web),))
    with stranger(machine(web), knows_nothing):
        assert (await look(web)).proof is Proof.PARTLY


async def test_what_is_said_without_authority_counts_for_nothing(web: LabServer, zone: ForeignZone) -> None:
    zone.has(HERE, GIVEN, name_servers=(machine(web),))
    with stranger(machine(web), claims_without_authority):
        assert (await look(web)).is_ready


async def test_a_name_server_with_an_inner_address_gets_no_question(web: LabServer, zone: ForeignZone) -> None:
    zone.has(HERE, GIVEN, name_servers=(machine(web), "127.0.0.53"))
    heard = Heard()
    with stranger(machine(web), heard):
        seen = await look(web, inner=())
        assert (seen.proof, seen.lead, heard.questions) == (Proof.SILENT, Destination.SILENT, 0)
        await look(web)
    assert heard.questions > 0, "it is asked where the office has named that network"


async def test_a_zone_whose_only_servers_are_silent_ends_too(web: LabServer, zone: ForeignZone) -> None:
    zone.has("bawah IN NS mati", f"mati IN A {machine(web)}")
    with stranger(machine(web), silent):
        seen = await look(web, f"pmb.bawah.{ZONE}")
    assert (seen.proof, seen.lead) == (Proof.SILENT, Destination.SILENT)


async def test_a_name_that_nobody_serves_is_silence_and_no_error(web: LabServer, zone: ForeignZone) -> None:
    assert zone.name == ZONE
    seen = await look(web, "pmb.tidak-ada.example")
    assert (seen.proof, seen.lead) == (Proof.SILENT, Destination.SILENT)


async def test_a_strangers_texts_are_cut_short(web: LabServer, zone: ForeignZone) -> None:
    zone.has(*(f'_layanan-verifikasi.pmb IN TXT "{n}<b>{"x" * 200}"' for n in range(30)))
    seen = await look(web)
    assert seen.proof is Proof.OTHER
    assert len(seen.texts) == domain_proof.TEXTS_MAX
    assert max(map(len, seen.texts)) == domain_proof.TEXT_MAX

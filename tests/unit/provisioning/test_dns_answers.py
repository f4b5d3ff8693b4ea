"""What `dig` prints is read as what the name server said, and nothing else."""

from __future__ import annotations

import pytest

from provisioning.agent.parts import dns
from provisioning.plan import ErrorCode, ServerError

NAME = "contoh.kota.test"


def block(status: str, *answers: str) -> str:
    head = f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 7\n;; flags: qr aa; QUERY: 1\n"
    return head + ("\n;; ANSWER SECTION:\n" + "\n".join(answers) if answers else "") + "\n\n"


def test_a_free_name_has_nothing() -> None:
    text = block("NXDOMAIN") * 3
    assert dns.read_answers(text, [NAME]) == {NAME: {"A": [], "AAAA": [], "alias": False, "mark": None}}


def test_our_name_has_addresses_and_a_mark() -> None:
    text = (
        block("NOERROR", f"{NAME}.\t300 IN A\t10.0.0.6", f"{NAME}.\t300 IN A\t10.0.0.5")
        + block("NOERROR", f"{NAME}.\t300 IN AAAA\t2001:db8::5")
        + block("NOERROR", f'_layanan.{NAME}.\t300 IN TXT\t"layanan-hosting=contoh"')
    )
    found = dns.read_answers(text, [NAME])[NAME]
    assert found["A"] == ["10.0.0.5", "10.0.0.6"]
    assert found["AAAA"] == ["2001:db8::5"]
    assert found["mark"] == dns.marker("contoh")


def test_an_alias_is_seen_and_its_targets_address_is_no_mark() -> None:
    alias = block("NOERROR", f"{NAME}.\t300 IN CNAME\tlain.kota.test.", "lain.kota.test.\t300 IN A\t10.0.0.9")
    found = dns.read_answers(alias * 2 + block("NXDOMAIN"), [NAME])[NAME]
    assert found["alias"]
    assert found["mark"] is None


def test_two_marks_are_no_mark() -> None:
    marks = [f'_layanan.{NAME}. 300 IN TXT "layanan-hosting={slug}"' for slug in ("contoh", "lain")]
    text = block("NOERROR") * 2 + block("NOERROR", *marks)
    assert dns.read_answers(text, [NAME])[NAME]["mark"] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (block("REFUSED") * 3, ErrorCode.DNS_REFUSED),
        (block("SERVFAIL") * 3, ErrorCode.DNS_REFUSED),
        (block("NOERROR") * 2, ErrorCode.DNS_UNREACHABLE),
        ("", ErrorCode.DNS_UNREACHABLE),
    ],
)
def test_a_name_server_that_does_not_answer_is_no_free_name(text: str, code: ErrorCode) -> None:
    with pytest.raises(ServerError) as refusal:
        dns.read_answers(text, [NAME])
    assert refusal.value.code is code


def test_the_longest_zone_takes_the_update() -> None:
    assert dns.zone_of("a.b.kota.test", ["kota.test", "b.kota.test"]) == "b.kota.test"
    with pytest.raises(ServerError) as refusal:
        dns.zone_of("kota.test", ["kota.test"])
    assert refusal.value.code is ErrorCode.ZONE_NOT_ALLOWED

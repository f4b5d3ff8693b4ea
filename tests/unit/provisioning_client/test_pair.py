"""A certificate and key that an engineer hands over are judged before a server hears of them."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from provisioning.enrolment import certificate_pair
from provisioning.enrolment.certificate_pair import PairError
from provisioning.enrolment.settings import Wildcard
from provisioning.lab.authority import found_city
from provisioning.spec import Secret

ZONE = "kota.test"
NOW = datetime.datetime.now(datetime.UTC)
CITY, OTHER = found_city(ZONE, "192.0.2.1"), found_city(ZONE, "192.0.2.1")
GOOD = Wildcard(certificate_pem=CITY.wildcard_certificate_pem + CITY.ca_pem, key_pem=CITY.wildcard_key_pem)


def test_a_sound_pair_with_its_chain_serves_until_its_end() -> None:
    assert certificate_pair.check(ZONE, GOOD, NOW) > NOW


@pytest.mark.parametrize(
    ("zone", "changed", "days", "why"),
    [
        (ZONE, {"key_pem": OTHER.wildcard_key_pem}, 0, "does not belong"),
        (ZONE, {"certificate_pem": CITY.ca_pem + CITY.wildcard_certificate_pem}, 0, "does not belong"),
        (ZONE, {"certificate_pem": CITY.wildcard_certificate_pem + OTHER.ca_pem}, 0, "out of order"),
        ("lain.test", {}, 0, "does not cover"),
        ("bawah.kota.test", {}, 0, "does not cover"),
        (ZONE, {}, 4000, "valid from"),
        (ZONE, {}, -4000, "valid from"),
        (ZONE, {"certificate_pem": "bukan sertifikat"}, 0, "no PEM"),
        (ZONE, {"key_pem": Secret("bukan kunci")}, 0, "no PEM"),
    ],
)
def test_a_broken_one_is_refused_with_its_reason(zone: str, changed: dict[str, object], days: int, why: str) -> None:
    broken = dataclasses.replace(GOOD, **changed)  # type: ignore[arg-type]
    with pytest.raises(PairError, match=why):
        certificate_pair.check(zone, broken, NOW + datetime.timedelta(days=days))

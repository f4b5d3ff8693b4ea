"""What is typed as a further name: a label of the city's zone and a domain of elsewhere are told apart."""

from __future__ import annotations

import pytest

from workflows.engine.fields import FieldError
from workflows.engine.fields.faults import Fault
from workflows.engine.fields.site_name import is_custom_domain, parse_site_name

ZONE = "tarakankota.go.id"


def read(raw: str) -> str:
    return parse_site_name(raw, zone=ZONE, reserved={"www"})


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("e-arsip", "e-arsip"),
        (" E-Arsip ", "e-arsip"),
        ("e-arsip.tarakankota.go.id", "e-arsip"),
        ("https://E-Arsip.TarakanKota.go.id/", "e-arsip"),
        ("e-arsip.tarakankot\uff41.go.id", "e-arsip"),  # a wide letter is the same name to DNS
        ("123", "123"),
    ],
)
def test_a_name_of_the_city_is_kept_as_its_label(raw: str, label: str) -> None:
    assert read(raw) == label
    assert not is_custom_domain(read(raw))


@pytest.mark.parametrize(
    ("raw", "domain"),
    [
        ("pmb.smkn1.sch.id", "pmb.smkn1.sch.id"),
        ("http://PMB.smkn1.sch.id/", "pmb.smkn1.sch.id"),
        ("pmb.smkn1.sch.id.", "pmb.smkn1.sch.id"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
    ],
)
def test_a_domain_of_elsewhere_is_kept_whole_and_in_ascii(raw: str, domain: str) -> None:
    assert read(raw) == domain
    assert is_custom_domain(read(raw))


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("tarakankota.go.id", Fault.NAME_ZONE),
        ("a.b.tarakankota.go.id", Fault.NAME_DEEP),
        ("www.tarakankota.go.id", Fault.LABEL_RESERVED),
        ("sch.id", Fault.NAME_SUFFIX),
        ("go.id", Fault.NAME_SUFFIX),
        ("github.io", Fault.NAME_SUFFIX),
        ("intranet.lokal", Fault.NAME_SUFFIX),
        ("10.0.0.1", Fault.NAME_ADDRESS),
        ("2001:db8::1", Fault.NAME_ADDRESS),
        ("[2001:db8::1]", Fault.NAME_ADDRESS),
        ("pmb.smkn1.sch.id:8080", Fault.NAME_ADDRESS),
        ("*.smkn1.sch.id", Fault.NAME_FORM),
        ("pmb.smkn1.sch.id\n</VirtualHost>", Fault.NAME_FORM),
        ("pmb.smkn1.sch.id evil.com", Fault.NAME_FORM),
        ("pmb.smkn1.sch.id/masuk", Fault.NAME_FORM),
        ("admin@smkn1.sch.id", Fault.NAME_FORM),
        ("_dmarc.smkn1.sch.id", Fault.NAME_FORM),
        ("pmb..sch.id", Fault.NAME_FORM),
        ("-pmb.smkn1.sch.id", Fault.NAME_FORM),
        ("\u202epmb.smkn1.sch.id", Fault.NAME_FORM),
        (".".join(["a" * 60] * 4) + ".sch.id", Fault.NAME_FORM),
    ],
)
def test_what_nobody_can_have_is_refused(raw: str, fault: Fault) -> None:
    with pytest.raises(FieldError) as refusal:
        read(raw)
    assert refusal.value.code is fault

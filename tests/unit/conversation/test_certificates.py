"""A certificate that ends, or cannot be renewed: engineers hear of it in time, once a threshold."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from provisioning.plan import CertificateReport, CertificateState
from tests.unit.conversation.standing import add_hosting
from tests.unit.conversation.town import PretendFleet, Town
from workflows import words
from workflows.store import hostings
from workflows.upkeep import certificate_watch

TODAY = dt.date(2027, 1, 10)


def state(name: str = "a.kota.test", kind: str = "wildcard", **changed: Any) -> CertificateState:
    left = changed.pop("left", 60)
    expires = (TODAY + dt.timedelta(days=left)).isoformat()
    values = {"slug": name.split(".", maxsplit=1)[0], "expires": expires, "failures": 0, "problem": None, **changed}
    return CertificateState(name=name, kind=kind, **values)


def said(*states: CertificateState, problem: str | None = None) -> list[tuple[str, str]]:
    report = CertificateReport(taken_up=False, problem=problem, certificates=states)
    return [(known, text) for known, text, _ in certificate_watch.warnings(report, TODAY)]


@pytest.mark.parametrize(
    ("left", "threshold"), [(60, None), (22, None), (21, 21), (8, 21), (7, 7), (2, 7), (1, 1), (-3, 1)]
)
def test_each_threshold_is_another_warning(left: int, threshold: int | None) -> None:
    found = said(state(kind="acme", left=left))
    assert [known.rsplit(":", 1)[1] for known, _ in found] == ([str(threshold)] if threshold else [])


def test_hostings_under_one_wildcard_are_named_together_and_self_signed_ones_not_at_all() -> None:
    assert len(said(state("a.kota.test", left=5), state("b.kota.test", left=5))) == 1
    assert said(state(kind="self-signed", left=1)) == []


def test_a_renewal_that_fails_again_and_again_is_told_and_a_single_failure_is_not() -> None:
    once = state(kind="acme", failures=1, problem="urn:ietf:params:acme:error:dns: no answer")
    often = state(kind="acme", failures=3, problem="urn:ietf:params:acme:error:dns: no answer")
    assert said(once) == []
    assert [text for _, text in said(often)] == ["kabar.sertifikat_gagal"]
    never = state(kind="self-signed", failures=4, problem="urn:ietf:params:acme:error:dns: no answer", left=1)
    assert [text for _, text in said(never)] == ["kabar.sertifikat_gagal"]
    assert [text for _, text in said(problem="the pair does not match")] == ["kabar.sertifikat_gagal"]


def test_a_limit_of_the_authority_is_told_once_for_all_it_puts_off_and_is_no_failure_of_ours() -> None:
    waits: dict[str, Any] = {"kind": "self-signed", "ordered": True, "held_until": "2027-01-10T12:00:00+00:00"}
    put_off = [state("a.kota.test", failures=4, problem="none before", **waits), state("b.kota.test", **waits)]
    report = CertificateReport(taken_up=False, problem=None, certificates=(*put_off, state("c.kota.test")))
    (known, text, values), *others = certificate_watch.warnings(report, TODAY)
    assert (text, values["names"], others) == ("kabar.sertifikat_dibatasi", "a.kota.test, b.kota.test", [])
    later = dataclasses.replace(put_off[0], held_until="2027-01-11T12:00:00+00:00")
    assert said(later)[0][0] != known, "the next limit is news again"


class Showing(PretendFleet):
    """The pretended server, whose only hosting shows `shown`."""

    shown: tuple[CertificateState, ...] = ()

    async def certificates(self, server: Any) -> CertificateReport:
        return CertificateReport(taken_up=False, problem=None, certificates=self.shown)


@pytest.mark.parametrize(
    ("changed", "words_shown"),
    [
        ({"kind": "wildcard"}, "Sertifikat: baik, berlaku sampai 11 Maret 2027"),
        ({"kind": "acme"}, "Sertifikat: baik, berlaku sampai 11 Maret 2027"),
        ({"kind": "self-signed", "ordered": True}, "Sertifikat: sedang dipesan"),
        (
            {"kind": "self-signed", "ordered": True, "held_until": "2027-01-10T12:00:00+00:00"},
            "Sertifikat: baru dapat dipesan setelah 10 Januari 2027 pukul 20.00 WITA",
        ),
        ({"kind": "self-signed"}, "Sertifikat: sementara, berlaku sampai 11 Maret 2027"),
    ],
    ids=["wildcard", "issued", "ordered", "put off", "self-signed"],
)
async def test_engineer_and_owner_see_which_certificate_a_hosting_has(
    town: Town, changed: dict[str, Any], words_shown: str
) -> None:
    fleet, domain = town.fleet, "e-lama.tarakankota.go.id"
    fleet.__class__ = Showing
    assert isinstance(fleet, Showing)
    fleet.shown = (state(domain, **changed),)
    await add_hosting(town, "e-lama")
    engineer, head = town["engineer"], town["kepala_opd"]
    await engineer.send_text("/hosting")
    listed = await engineer.wait_for(lambda m: domain in m.text and m.button(domain) is not None)
    await engineer.press(domain, message=listed)
    one = await engineer.wait_for("belum pernah diperiksa")
    assert "Sertifikat" not in one.text
    await engineer.press("Periksa", message=one)
    await engineer.wait_for(words_shown)
    await head.send_text("/hosting")
    await head.wait_for(words_shown)


class Ending(PretendFleet):
    end = dt.date(2000, 1, 1)

    async def certificates(self, server: Any) -> CertificateReport:
        shown = CertificateState(
            slug="a", name="a.kota.test", kind="wildcard", expires=self.end.isoformat(), failures=0, problem=None
        )
        return CertificateReport(taken_up=False, problem=None, certificates=(shown,))


async def test_engineers_hear_once_however_often_the_look_is_repeated(town: Town) -> None:
    fleet = town.fleet
    fleet.__class__ = Ending
    assert isinstance(fleet, Ending)
    async with town.app.database.read() as work:
        (server, *_) = await hostings.servers(work)
        fleet.end = work.now.date() + dt.timedelta(days=5)
    for _ in range(3):
        await certificate_watch.check_certificates(town.app.office, town.app.database, server)
    engineer, day = town["engineer"], words.date(fleet.end)
    message = await engineer.wait_for(lambda message: "Sertifikat wildcard" in message.text, since=0)
    assert day in message.text
    assert "layanan server certificate" in message.text
    assert sum(day in each.text for each in await town["engineer"].messages()) == 1

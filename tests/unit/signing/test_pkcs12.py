"""Letters signed by the office's certificate, as whoever checks the file sees them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.serialization import Encoding

from bot.doctor.finding import Grade
from bot.doctor.signing import of_validity
from tests.unit.letters.samples import PERSETUJUAN
from tests.unit.signing.authority import ENDS, OFFICE, PASSPHRASE, Authority, answer
from workflows.letters.render import render
from workflows.signing.check import signatures
from workflows.signing.pkcs12 import Pkcs12Signer, open_pkcs12
from workflows.signing.port import SigningDelayed, SigningSetupError, UnreadableError

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return render(PERSETUJUAN)


@pytest.fixture
def signer(authority: Authority, tmp_path: Path) -> Pkcs12Signer:
    return open_pkcs12(authority.pkcs12(tmp_path / "dinas.p12"), PASSPHRASE, None)


async def test_a_signed_letter_holds_and_leads_to_the_authority(signer: Pkcs12Signer, letter: bytes) -> None:
    signed = await signer.sign(letter, reason="Surat Balasan 1", at=NOW)
    assert signed.startswith(letter)  # an increment: the letter itself is as it was
    (found,) = await signatures(signed, signer.roots())
    assert (found.signer, found.holds, found.trusted, found.stamped) == (OFFICE, True, True, False)


async def test_one_changed_byte_is_found_and_so_is_what_was_added_behind(signer: Pkcs12Signer, letter: bytes) -> None:
    signed = await signer.sign(letter, reason="Surat Balasan 1", at=NOW)
    place = signed.index(b"/Producer") if b"/Producer" in signed else len(letter) // 2
    changed = bytearray(signed)
    changed[place + 12] ^= 1
    assert await stands(signed, signer)
    assert not await stands(bytes(changed), signer)
    assert not await stands(signed + b"\n% tambahan\n", signer)


async def stands(pdf: bytes, signer: Pkcs12Signer) -> bool:
    try:
        (found,) = await signatures(pdf, signer.roots())
    except UnreadableError:
        return False
    return found.holds


async def test_another_authority_is_not_trusted(signer: Pkcs12Signer, letter: bytes) -> None:
    signed = await signer.sign(letter, reason="Surat Balasan 1", at=NOW)
    other = Authority().root.public_bytes(Encoding.DER)
    (found,) = await signatures(signed, [other])
    assert (found.holds, found.trusted) == (True, False)


async def test_a_time_stamp_is_part_of_the_signature_where_a_service_is_named(
    authority: Authority, signer: Pkcs12Signer, letter: bytes
) -> None:
    stamper = authority.time_stamper()

    async def stamp(request: web.Request) -> web.Response:
        return web.Response(body=answer(stamper, await request.read()), content_type="application/timestamp-reply")

    app = web.Application()
    app.router.add_post("/", stamp)
    async with TestServer(app) as service:
        stamping = dataclasses.replace(signer, tsa_url=str(service.make_url("/")))
        signed = await stamping.sign(letter, reason="Surat Balasan 1", at=NOW)
    (found,) = await signatures(signed, signer.roots())
    assert (found.holds, found.stamped, stamping.facts()["level"]) == (True, True, "PAdES-B-T")


async def test_a_silent_time_stamp_service_makes_the_letter_wait(signer: Pkcs12Signer, letter: bytes) -> None:
    async with TestServer(web.Application()) as service:  # it knows no such address
        stamping = dataclasses.replace(signer, tsa_url=str(service.make_url("/")))
        with pytest.raises(SigningDelayed, match="tsa_silent"):
            await stamping.sign(letter, reason="x", at=NOW)


@pytest.mark.parametrize(
    ("begins_in", "code"), [(dt.timedelta(days=-9), "certificate_over"), (dt.timedelta(days=1), "certificate_early")]
)
async def test_a_certificate_out_of_its_time_signs_nothing(
    authority: Authority, tmp_path: Path, begins_in: dt.timedelta, code: str
) -> None:
    begins = NOW + begins_in
    file = authority.pkcs12(tmp_path / "dinas.p12", begins=begins, ends=begins + dt.timedelta(days=8))
    signer = open_pkcs12(file, PASSPHRASE, None)
    with pytest.raises(SigningDelayed, match=code):
        await signer.sign(b"", reason="x", at=NOW)
    assert of_validity(signer.validity(), NOW).grade is Grade.BAD


def test_the_doctor_tells_the_days_that_are_left(signer: Pkcs12Signer) -> None:
    found = of_validity(signer.validity(), ENDS - dt.timedelta(days=20))
    assert found.grade is Grade.DUE
    assert "(20 days)" in found.sentence
    assert of_validity(signer.validity(), NOW).grade is Grade.GOOD


def test_a_wrong_passphrase_is_told_and_not_repeated(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(SigningSetupError, match=r"^SIGNING_PASSPHRASE does not open") as told:
        open_pkcs12(authority.pkcs12(tmp_path / "dinas.p12"), "salah-sekali", None)
    assert "salah-sekali" not in str(told.value)


def test_the_key_is_in_no_printed_signer(signer: Pkcs12Signer) -> None:
    assert "SimpleSigner" not in repr(signer)


@pytest.mark.parametrize("file", [None, Path("tidak-ada.p12")])
def test_a_missing_file_is_named(file: Path | None) -> None:
    with pytest.raises(SigningSetupError, match=r"^SIGNING_PKCS12_FILE "):
        open_pkcs12(file, PASSPHRASE, None)

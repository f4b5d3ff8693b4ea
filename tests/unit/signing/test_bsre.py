"""The client of the state's signing service, against a service that is as strict."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from provisioning.spec import Secret
from tests.unit.letters.samples import PERSETUJUAN
from tests.unit.signing.authority import OFFICE
from tests.unit.signing.bsre_service import NIK, PASSWORD, SECRET, USER, BsreStandIn
from workflows.letters.render import render
from workflows.signing.bsre import BsreService, SigningRefusedError, WrongPassphraseError
from workflows.signing.check import signatures
from workflows.signing.port import SigningDelayed

LETTER = render(PERSETUJUAN)


@pytest.fixture
async def stand_in(tmp_path: Path) -> BsreStandIn:
    return BsreStandIn(tmp_path)


@pytest.fixture
async def bsre(stand_in: BsreStandIn) -> AsyncIterator[BsreService]:
    async with TestServer(stand_in.app) as server:
        yield BsreService(url=str(server.make_url("/")), user=USER, password=SecretStr(PASSWORD))


async def test_a_letter_comes_back_signed(bsre: BsreService) -> None:
    (found,) = await signatures(await bsre.sign(LETTER, Secret(NIK), Secret(SECRET)), ())
    assert (found.signer, found.holds) == (OFFICE, True)


async def test_a_wrong_passphrase_is_told_from_all_else(bsre: BsreService) -> None:
    with pytest.raises(WrongPassphraseError):
        await bsre.sign(LETTER, Secret(NIK), Secret("salah"))


async def test_who_has_no_certificate_reads_the_services_own_words(bsre: BsreService, stand_in: BsreStandIn) -> None:
    with pytest.raises(SigningRefusedError, match="User tidak terdaftar"):
        await bsre.sign(LETTER, Secret("6473010101800002"), Secret(SECRET))
    with pytest.raises(SigningRefusedError, match="File bukan PDF"):
        await bsre.sign(b"halo", Secret(NIK), Secret(SECRET))
    assert stand_in.signed == 0


async def test_a_service_that_is_down_and_a_login_that_is_refused_make_the_letter_wait(
    bsre: BsreService, stand_in: BsreStandIn
) -> None:
    stranger = dataclasses.replace(bsre, password=SecretStr("lain"))
    with pytest.raises(SigningDelayed, match=r"tanda_tangan\.bsre_login"):
        await stranger.sign(LETTER, Secret(NIK), Secret(SECRET))
    stand_in.down = True
    with pytest.raises(SigningDelayed, match=r"tanda_tangan\.bsre_diam"):
        await bsre.sign(LETTER, Secret(NIK), Secret(SECRET))
    nowhere = dataclasses.replace(bsre, url="http://127.0.0.1:9")
    with pytest.raises(SigningDelayed, match=r"tanda_tangan\.bsre_diam") as told:
        await nowhere.sign(LETTER, Secret(NIK), Secret(SECRET))
    assert told.value.__cause__ is None


def test_the_password_is_in_no_printed_service() -> None:
    assert PASSWORD not in repr(BsreService(url="http://bsre", user=USER, password=SecretStr(PASSWORD)))

"""A letter that its signer signs by BSrE, without a chat: what dies in between, and what waits too long."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from tests.unit.signing.bsre_service import NIK, PASSWORD, SECRET, USER, BsreStandIn
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.correspondence import electronic, worker
from workflows.secrets import sealed
from workflows.signing.bsre import BsreService
from workflows.signing.port import Method
from workflows.store import cases, signings
from workflows.store.tables import Letter, Signing


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def stand_in(tmp_path: Path) -> BsreStandIn:
    return BsreStandIn(tmp_path)


@pytest.fixture
async def asked(desk: Desk, stand_in: BsreStandIn) -> AsyncIterator[Desk]:
    """An office whose Kepala has typed the passphrase for a Surat Balasan."""
    async with TestServer(stand_in.app) as server:
        service = BsreService(url=str(server.make_url("/")), user=USER, password=SecretStr(PASSWORD))
        office = dataclasses.replace(desk.office, signing=Method.BSRE, bsre=service)
        desk = dataclasses.replace(desk, office=office)
        await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")
        while await worker.make_next(office, desk.database):
            pass
        letter = await answer_of(desk)
        async with desk.database.write() as work:
            member = await desk.member(work, "kepala_dkisp")
            assert await electronic.begin(work, member, letter.id) == "nik"
            signing = await signing_of(work, letter.id)
            assert await electronic.typed(work, office, signing, NIK) == "tanda_tangan.sandi_tanya"
            assert await electronic.typed(work, office, signing, SECRET) == "tanda_tangan.berjalan"
        yield desk


async def answer_of(desk: Desk) -> Letter:
    async with desk.database.read() as work:
        return (await cases.letters(work, 1, "surat_balasan"))[0]


async def signing_of(work: Any, letter_id: int) -> Signing:
    found = await signings.get(work, letter_id)
    assert found is not None
    return found


async def test_who_dies_before_the_signed_letter_is_kept_asks_for_no_second_signature(
    asked: Desk, stand_in: BsreStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []
    keep = electronic._keep

    async def die_first(*args: Any) -> None:
        made.append(args[-1])
        if len(made) == 1:
            raise Died
        await keep(*args)

    monkeypatch.setattr(electronic, "_keep", die_first)
    with pytest.raises(Died):
        await electronic.sign_next(asked.office, asked.database)
    assert await electronic.sign_next(asked.office, asked.database)
    assert stand_in.signed == 1
    assert made[0] == made[1]
    letter = await answer_of(asked)
    async with asked.database.read() as work:
        paper = await cases.paper(work, letter.paper_id or 0)
    assert paper is not None
    assert await asked.office.files.read(paper.sha256) == made[0]


async def test_a_passphrase_waits_an_hour_for_a_service_that_is_down_and_is_then_destroyed(
    asked: Desk, stand_in: BsreStandIn
) -> None:
    stand_in.down = True
    assert not await electronic.sign_next(asked.office, asked.database)
    letter = await answer_of(asked)
    async with asked.database.read() as work:
        assert await sealed.is_kept(work, electronic.passphrase_of(letter.id))
    asked.clock.pass_time(minutes=61)
    assert await electronic.sign_next(asked.office, asked.database)
    async with asked.database.read() as work:
        assert not await sealed.is_kept(work, electronic.passphrase_of(letter.id))
        assert (await signing_of(work, letter.id)).asked == ""
    assert not await electronic.sign_next(asked.office, asked.database)


async def test_a_letter_that_the_service_answers_oddly_keeps_no_other_signer_waiting(
    asked: Desk, stand_in: BsreStandIn
) -> None:
    odd = await answer_of(asked)
    case = await ask(asked, subdomain="e-surat")
    await push(asked, await bring_to_decision(asked, case), "kepala_dkisp", "setujui")
    while await worker.make_next(asked.office, asked.database):
        pass
    asked.clock.pass_time(minutes=1)
    async with asked.database.write() as work:
        paper = await cases.paper(work, odd.original_id or 0)
        assert paper is not None
        stand_in.odd = await asked.office.files.read(paper.sha256)
        other = (await cases.letters(work, case.id, "surat_balasan"))[0]
        assert await electronic.begin(work, await asked.member(work, "kepala_dkisp"), other.id) == "passphrase"
        await electronic.typed(work, asked.office, await signing_of(work, other.id), SECRET)
    assert await electronic.sign_next(asked.office, asked.database)
    async with asked.database.read() as work:
        assert (await signing_of(work, other.id)).asked == "signed"
        assert (await signing_of(work, odd.id)).asked == "typed"


async def test_a_signer_the_service_does_not_know_is_asked_for_the_nik_anew(asked: Desk) -> None:
    letter = await answer_of(asked)
    async with asked.database.write() as work:
        signing = await signing_of(work, letter.id)
        signing.asked = "nik"
        await electronic.typed(work, asked.office, signing, "6473010101800002")
        await electronic.typed(work, asked.office, signing, SECRET)
    assert await electronic.sign_next(asked.office, asked.database)
    async with asked.database.write() as work:
        member = await asked.member(work, "kepala_dkisp")
        assert await electronic.begin(work, member, letter.id) == "nik"


async def test_an_odd_answer_is_not_asked_for_again_at_once_nor_its_passphrase_kept_longer(
    asked: Desk, stand_in: BsreStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, tries = await answer_of(asked), 0
    async with asked.database.read() as work:
        paper = await cases.paper(work, letter.original_id or 0)
    assert paper is not None
    stand_in.odd = await asked.office.files.read(paper.sha256)
    whole = electronic._whole

    async def counted(pdf: bytes) -> None:
        nonlocal tries
        tries += 1
        await whole(pdf)

    monkeypatch.setattr(electronic, "_whole", counted)
    for _ in range(59 * 4):
        await electronic.sign_next(asked.office, asked.database)
        asked.clock.pass_time(seconds=15)
    assert 10 <= tries <= 20, "after 1, 2, 4 minutes, then every five"
    asked.clock.pass_time(minutes=1, seconds=1)
    await electronic.sign_next(asked.office, asked.database)
    async with asked.database.read() as work:
        assert not await sealed.is_kept(work, electronic.passphrase_of(letter.id))

"""Letters that wait for a signature: who hears of it, when and how often; who signs in what way."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from bot.screens.cases.reminders import digest_screen
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from tests.unit.workflows.test_digest import told as digests
from workflows.clock.signatures import remind_of_signatures
from workflows.correspondence import unsigned, wet, worker
from workflows.refusal import Refused
from workflows.signing.port import TO_SIGN, Method
from workflows.store import cases, people, registers
from workflows.store.tables import Letter, OutboxMessage
from workflows.words import WITA

BAGIAN_UMUM, KEPALA = 1003, 1004
SCAN = {"sha256": "a" * 64, "name": "scan.pdf", "media_type": "application/pdf", "size": 3}


async def issued(desk: Desk, method: Method) -> Desk:
    """An office that signs so, with a Surat Balasan that waits since Tuesday, 10:00."""
    desk = dataclasses.replace(desk, office=dataclasses.replace(desk.office, signing=method))
    await push(desk, await bring_to_decision(desk, await ask(desk)), "kepala_dkisp", "setujui")
    return desk


async def made(desk: Desk) -> Desk:
    while await worker.make_next(desk.office, desk.database):
        pass
    return desk


async def leave_telegram(desk: Desk, who: str) -> None:
    async with desk.database.write() as work:
        (await people.by_id(work, desk.ids[who])).telegram_id = None


async def answer_of(desk: Desk) -> Letter:
    async with desk.database.read() as work:
        return (await cases.letters(work, 1, "surat_balasan"))[0]


async def at(desk: Desk, moment: str) -> list[int]:
    """Look (twice) at a moment of WITA; return the chats of the reminders that are new."""

    async def reminded() -> list[int]:
        query = select(OutboxMessage.chat_id).where(OutboxMessage.kind == "sign_reminder").order_by(OutboxMessage.id)
        async with desk.database.read() as work:
            return list(await work.session.scalars(query))

    before = await reminded()
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    for _ in range(2):
        await remind_of_signatures(desk.database)
    return (await reminded())[len(before) :]


async def test_who_has_a_letter_signed_is_reminded_after_one_working_day_and_after_three(desk: Desk) -> None:
    desk = await made(await issued(desk, Method.WET))
    assert await at(desk, "2026-11-25T09:59") == []
    assert await at(desk, "2026-11-25T10:00") == [BAGIAN_UMUM]
    assert await at(desk, "2026-11-27T09:59") == []
    assert await at(desk, "2026-11-27T21:00") == []  # nobody looked by day
    assert await at(desk, "2026-11-30T07:30") == [BAGIAN_UMUM]
    assert await at(desk, "2026-12-18T10:00") == []


async def test_nobody_is_reminded_of_what_was_signed_or_is_void(desk: Desk) -> None:
    desk = await issued(desk, Method.WET)
    second = await bring_to_decision(desk, await ask(desk, subdomain="lain"))
    await push(desk, second, "kepala_dkisp", "setujui")
    letter = await answer_of(await made(desk))
    async with desk.database.write() as work:
        await wet.keep_scan(work, await desk.member(work, "bagian_umum"), letter.id, SCAN)
        entry = await registers.of_case(work, "surat_keluar", second.id)
        assert entry is not None
        entry.voided_at = work.now
    assert await at(desk, "2026-11-30T10:00") == []
    async with desk.database.read() as work:
        assert await unsigned.of_member(work, await desk.member(work, "bagian_umum")) == []


async def test_a_scan_of_a_letter_that_nobody_could_print_yet_is_refused(desk: Desk) -> None:
    desk = await issued(desk, Method.WET)
    letter = await answer_of(desk)
    async with desk.database.write() as work:
        with pytest.raises(Refused) as refused:
            await wet.keep_scan(work, await desk.member(work, "bagian_umum"), letter.id, SCAN)
    assert refused.value.code == "letter_signed"


async def test_under_bsre_the_signer_is_reminded(desk: Desk) -> None:
    desk = await made(await issued(desk, Method.BSRE))
    assert await at(desk, "2026-11-25T10:00") == [KEPALA]


async def test_the_digest_of_the_morning_tells_of_letters_that_wait(desk: Desk) -> None:
    desk = await made(await issued(desk, Method.WET))
    assert BAGIAN_UMUM in await digests(desk, "2026-11-25T08:00")
    async with desk.database.read() as work:
        member = await desk.member(work, "bagian_umum")
        letters = await unsigned.of_member(work, member)
    screen = digest_screen("Rina", [], letters)
    assert "1 surat menunggu tanda tangan, yang paling lama sejak 24 November 2026" in screen.text
    assert "permohonan menunggu tindakan" not in screen.text
    (row,) = screen.keyboard.inline_keyboard  # type: ignore[union-attr]
    assert [button.text for button in row] == ["Menunggu tanda tangan"]


@pytest.mark.parametrize("method", [Method.NONE, Method.BSRE])
async def test_who_is_not_on_telegram_signs_by_hand_however_the_office_signs(desk: Desk, method: Method) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    desk = await issued(desk, method)
    assert (await answer_of(desk)).data[TO_SIGN] == Method.WET


async def test_the_offices_certificate_signs_for_whoever_decided(desk: Desk) -> None:
    await leave_telegram(desk, "kepala_dkisp")
    desk = await issued(desk, Method.PKCS12)
    assert TO_SIGN not in (await answer_of(desk)).data


async def test_bagian_umum_hears_of_a_signer_who_left_telegram_before_the_letter_was_made(desk: Desk) -> None:
    desk = await issued(desk, Method.BSRE)
    await leave_telegram(desk, "kepala_dkisp")
    await made(desk)
    async with desk.database.read() as work:
        rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.key.like("to_sign:%")))
        said = [(row.chat_id, row.params["text"], row.params["params"]["signer"]) for row in rows]
    assert said == [(BAGIAN_UMUM, "tanda_tangan.penanda_pergi", "Kepala Dkisp")]
    assert await at(desk, "2026-11-25T10:00") == [BAGIAN_UMUM]

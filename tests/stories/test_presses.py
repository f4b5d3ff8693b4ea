"""Presses that must do nothing: by the wrong person, forged, doubled, or on a card that is out of date."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.person import SandboxUser
from bot.sandbox.screen import ScreenMessage
from tests.stories import newcomers, play
from tests.stories.town import Town

FORGED = [
    "c1",
    "c1:1",
    "c1:1:setujui:1:1",
    "c1:-1:setujui:1",
    "c1:1:hapus_semua:1",
    "c1:999999999999999999:setujui:1",
    "c2:1:setujui:1",
    "k1:1:setujui:1",
    "f1:send:summary:",
    "f1:pick:jenis:exe",
    "f1:resume:-:",
    "n1:people",
    "n1:servers:1",
    "n1:log:1",
    "n1:found",
    "n1:case:99999999999999999999999999",
    "n1:case:999999",
    "n1:fresh_case",
    "n1:tasks:99999999999999999999999999",
    "d1:end_mandate:1",
    "d1:invite",
    "d1:opd_off:1",
    "sembarang",
    "💣",
    "c1:1:../../etc:1",
    "' OR 1=1 --",
]


@pytest.fixture(scope="module")
async def lina(office: Town) -> SandboxUser:
    return await newcomers.head_of_another_opd(office)


@pytest.fixture
async def case(office: Town) -> str:
    """A request that waits for Bagian Umum."""
    return await play.ask(office["kepala_opd"], f"e-tekan{len(await office['kepala_opd'].messages())}")


async def _card(person: SandboxUser, case: str, *words: str) -> ScreenMessage:
    return await person.wait_for(play.card(case, *words), since=0)


async def test_the_wrong_role_is_told_so(office: Town, case: str) -> None:
    card = await _card(office["bagian_umum"], case, "Langkah 2 dari 10")
    forward = play.labelled(card, "Agendakan")
    assert forward is not None
    before = office.steps_taken(case)
    for role in ("kepala_opd", "kepala_dkisp", "kabid", "engineer", "admin"):
        own = (await office[role].messages())[-1]
        own = next(m for m in reversed(await office[role].messages()) if m.from_bot) if not own.from_bot else own
        answer = await office[role].press_data(forward, own)
        assert "bukan wewenang Anda" in answer.text, role
    assert office.steps_taken(case) == before


async def test_another_opds_case_is_not_there_for_its_neighbour(office: Town, case: str, lina: SandboxUser) -> None:
    card = await _card(office["kepala_opd"], case)
    own = next(message for message in reversed(await lina.messages()) if message.from_bot)
    for label in ("Tarik permohonan", "Lihat permohonan"):
        data = play.labelled(card, label)
        assert data is not None
        answer = await lina.press_data(data, own)
        assert answer.text, label
    number = office.rows("SELECT id FROM cases WHERE number = ?", case)[0][0]
    for screen in ("case", "fresh_case"):
        await lina.press_data(f"n1:{screen}:{number}", own)
    await lina.send_command("permohonan")
    await lina.wait_for(lambda message: message.from_bot)
    assert [m.text for m in await lina.messages(deleted=True) if case in m.text or "e-Arsip" in m.text] == []
    assert office.steps_taken(case)[-1] == "case.kirim"


@pytest.mark.parametrize("data", FORGED)
async def test_a_forged_press_is_answered_and_does_nothing(office: Town, lina: SandboxUser, data: str) -> None:
    before = office.rows("SELECT count(*), max(sequence) FROM ledger")
    said = len(await lina.messages(deleted=True))
    own = next(message for message in reversed(await lina.messages()) if message.from_bot)
    answer = await lina.press_data(data, own)
    assert answer.elapsed_ms < 5_000
    assert office.rows("SELECT count(*), max(sequence) FROM ledger") == before
    await office.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'", 0)
    new = (await lina.messages(deleted=True))[said:]
    assert not any("HST" in message.text or "gangguan" in message.text for message in new)


async def test_pressed_twice_at_once_it_is_done_once(office: Town, case: str) -> None:
    head = office["kepala_opd"]
    await play.on_card(head, case, "Tarik permohonan")
    asked = await head.wait_for(
        lambda message: play.labelled(message, "Ya, tarik") is not None and case in message.text
    )
    yes = play.labelled(asked, "Ya, tarik")
    assert yes is not None
    answers = await asyncio.gather(*(head.press_data(yes, asked) for _ in range(5)))
    assert sum("ditarik." in answer.text for answer in answers) == 1
    assert office.steps_taken(case).count("case.tarik") == 1


async def test_two_people_at_once_one_of_them_is_told_who_was_first(office: Town, case: str) -> None:
    rina = await office.sandbox.add_person("Rina Wati", phone="+6281250009102")
    if not await rina.messages():
        link = await newcomers.invite(
            office, role="Bagian Umum", person="Rina Wati; 198808082012012001; +62 812 5000 9102"
        )
        await rina.open_link(link)
        await rina.tap("Bagikan nomor telepon saya")
        await rina.wait_for("terdaftar sebagai Bagian Umum")
    budi = office["bagian_umum"]
    await play.enter_in_agenda(budi, case)
    card = await _card(budi, case, "Nomor agenda")
    forward = play.labelled(card, "Teruskan ke Kepala")
    assert forward is not None
    hers = next(message for message in reversed(await rina.messages()) if message.from_bot)
    answers = await asyncio.gather(budi.press_data(forward, card), rina.press_data(forward, hers))
    assert office.steps_taken(case).count("case.teruskan") == 1
    assert sum("sudah diteruskan ke Kepala oleh" in answer.text for answer in answers) == 1


async def test_an_old_card_says_what_happened_since_and_is_brought_up_to_date(office: Town, case: str) -> None:
    clerk = office["bagian_umum"]
    await play.enter_in_agenda(clerk, case)
    old = await _card(clerk, case, "Nomor agenda")
    await clerk.press("Teruskan ke Kepala", message=old)
    await office["kepala_dkisp"].wait_for(play.card(case, "Langkah 3 dari 10"), since=0)
    answer = await clerk.press("Kembalikan ke OPD", message=old)
    assert f"sudah diteruskan ke Kepala oleh {clerk.name}" in answer.text
    assert "WITA" in answer.text
    shown = await _card(clerk, case, "Langkah 3 dari 10")
    assert "Agendakan" not in shown.labels


async def test_the_bot_never_stumbled(office: Town) -> None:
    assert office.bot.complaints() == []
    assert await office.undeclared_refusals() == []
    assert await office.ledger_fault() is None

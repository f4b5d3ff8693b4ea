"""SOP step 5 says no: the OPD gets reasons in writing, nothing else leaks, and may ask again from its old answers."""

from __future__ import annotations

import pytest

from tests.stories import play
from tests.stories.letters import words_of
from tests.stories.play import Tick
from tests.stories.town import Town

INSIDE = "Kapasitas kita sebenarnya cukup, tetapi aplikasinya rapuh."
REASON = "Aplikasi belum diuji keamanannya oleh pihak ketiga."


@pytest.fixture(scope="module")
async def refused(office: Town) -> str:
    """A request that the Kepala DKISP refused on the Kabid's recommendation; its number."""
    case = await play.ask(office["kepala_opd"], "e-surat", application="e-Surat")
    await play.register(office["bagian_umum"], case)
    await play.dispose(office["kepala_dkisp"], case)
    await play.recommend_refusal(office["kabid"], case, INSIDE)
    head = office["kepala_dkisp"]
    await play.on_card(head, case, "Tolak")
    await play.fill(head, [("alasan penolakan", REASON)], send="Lanjutkan")
    await play.sure(head, "Ya, tolak", names=case)
    return case


async def test_the_opd_is_told_why_on_its_card_and_by_letter(office: Town, refused: str) -> None:
    head = office["kepala_opd"]
    shown = await head.wait_for(play.card(refused, "Permohonan ditolak"), since=0)
    assert REASON in shown.text
    letter = await head.wait_for(
        lambda message: message.text.startswith("Surat Balasan") and refused in message.text, since=0
    )
    words = await words_of(head, letter)
    assert REASON in words
    assert "Dinas Pendidikan" in words


async def test_what_dkisp_said_among_itself_stays_inside(office: Town, refused: str) -> None:
    for role in ("kepala_opd", "tim_teknis"):
        for message in await office[role].messages(deleted=True):
            assert not any(INSIDE in version.text for version in message.versions), role
    await play.on_card(office["kepala_opd"], refused, "Lihat permohonan")
    await office["kepala_opd"].wait_for(lambda message: "Nama aplikasi: e-Surat" in message.text)
    names = [message.file.name for message in await office["kepala_opd"].messages() if message.file]
    assert [name for name in names if "isposisi" in name] == []


async def test_nobody_can_go_on_with_a_refused_request(office: Town, refused: str) -> None:
    for role in ("bagian_umum", "kepala_dkisp", "kabid", "sub_koordinator"):
        card = await office[role].wait_for(play.card(refused, "Permohonan ditolak"), since=0)
        assert card.labels == ("Lihat permohonan",), role


async def test_asking_again_starts_from_the_old_answers(office: Town, refused: str) -> None:
    head = office["kepala_opd"]
    await play.on_card(head, refused, "Ajukan ulang")
    summary = await head.wait_for(lambda message: play.SUMMARY in message.text)
    for answer in ("e-Surat", "Nomor surat: 500.12/123/DISDIK/XI/2026", "Subdomain: e-surat", "Siti Rahma"):
        assert answer in summary.text
    await head.press("Ubah", message=summary)
    await head.press("Kegunaan")
    await play.answer(head, "kegunaan aplikasi", "Surat menyurat dinas; telah diuji oleh BSSN.")
    again = await head.wait_for(lambda message: play.SUMMARY in message.text and "BSSN" in message.text)
    await head.press("Kirim permohonan", message=again)
    new = (await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None)).text[:13]
    assert new != refused
    await office["bagian_umum"].wait_for(play.card(new, "Langkah 2 dari 10"), since=0)
    await head.wait_for(play.card(refused, "Permohonan ditolak"), since=0)


async def test_several_reasons_may_be_ticked(office: Town) -> None:
    case = await play.ask(office["kepala_opd"], "e-kinerja", application="e-Kinerja")
    await play.register(office["bagian_umum"], case)
    await play.dispose(office["kepala_dkisp"], case)
    await play.recommend_refusal(office["kabid"], case, "Belum layak.")
    head = office["kepala_dkisp"]
    await play.on_card(head, case, "Tolak")
    ticked = ("Kapasitas server tidak mencukupi", "Layanan serupa sudah tersedia")
    await play.fill(head, [("alasan penolakan", Tick(ticked))], send="Lanjutkan")
    await play.sure(head, "Tidak")
    await office["kabid"].wait_for(play.card(case, "Langkah 5 dari 10"), since=0)
    await head.press("Lanjutkan")
    await play.sure(head, "Ya, tolak", names=case)
    shown = await office["kepala_opd"].wait_for(play.card(case, "Permohonan ditolak"), since=0)
    assert all(reason in shown.text for reason in ticked)

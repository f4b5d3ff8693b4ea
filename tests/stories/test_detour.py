"""A half-filled form is never lost: not to another command, nor to a bot that was stopped or killed meanwhile."""

from __future__ import annotations

from tests.stories import play
from tests.stories.town import Town


async def test_a_form_survives_a_detour_and_a_restart(office: Town) -> None:
    head = office["kepala_opd"]
    await play.start_request(head)
    answers = play.request("e-lanjut", application="e-Lanjut")
    for question, given in answers[:6]:
        await play.answer(head, question, given)
    await head.wait_for(play.asks("subdomain"))

    await head.send_command("permohonan")
    offer = await head.wait_for("belum selesai. Lanjutkan pengisian?")
    assert {"Lanjutkan", "Hentikan isian"} <= set(offer.labels)
    await head.press("Lanjutkan", message=offer)
    await head.wait_for(play.asks("subdomain"))

    assert await office.bot.stop() == 0
    await office.bot.start()
    await head.send_text("e-lanjut")
    for question, given in answers[7:]:
        await play.answer(head, question, given)

    await head.wait_for(lambda message: play.SUMMARY in message.text)
    await office.bot.kill()
    await office.bot.start()
    await head.send_command("menu")
    await head.press("Lanjutkan", message=await head.wait_for("Lanjutkan pengisian?"))
    summary = await head.wait_for(lambda message: play.SUMMARY in message.text)
    for answer in ("e-Lanjut", "e-lanjut", "500.12/123/DISDIK/XI/2026", "24 November 2026"):
        assert answer in summary.text
    await head.press("Kirim permohonan", message=summary)
    case = (await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None)).text[:13]
    await office["bagian_umum"].wait_for(play.card(case, "e-Lanjut"), since=0)


async def test_another_form_waits_until_it_is_said_what_becomes_of_the_first(office: Town) -> None:
    head = office["kepala_opd"]
    await play.start_request(head)
    await play.answer(head, "disampaikan", play.Tap("Buatkan surat"))
    await head.wait_for(play.asks("nomor surat"))
    await play.start_request(head)
    offer = await head.wait_for("Lanjutkan pengisian?")
    await head.press("Hentikan isian", message=offer)
    await head.wait_for("dihentikan")
    await head.send_text("500.12/123/DISDIK/XI/2026")
    await head.wait_for("tidak dikenali")

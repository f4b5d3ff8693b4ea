"""People playing the SOP in chat: each function is what one person types and presses, by the words they see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.sandbox.person import SandboxUser
from bot.sandbox.screen import ScreenMessage

Phones = Mapping[str, SandboxUser]
QUESTION = re.compile(r"· \d+/\d+\n")


async def ask(head: SandboxUser, *, subdomain: str, kind: str = "PHP", database: str = "Ya") -> None:
    """Fill the request in as the head of an OPD, letting the bot write the letter, and send it."""
    await head.send_command("menu")
    await head.press("Ajukan hosting")
    await head.press("Buatkan surat")
    await answer(head, "nomor surat", "500.12/123/DISDIK/XI/2026")
    await answer(head, "tanggal surat", "24 November 2026")
    await answer(head, "perihal", "Permohonan hosting aplikasi e-Arsip")
    await answer(head, "nama aplikasi", "e-Arsip")
    await answer(head, "kegunaan aplikasi", "Mengelola arsip surat dinas bagi seluruh pegawai.")
    await answer(head, "subdomain", subdomain)
    await head.press(kind)
    if kind == "PHP":
        await head.press("PHP 8.2")
    await pick(head, "basis data", database)
    await head.press("Kecil")
    await answer(head, "Tim Teknis", "Siti Rahma, S.Kom.; 199001012015012001; +6281250009003")
    await head.press("Saya memahami")
    await head.press("Kirim permohonan")


async def register(clerk: SandboxUser) -> None:
    """Put the letter into the agenda book and pass it on, as Bagian Umum."""
    await clerk.press("Agendakan")
    await clerk.press("Biasa")
    await pick(clerk, "klasifikasi", "500.12.3")
    await answer(clerk, "diterima", "24 November 2026")
    await clerk.press("Simpan agenda")
    await clerk.press("Teruskan ke Kepala")


async def dispose(head: SandboxUser) -> None:
    """Disposition the letter to the division, as the Kepala DKISP."""
    await head.press("Disposisikan")
    await several(head, "Diteruskan")  # the Kabid is ticked already
    await several(head, "Dengan hormat harap", "Proses lebih lanjut")
    await head.press("Lewati")
    await head.press("Kirim disposisi")


async def assess(kabid: SandboxUser, colleague: SandboxUser, *, server: str = "web-1") -> None:
    """Look at the servers, hear the Sub Koordinator, choose and recommend, as the Kabid."""
    await kabid.press("Data server")
    await kabid.wait_for("web-1")
    await kabid.press("Minta pendapat")
    await colleague.wait_for("dimintakan pendapat")
    await colleague.press("Setuju")
    await kabid.wait_for("diberi pendapat")
    await kabid.press("Pilih server")
    await kabid.press(server)
    await kabid.press("Kecil")
    await kabid.press("Cadangkan kapasitas")
    await kabid.press("Rekomendasikan disetujui")
    await kabid.press("Lewati")
    await kabid.press("Kirim rekomendasi")


async def approve(head: SandboxUser) -> None:
    """Approve, as the Kepala DKISP."""
    await head.press("Setujui")
    await head.press("Ya, setujui")


async def hand_over(kabid: SandboxUser) -> None:
    """Read the draft and issue it, as the Kabid."""
    await kabid.press("Pratinjau", timeout_s=60)
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")


async def answer(person: SandboxUser, question: str, text: str) -> None:
    """Type an answer once the question stands."""
    await person.wait_for(asks(question))
    await person.send_text(text)


async def pick(person: SandboxUser, question: str, label: str) -> None:
    """Press an answer once the question stands."""
    await person.press(label, message=await person.wait_for(asks(question)))


async def several(person: SandboxUser, question: str, *labels: str) -> None:
    """Tick answers and go on."""
    asked = await person.wait_for(asks(question))
    for label in labels:
        await person.press(label, message=asked)
    await person.press("Lanjut", message=asked)


def asks(words: str) -> Callable[[ScreenMessage], bool]:
    """Match a form's question ("… · 3/9") that holds these words, whatever the case."""
    return lambda message: (
        message.from_bot and QUESTION.search(message.text) is not None and words.casefold() in message.text.casefold()
    )


async def whole_case(phones: Phones, *, subdomain: str, kind: str = "PHP", database: str = "Ya") -> None:
    """Play a request from the first press to the last."""
    await ask(phones["kepala_opd"], subdomain=subdomain, kind=kind, database=database)
    await register(phones["bagian_umum"])
    await dispose(phones["kepala_dkisp"])
    await assess(phones["kabid"], phones["sub_koordinator"])
    await approve(phones["kepala_dkisp"])
    await hand_over(phones["kabid"])
    await phones["kepala_dkisp"].press("Nyatakan selesai", timeout_s=60)

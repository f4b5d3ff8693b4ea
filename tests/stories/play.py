"""People playing the SOP in chat: each function is what one person types and presses, by the words they see.

Nobody waits for the answer to a press here, only for what must appear next: so a story goes on where a bot dies
between doing something and saying so. The stories look at the end whether every press was answered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

from bot.sandbox.person import SandboxRefused, SandboxUser
from bot.sandbox.screen import Press, ScreenMessage

Phones = Mapping[str, SandboxUser]
HEAD = re.compile(r"· \d+/\d+$")
SUMMARY = "· Ringkasan"
NUMBER = re.compile(r"HST-\d{4}-\d{4}")
SURVEY = (
    ("kesesuaian persyaratan", "Sangat sesuai"),
    ("kemudahan prosedur", "Mudah"),
    ("kecepatan waktu", "Cepat"),
    ("kewajaran biaya", "Gratis"),
    ("kesesuaian layanan", "Sesuai"),
    ("kemampuan petugas", "Kompeten"),
    ("kesopanan", "Sopan"),
    ("penanganan pengaduan", "Dikelola dengan baik"),
    ("sarana dan prasarana", "Baik"),
)


@dataclasses.dataclass(frozen=True)
class Tap:
    """An answer that is pressed, by its label."""

    label: str


@dataclasses.dataclass(frozen=True)
class Tick:
    """Answers that are ticked, by their labels, before going on."""

    labels: tuple[str, ...] = ()


Answer = tuple[str, str | Tap | Tick]


def request(subdomain: str, *, kind: str = "PHP", database: str = "Ya", **changed: str) -> list[Answer]:
    """Return the answers to a request, the letter to be written by the bot."""
    static = kind != "PHP"
    return [
        ("disampaikan", Tap("Buatkan surat")),
        ("nomor surat", changed.get("number", "500.12/123/DISDIK/XI/2026")),
        ("surat permohonan dibuat", "24 November 2026"),
        ("perihal", changed.get("subject", "Permohonan hosting aplikasi e-Arsip")),
        ("nama aplikasi", changed.get("application", "e-Arsip")),
        ("kegunaan aplikasi", changed.get("purpose", "Mengelola arsip surat dinas bagi seluruh pegawai.")),
        ("subdomain", subdomain),
        ("jenis aplikasi", Tap(kind)),
        *([] if static else [("versi php", Tap("PHP 8.2"))]),
        ("basis data", Tap(database)),
        ("paket", Tap("Kecil")),
        ("tim teknis", "Siti Rahma, S.Kom.; 199001012015012001; +6281250009003"),
        ("bertanggung jawab", Tap("Saya memahami")),
    ]


async def start_request(head: SandboxUser) -> None:
    """Open the form of a request from the menu."""
    await head.send_command("menu")
    menu = await head.wait_for(lambda message: message.button("Ajukan hosting") is not None)
    await head.press("Ajukan hosting", message=menu, wait=False)


async def ask(head: SandboxUser, subdomain: str, *, kind: str = "PHP", database: str = "Ya", **changed: str) -> str:
    """Fill the request in as the head of an OPD and send it; return the case's number."""
    await start_request(head)
    await fill(head, request(subdomain, kind=kind, database=database, **changed), send="Kirim permohonan")
    sent = await head.wait_for(lambda message: NUMBER.match(message.text) is not None)
    return sent.text[:13]


async def register(clerk: SandboxUser, case: str) -> None:
    """Put the letter into the agenda book and pass it on, as Bagian Umum."""
    await enter_in_agenda(clerk, case)
    await on_card(clerk, case, "Teruskan ke Kepala")


async def enter_in_agenda(clerk: SandboxUser, case: str) -> None:
    """Put the letter into the agenda book, as Bagian Umum."""
    await on_card(clerk, case, "Agendakan")
    answers: list[Answer] = [
        ("sifat", Tap("Biasa")),
        ("diterima", "24 November 2026"),
    ]
    await fill(clerk, answers, send="Simpan agenda")


async def dispose(head: SandboxUser, case: str) -> None:
    """Disposition the letter to the division, as the Kepala DKISP."""
    await on_card(head, case, "Disposisikan")
    answers: list[Answer] = [
        ("Dengan hormat harap", Tick(("Proses lebih lanjut",))),
    ]
    await fill(head, answers, send="Kirim disposisi")


async def assess(kabid: SandboxUser, colleague: SandboxUser, case: str, *, server: str) -> None:
    """Look at the servers, hear the Sub Koordinator, choose and recommend, as the Kabid."""
    await on_card(kabid, case, "Data server")
    await kabid.wait_for(lambda message: server in message.text and "Memori" in message.text)
    await on_card(kabid, case, "Minta pendapat")
    await colleague.wait_for(card(case, "dimintakan pendapat"), since=0)
    await on_card(colleague, case, "Setuju")
    await kabid.wait_for(card(case, "diberi pendapat"), since=0)
    await choose(kabid, case, server=server)
    await on_card(kabid, case, "Rekomendasikan disetujui")
    await fill(kabid, [], send="Kirim rekomendasi")


async def choose(kabid: SandboxUser, case: str, *, server: str) -> None:
    """Reserve the capacity on a server."""
    await on_card(kabid, case, "Pilih server")
    await fill(kabid, [("server mana", Tap(server)), ("paket", Tap("Kecil"))], send="Cadangkan kapasitas")


async def recommend_refusal(kabid: SandboxUser, case: str, reason: str) -> None:
    """Recommend that the request be refused, as the Kabid."""
    await on_card(kabid, case, "Rekomendasikan ditolak")
    await fill(kabid, [("alasan", reason)], send="Kirim rekomendasi")


async def approve(head: SandboxUser, case: str) -> None:
    """Approve, as the Kepala DKISP."""
    await surely(head, case, "Setujui", "Ya, setujui")


async def hand_over(kabid: SandboxUser, case: str) -> None:
    """Read the draft and issue it, as the Kabid."""
    await on_card(kabid, case, "Pratinjau", timeout_s=60)
    await kabid.wait_for_file()
    await surely(kabid, case, "Terbitkan dan kirim", "Ya, terbitkan")


async def finish(head: SandboxUser, case: str) -> None:
    """Declare the work done, as the Kepala DKISP."""
    await on_card(head, case, "Nyatakan selesai", timeout_s=60)
    await head.wait_for(card(case, "Pekerjaan selesai", "dinyatakan selesai"))


async def rate(head: SandboxUser, case: str) -> None:
    """Fill the survey in, as the head of the OPD."""
    await on_card(head, case, "Isi survei")
    await fill(head, [(question, Tap(mark)) for question, mark in SURVEY], send="Kirim survei")


async def to_the_decision(phones: Phones, case: str, *, server: str) -> None:
    """Play steps 2 to 4."""
    await register(phones["bagian_umum"], case)
    await dispose(phones["kepala_dkisp"], case)
    await assess(phones["kabid"], phones["sub_koordinator"], case, server=server)


async def whole_case(phones: Phones, subdomain: str, *, server: str, kind: str = "PHP", database: str = "Ya") -> str:
    """Play a request from the first press to the last; return its number."""
    case = await ask(phones["kepala_opd"], subdomain, kind=kind, database=database)
    await to_the_decision(phones, case, server=server)
    await approve(phones["kepala_dkisp"], case)
    await hand_over(phones["kabid"], case)
    await finish(phones["kepala_dkisp"], case)
    return case


# How anybody finds a question, a card and a button


async def on_card(person: SandboxUser, case: str, label: str, *, timeout_s: float | None = None) -> Press:
    """Press a button on the newest card of that case, once it is there; where it gives way to a newer one, on that."""
    shown = await person.wait_for(
        lambda message: message.text.startswith(case) and labelled(message, label) is not None,
        since=0,
        timeout_s=timeout_s,
    )
    data = labelled(shown, label)
    assert data is not None
    try:
        return await person.press_data(data, shown, wait=False)
    except SandboxRefused:
        if shown.id in {message.id for message in await person.messages()}:
            raise
        return await on_card(person, case, label, timeout_s=timeout_s)


def labelled(message: ScreenMessage, label: str) -> str | None:
    """Return the data of the button that says exactly this, but for an emoji: "Setuju", not "Setuju dengan catatan"."""
    plain = ((re.sub(r"^[^\w]+|[^\w]+$", "", button.text), button.data) for button in message.buttons)
    return next((data for text, data in plain if text == label), None)


async def surely(person: SandboxUser, case: str, label: str, yes: str) -> None:
    """Press what cannot be undone, and say yes when asked once more."""
    await on_card(person, case, label)
    await on_card(person, case, yes)


async def sure(person: SandboxUser, label: str, *, names: str = "") -> None:
    """Answer the question that a form asks once more before it is sent; it must name what will happen."""
    asked = await person.wait_for(lambda message: labelled(message, label) is not None and names in message.text)
    await person.press(label, message=asked, wait=False)


async def fill(person: SandboxUser, answers: list[Answer], *, send: str) -> None:
    """Answer each question as it stands, and send what the summary shows."""
    for question, given in answers:
        await answer(person, question, given)
    summary = await person.wait_for(lambda message: SUMMARY in message.text and message.button(send) is not None)
    await person.press(send, message=summary, wait=False)


async def answer(person: SandboxUser, question: str, given: str | Tap | Tick) -> None:
    """Answer one question once it stands."""
    asked = await person.wait_for(asks(question))
    if isinstance(given, str):
        await person.send_text(given)
        return
    for label in given.labels if isinstance(given, Tick) else (given.label,):
        await person.press(label, message=asked, wait=False)
    if isinstance(given, Tick):
        await person.press("Lanjut", message=asked, wait=False)


def asks(words: str) -> Callable[[ScreenMessage], bool]:
    """Match a form's question ("Title · 3/9", then the question) that holds these words, whatever the case."""

    def matches(message: ScreenMessage) -> bool:
        title, _, question = message.text.partition("\n")
        return message.from_bot and HEAD.search(title) is not None and words.casefold() in question.casefold()

    return matches


def card(case: str, *words: str) -> Callable[[ScreenMessage], bool]:
    """Match the card of a case that says all these words."""
    return lambda message: message.text.startswith(case) and all(word in message.text for word in words)

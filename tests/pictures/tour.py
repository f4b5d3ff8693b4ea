"""The README's pictures: one case played in the demo, with a stop wherever something is worth seeing."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.sandbox.person import SandboxUser
from tests.pictures.camera import Camera
from tests.stories import play

LETTERS = {
    "Lembar-Disposisi": "lembar_disposisi",
    "Surat-Balasan": "surat_balasan",
    "Laporan-Pelaksanaan": "laporan_pelaksanaan",
}


async def tour(phones: Mapping[str, SandboxUser], camera: Camera, folder: Path) -> None:
    """Play one case from the first press to the credentials, and take its pictures."""
    await _inviting(phones["admin"], camera)
    case = await _asking(phones, camera)
    await _deciding(phones, camera, case)
    await _handing_over(phones, camera, case)
    await _afterwards(phones["kepala_opd"], camera)
    await _letters(phones.values(), folder)


async def _inviting(admin: SandboxUser, camera: Camera) -> None:
    await admin.send_command("menu")
    await admin.press("Undang orang")
    answers: list[play.Answer] = [
        ("sebagai apa", play.Tap("Engineer")),
        ("siapa yang diundang", "Nur Aini, S.Kom.; 199501012020122001; +62 812 5000 9009"),
    ]
    await play.fill(admin, answers, send="Buat undangan")
    await admin.wait_for("satu kali pakai")
    await camera.phone(admin, "invitation")


async def _asking(phones: Mapping[str, SandboxUser], camera: Camera) -> str:
    head, answers = phones["kepala_opd"], play.request("e-arsip")
    await play.start_request(head)
    for question, given in answers[:7]:
        await play.answer(head, question, given)
    await head.wait_for(play.asks("jenis aplikasi"))
    await camera.phone(head, "form")
    await play.fill(head, answers[7:], send="Kirim permohonan")
    case = (await head.wait_for(lambda message: play.NUMBER.match(message.text) is not None)).text[:13]
    await phones["bagian_umum"].wait_for(play.card(case, "Langkah 2 dari 10"), since=0)
    await camera.phone(phones["bagian_umum"], "register")
    return case


async def _deciding(phones: Mapping[str, SandboxUser], camera: Camera, case: str) -> None:
    kabid, leader = phones["kabid"], phones["kepala_dkisp"]
    await play.register(phones["bagian_umum"], case)
    await play.dispose(leader, case)
    await phones["sub_koordinator"].wait_for(play.card(case, "Langkah 4 dari 10"), since=0)
    await camera.phone(phones["sub_koordinator"], "opinion")
    await play.on_card(kabid, case, "Data server")
    await kabid.wait_for(lambda message: "Memori" in message.text)
    await camera.phone(kabid, "servers")
    await play.assess(kabid, phones["sub_koordinator"], case, server="web-1")
    await leader.wait_for(play.card(case, "Rekomendasi Kabid: agar disetujui"), since=0)
    await camera.phone(leader, "decision")
    await camera.desk("overview")


async def _handing_over(phones: Mapping[str, SandboxUser], camera: Camera, case: str) -> None:
    head, kabid, leader = phones["kepala_opd"], phones["kabid"], phones["kepala_dkisp"]
    await play.approve(leader, case)
    await play.hand_over(kabid, case)
    await play.on_card(kabid, case, "Lihat permohonan")
    await kabid.wait_for(lambda message: message.file is not None and message.file.name.startswith("Lembar"))
    await play.finish(leader, case)
    await play.surely(head, case, "Tampilkan kredensial", "Ya, tampilkan")
    await head.wait_for("Kata sandi")
    await camera.phone(head, "credentials", dark=True)


async def _afterwards(head: SandboxUser, camera: Camera) -> None:
    await head.send_command("hosting")  # an OPD with one hosting sees its card
    await head.wait_for("Keadaan: aktif")
    await camera.phone(head, "hosting")


async def _letters(people: Iterable[SandboxUser], folder: Path) -> None:
    """Make pictures of the first page of each kind of letter that anybody received."""
    for person in people:
        for message in await person.messages():
            file = message.file
            name = next((LETTERS[stem] for stem in LETTERS if file and file.name.startswith(stem)), None)
            if name is not None:
                await asyncio.to_thread(_first_page, await person.download(message), folder / name)


def _first_page(pdf: bytes, target: Path) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", "-singlefile", file.name, str(target)]
        subprocess.run(command, check=True)

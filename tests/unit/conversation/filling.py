"""How people fill in the forms of the hosting SOP, for stories that are about something else."""

from __future__ import annotations

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage

TEAM = "Budi Santoso; 198001012005011002; 0812 3450 0002"


async def fill_request(person: SandboxUser, *, subdomain: str = "e-arsip", begun: bool = False) -> ScreenMessage:
    """Answer every question of the request up to the summary; return it. `begun`: its first is on the screen."""
    if not begun:
        await person.send_command("menu")
        await person.press("Ajukan hosting")
    await person.press("Buatkan surat")
    await person.wait_for("nomor surat")
    await person.press("Lewati")
    await person.press("Hari ini")
    for question, answer in (
        ("perihal", "Permohonan hosting e-Arsip"),
        ("nama aplikasi", "e-Arsip"),
        ("kegunaan", "Mengelola arsip surat dinas bagi seluruh pegawai."),
        ("(subdomain)", subdomain),
    ):
        await person.wait_for(question)
        await person.send_text(answer)
    await person.press("PHP")
    await person.press("PHP 8.3")
    await person.press("Ya")
    await person.press("Kecil: 1 GB, basis data 512 MB")
    await person.wait_for("Tim Teknis")
    await person.send_text(TEAM)
    await person.press("Saya memahami dan bertanggung jawab")
    return await person.wait_for("Ringkasan")

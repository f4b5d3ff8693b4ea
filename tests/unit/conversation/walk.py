"""The steps of the SOP as their people press them; stories begin where they like."""

from __future__ import annotations

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town

SMALL = "Kecil: 1 GB, basis data 512 MB"


async def ask(town: Town, *, subdomain: str = "e-arsip") -> None:
    """Step 1: the head sends the request."""
    await fill_request(town["kepala_opd"], subdomain=subdomain)
    await town["kepala_opd"].press("Kirim permohonan")
    await town["kepala_opd"].wait_for("Langkah 2 dari 10")


async def enter(town: Town) -> None:
    """Step 2: Bagian Umum enters the letter and hands it on."""
    umum = town["bagian_umum"]
    await umum.press("Agendakan")
    await umum.press("Penting")
    await umum.press("Hari ini")
    await umum.press("Simpan agenda")
    await umum.wait_for("Nomor agenda: 1")
    await umum.press("Teruskan ke Kepala")


async def dispose(town: Town) -> None:
    """Step 3: the head of DKISP passes it to the Bidang."""
    kepala = town["kepala_dkisp"]
    await kepala.press("Disposisikan")
    await kepala.press("Proses lebih lanjut")
    await kepala.press("Lanjut")
    await kepala.press("Kirim disposisi")
    await kepala.wait_for("Langkah 4 dari 10")


async def choose_server(town: Town) -> None:
    """Step 4: the Kabid reserves capacity."""
    kabid = town["kabid"]
    await kabid.press("Pilih server")
    await kabid.press("Server web 1")
    await kabid.press(SMALL)
    await kabid.press("Cadangkan kapasitas")
    await kabid.wait_for("Server dipilih: Server web 1")


async def recommend(town: Town) -> None:
    """Step 4: the Kabid recommends."""
    kabid = town["kabid"]
    await kabid.press("Rekomendasikan disetujui")
    await kabid.press("Kirim rekomendasi")
    await town["kepala_dkisp"].wait_for("Rekomendasi Kabid: agar disetujui", since=0)


async def approve(town: Town) -> None:
    """Step 5: the head of DKISP decides."""
    await town["kepala_dkisp"].press("Setujui")
    await town["kepala_dkisp"].press("Ya, setujui")


async def until_decision(town: Town) -> None:
    """Everything before step 5."""
    await ask(town)
    await enter(town)
    await dispose(town)
    await choose_server(town)
    await recommend(town)

"""A letter becomes a hosting: every person of the SOP at their own phone."""

from __future__ import annotations

from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town


async def test_a_case_goes_through_all_ten_steps(town: Town) -> None:
    head, umum, kepala = town["kepala_opd"], town["bagian_umum"], town["kepala_dkisp"]
    kabid, sub = town["kabid"], town["sub_koordinator"]

    await fill_request(head)
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 10")

    await umum.press("Agendakan")
    await umum.press("Penting")
    await umum.press("500.12.3")
    await umum.press("Hari ini")
    await umum.press("Simpan agenda")
    await umum.wait_for("Nomor agenda: 1")
    await umum.press("Pratinjau disposisi")
    assert (await umum.wait_for_file()).text.startswith("Pratinjau")
    await umum.press("Teruskan ke Kepala")

    await kepala.press("Disposisikan")
    await kepala.press("Lanjut")
    await kepala.press("Proses lebih lanjut")
    await kepala.press("Lanjut")
    await kepala.press("Lewati")
    await kepala.press("Kirim disposisi")
    await kepala.wait_for("Langkah 4 dari 10")

    await kabid.press("Data server")
    data = await kabid.wait_for("Data server")
    assert "web-1" in data.text
    await kabid.press("Minta pendapat")
    await sub.wait_for("dimintakan pendapat", since=0)
    await sub.press("Setuju dengan catatan")
    await sub.wait_for("Apa catatan Anda")
    await sub.send_text("Gunakan paket kecil terlebih dahulu.")
    await sub.press("Kirim pendapat")
    await kabid.wait_for("Pendapat Joko Susilo: Setuju dengan catatan")
    await kabid.press("Pilih server")
    await kabid.press("web-1")
    await kabid.press("Kecil: berkas 1 GB, basis data 512 MB, 10 Mbit/detik")
    await kabid.press("Cadangkan kapasitas")
    await kabid.press("Lihat rencana")
    await kabid.wait_for("Rencana pada server")
    await kabid.press("Rekomendasikan disetujui")
    await kabid.press("Lewati")
    await kabid.press("Kirim rekomendasi")

    await kepala.wait_for("Rekomendasi: Disetujui", since=0)
    await kepala.press("Setujui")
    question = await kepala.wait_for("akan disetujui")
    assert "Dinas Kesehatan" in question.text
    await kepala.press("Ya, setujui")
    assert (await head.wait_for_file(since=0)).text.startswith("Surat Balasan")

    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Pratinjau")
    await kabid.wait_for_file()
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")

    await head.wait_for("Langkah 10 dari 10", since=0)
    await head.press("Tampilkan kredensial")
    login = await head.wait_for("Kata sandi")
    assert login.protected
    await head.press("Sudah saya terima")

    await kepala.wait_for("Terakhir diterima", since=0)
    await kepala.press("Nyatakan selesai")
    await kepala.wait_for("Pekerjaan selesai")
    await head.press("Isi survei")
    for answer in (
        "Sangat sesuai",
        "Mudah",
        "Cepat",
        "Gratis",
        "Sesuai",
        "Kompeten",
        "Sopan",
        "Dikelola dengan baik",
        "Baik",
    ):
        await head.press(answer)
    await head.press("Kirim survei")
    await head.send_command("hosting")
    await head.wait_for("https://e-arsip.tarakankota.go.id")
    assert await town.sandbox.unanswered() == []
    assert await town.refusals() == []

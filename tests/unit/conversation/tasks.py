"""The tasks of everybody's day, as who knows the bot does them; in an order in which one makes the next possible."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from bot.sandbox.client import SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town, failure

LARGE = "Besar: 5 GB, basis data 2 GB"
SURVEY = ("Sangat sesuai", "Mudah", "Cepat", "Gratis", "Sesuai", "Kompeten", "Sopan", "Dikelola dengan baik", "Baik")


@dataclasses.dataclass(frozen=True)
class Task:
    """What one person wants done. `needs`: the answers that only they can give, and each decision of theirs."""

    role: str
    title: str
    needs: int
    why: str
    does: Callable[[Town, SandboxUser], Awaitable[None]]
    before: Callable[[Town], Awaitable[None]] | None = None  # what must have happened, and is not theirs


async def _ask(_town: Town, head: SandboxUser) -> None:
    await fill_request(head)
    await head.press("Kirim permohonan")


async def _enter(town: Town, _umum: SandboxUser) -> None:
    await walk.enter(town)


async def _dispose(town: Town, _kepala: SandboxUser) -> None:
    await walk.dispose(town)


async def _agree(_town: Town, sub: SandboxUser) -> None:
    await sub.press("Setuju")


async def _assess(town: Town, kabid: SandboxUser) -> None:
    await kabid.press("Data server")
    await kabid.wait_for("Kebutuhan permohonan")
    await walk.choose_server(town)
    await walk.recommend(town)


async def _approve(town: Town, _kepala: SandboxUser) -> None:
    await walk.approve(town)


async def _try_again(town: Town, engineer: SandboxUser) -> None:
    await engineer.press("Coba lagi", message=await engineer.wait_for("Pembuatan hosting gagal", since=0))
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)


async def _issue(_town: Town, kabid: SandboxUser) -> None:
    await kabid.press("Pratinjau")
    await kabid.wait_for_file()
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")


async def _receive(_town: Town, head: SandboxUser) -> None:
    await head.press("Tampilkan kredensial")
    await head.press("Ya, tampilkan")
    await head.wait_for("Kata sandi")
    await head.press("Sudah saya terima")


async def _finish(_town: Town, kepala: SandboxUser) -> None:
    await kepala.press("Nyatakan selesai")


async def _rate(_town: Town, head: SandboxUser) -> None:
    await head.press("Isi survei")
    for answer in SURVEY:
        await head.press(answer)
    await head.press("Kirim survei")


async def _look(_town: Town, head: SandboxUser) -> None:
    await head.send_command("hosting")
    await head.wait_for("Keadaan: aktif")


async def _change_password(_town: Town, team: SandboxUser) -> None:
    await team.send_command("hosting")
    await team.press("Akses")
    await team.press("Ganti kata sandi")
    await team.press("SFTP", message=await team.wait_for("Kata sandi mana"))
    await team.press("Ganti kata sandi", message=await team.wait_for("Yang diganti"))
    await team.press("Ya, ganti")
    await team.press("Tampilkan kredensial", message=await team.wait_for("sudah diganti"))
    await team.press("Ya, tampilkan")


async def _read_log(_town: Town, team: SandboxUser) -> None:
    await team.send_command("hosting")
    await team.press("Laporan", message=await team.wait_for("Keadaan: aktif"))
    await team.press("Log situs")
    await team.press("Kesalahan PHP")


async def _larger(_town: Town, head: SandboxUser) -> None:
    await head.send_command("hosting")
    await head.press("Layanan", message=await head.wait_for("Keadaan: aktif"))
    await head.press("Ubah paket")
    await head.press(LARGE)
    await head.wait_for("Apa alasannya?")
    await head.send_text("Arsip tahun 2026 memerlukan ruang lebih besar.")
    await head.press("Kirim permohonan")


async def _decide_larger(_town: Town, kabid: SandboxUser) -> None:
    await kabid.press("Setujui", message=await kabid.wait_for("Langkah 2 dari 3", since=0))
    await kabid.press("Ya, setujui")


async def _suspend(_town: Town, engineer: SandboxUser) -> None:
    await engineer.send_command("hosting")
    await engineer.press("e-arsip.tarakankota.go.id")
    await engineer.press("Tangguhkan")
    await engineer.send_text("Situs disisipi halaman judi.")
    await engineer.press("Lewati")
    await engineer.press("Tangguhkan", message=await engineer.wait_for("Ringkasan"))
    await engineer.press("Ya, tangguhkan")


async def _write_down(_town: Town, umum: SandboxUser) -> None:
    await umum.send_command("menu")
    await umum.press("Buku agenda")
    await umum.press("Surat masuk")
    await umum.press("Catat surat masuk")
    await umum.press("Hari ini")
    await umum.wait_for("Dari mana surat ini")
    await umum.send_text("Sekretariat Daerah")
    await umum.wait_for("Berapa nomor surat")
    await umum.send_text("800/12/SETDA/XI/2026")
    await umum.wait_for("Tanggal berapa surat")
    await umum.press("Hari ini")
    await umum.wait_for("Apa perihal surat")
    await umum.send_text("Undangan rapat koordinasi")
    await umum.press("Simpan", message=await umum.wait_for("Ringkasan"))


async def _read_report(_town: Town, kepala: SandboxUser) -> None:
    await kepala.send_command("menu")
    await kepala.press("Laporan")
    await kepala.wait_for("Laporan kinerja")


async def _find(_town: Town, sub: SandboxUser) -> None:
    await sub.send_command("cari", "arsip")
    await sub.wait_for("Ditemukan 2 permohonan")


async def _invite(_town: Town, admin: SandboxUser) -> None:
    await admin.send_command("menu")
    await admin.press("Undang orang")
    await admin.press("Bagian Umum", message=await admin.wait_for("Sebagai apa orang ini diundang"))
    await admin.wait_for("Siapa yang diundang")
    await admin.send_text("Hasan Basri; 198505052010011001; 0812 9999 0001")
    await admin.press("Buat undangan")


async def _a_build_that_fails(town: Town) -> None:
    town.fleet.failures.append(failure())


TASKS = (
    Task("kepala_opd", "Mengajukan hosting (surat dibuatkan)", 13, "12 jawaban, kirim", _ask),
    Task("bagian_umum", "Mengagendakan surat, meneruskannya", 3, "sifat, tanggal terima, teruskan", _enter),
    Task("kepala_dkisp", "Mendisposisikan", 2, "arahan, kirim", _dispose),
    Task("sub_koordinator", "Memberi pendapat", 1, "setuju", _agree),
    Task("kabid", "Mengkaji, memilih server, merekomendasikan", 4, "lihat data, server, paket, rekomendasi", _assess),
    Task("kepala_dkisp", "Menyetujui", 2, "setujui, ditanya sekali lagi", _approve, _a_build_that_fails),
    Task("engineer", "Mengulang pembuatan yang gagal", 1, "coba lagi", _try_again),
    Task("kabid", "Memeriksa dan menerbitkan surat", 3, "pratinjau, terbitkan, ditanya sekali lagi", _issue),
    Task("kepala_opd", "Menerima kredensial", 3, "tampilkan, ditanya sekali lagi, terima", _receive),
    Task("kepala_dkisp", "Menyatakan selesai", 1, "nyatakan", _finish),
    Task("kepala_opd", "Mengisi survei", 10, "9 jawaban, kirim", _rate),
    Task("kepala_opd", "Melihat keadaan hosting", 1, "buka", _look),
    Task(
        "tim_teknis",
        "Mengganti kata sandi SFTP dan melihatnya",
        5,
        "yang mana; ganti, tampilkan, keduanya ditanya sekali lagi",
        _change_password,
    ),
    Task("tim_teknis", "Membaca log galat", 2, "hosting mana, log mana", _read_log),
    Task("kepala_opd", "Meminta paket lebih besar", 3, "paket, alasan, kirim", _larger),
    Task("kabid", "Memutuskan perubahan", 2, "setujui, ditanya sekali lagi", _decide_larger),
    Task("engineer", "Menangguhkan hosting", 4, "hosting mana, alasan, tinjauan, ditanya sekali lagi", _suspend),
    Task("bagian_umum", "Mencatat surat masuk lain", 6, "5 jawaban, simpan", _write_down),
    Task("kepala_dkisp", "Membaca laporan bulan ini", 1, "buka", _read_report),
    Task("sub_koordinator", "Mencari permohonan", 1, "kata yang dicari", _find),
    Task("admin", "Mengundang orang", 3, "sebagai apa, siapa, buat", _invite),
)

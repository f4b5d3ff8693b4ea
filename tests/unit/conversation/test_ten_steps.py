"""A letter becomes a hosting: every person of the SOP at their own phone."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import cast

import pytest

from bot.inbound.cases import prepare_case
from tests.unit.conversation import walk
from tests.unit.conversation.filling import fill_request
from tests.unit.conversation.town import Town, failure
from workflows import servers
from workflows.engine.description import Sop, Step
from workflows.letters.form import Letter
from workflows.letters.render import render
from workflows.people import members
from workflows.store import cases, hostings, people

SURVEY = ("Sangat sesuai", "Mudah", "Cepat", "Gratis", "Sesuai", "Kompeten", "Sopan", "Dikelola dengan baik", "Baik")


async def test_a_case_goes_through_all_ten_steps(town: Town) -> None:
    head, kepala, kabid = town["kepala_opd"], town["kepala_dkisp"], town["kabid"]
    await walk.until_decision(town)
    await walk.approve(town)
    await head.wait_for(lambda message: message.file is not None and message.text.startswith("Surat Balasan"), since=0)

    await kabid.wait_for("Langkah 7 dari 10", since=0)
    await kabid.press("Pratinjau")
    assert (await kabid.wait_for_file()).text.startswith("Pratinjau")
    await kabid.press("Terbitkan dan kirim")
    await kabid.press("Ya, terbitkan")

    await head.wait_for("Langkah 10 dari 10", since=0)
    await head.press("Tampilkan kredensial")
    await head.press("Ya, tampilkan")
    login = await head.wait_for("Kata sandi")
    assert login.protected
    await head.press("Sudah saya terima")

    await kepala.wait_for("Terakhir diterima", since=0)
    await kepala.press("Nyatakan selesai")
    await kepala.wait_for("Pekerjaan selesai")
    await head.press("Isi survei")
    for answer in SURVEY:
        await head.press(answer)
    await head.press("Kirim survei")
    await head.send_command("permohonan")
    await head.press("HST-2026-0001")
    closed = await head.wait_for("Langkah 10 dari 10")
    assert closed.button("Tampilkan kredensial") is None, "they were shown"
    await head.send_command("hosting")
    await head.wait_for("https://e-arsip.tarakankota.go.id")


async def test_a_letter_that_is_drawn_for_a_look_keeps_nobody_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def slowly(draft: Letter) -> bytes:
        begun.set()
        assert goes_on.wait(60)
        return render(draft)

    monkeypatch.setattr(prepare_case, "render", slowly)
    kabid = town["kabid"]
    await walk.until_decision(town)
    await walk.approve(town)
    await kabid.wait_for("Langkah 7 dari 10", since=0)
    press = asyncio.create_task(kabid.press("Pratinjau"))
    try:
        assert await asyncio.to_thread(begun.wait, 60)
        async with asyncio.timeout(10), town.app.database.write() as work:
            await work.lock_record()
    finally:
        goes_on.set()
    await press
    assert (await kabid.wait_for_file()).text.startswith("Pratinjau")


async def test_the_assessment_shows_servers_opinions_and_plan(town: Town) -> None:
    kabid, sub, head = town["kabid"], town["sub_koordinator"], town["kepala_opd"]
    await walk.ask(town)
    await town["bagian_umum"].press("Agendakan")
    await town["bagian_umum"].press("Batal")
    await walk.enter(town)
    await walk.dispose(town)
    await kabid.press("Data server")
    data = await kabid.wait_for("Kebutuhan permohonan")
    assert "Sertifikat: ACME, diperbarui otomatis" in data.text
    assert "Server web 1" in data.text
    assert "Cukup" in data.text
    await kabid.press("Minta pendapat")
    await sub.wait_for("dimintakan pendapat", since=0)
    await sub.press("Setuju dengan catatan")
    await sub.wait_for("Apa catatan Anda")
    await sub.send_text("Gunakan paket kecil terlebih dahulu.")
    await sub.press("Kirim pendapat")
    await kabid.wait_for("Pendapat Joko Susilo: Setuju dengan catatan: Gunakan paket kecil")
    await walk.choose_server(town)
    await kabid.press("Lihat rencana")
    await kabid.wait_for("Menyiapkan situs")
    await head.wait_for("Langkah 4 dari 10", since=0)
    assert not any("Joko Susilo" in message.text for message in await head.messages())


async def test_what_was_revealed_once_is_not_revealed_again(town: Town) -> None:
    head = town["kepala_opd"]
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kabid"].press("Terbitkan dan kirim")
    await town["kabid"].press("Ya, terbitkan")
    await head.wait_for("Langkah 10 dari 10", since=0)
    await head.press("Tampilkan kredensial")
    await head.press("Ya, tampilkan")
    await head.wait_for("Kata sandi")
    again = await head.press("Tampilkan kredensial")
    assert "sudah ditampilkan kepada dr. Siti Rahma pada" in again.text


async def test_a_refusal_gives_reasons_and_asking_again_begins_from_the_old_answers(town: Town) -> None:
    head, kepala = town["kepala_opd"], town["kepala_dkisp"]
    await walk.until_decision(town)
    await kepala.press("Tolak")
    await kepala.press("Kapasitas server tidak mencukupi")
    await kepala.send_text("Aplikasi belum diuji keamanannya.")
    await kepala.press("Lanjutkan")
    await kepala.wait_for("akan ditolak")
    await kepala.press("Ya, tolak")
    refused = await head.wait_for("Permohonan ditolak", since=0)
    assert "Kapasitas server tidak mencukupi" in refused.text
    assert "belum diuji keamanannya" in refused.text
    await head.wait_for(lambda message: message.file is not None and message.text.startswith("Surat Balasan"), since=0)
    await head.press("Ajukan ulang")
    summary = await head.wait_for("Ringkasan")
    assert "e-arsip" in summary.text
    await head.press("Kirim permohonan")
    await head.wait_for("HST-2026-0002")


async def test_a_returned_request_is_mended_and_sent_again(town: Town) -> None:
    head, umum = town["kepala_opd"], town["bagian_umum"]
    await walk.ask(town)
    await umum.press("Kembalikan ke OPD")
    await umum.press("Berkas surat tidak terbaca")
    await umum.press("Lanjut")
    await umum.press("Kirim pengembalian")
    back = await head.wait_for("Berkas surat tidak terbaca", since=0)
    assert "Menunggu kelengkapan dari OPD" in back.text
    await head.press("Ubah permohonan")
    await head.press("Ubah")
    await head.press("Perihal")
    await head.wait_for("perihal surat")
    await head.send_text("Permohonan hosting e-Arsip yang diperbaiki")
    await head.press("Simpan perubahan")
    mended = await head.wait_for("Terakhir diubah")
    assert "Berkas surat tidak terbaca" in mended.text
    await head.press("Kirim permohonan")
    again = await umum.wait_for("Terakhir dikirim", since=0)
    assert "yang diperbaiki" in again.text
    assert "Berkas surat tidak terbaca" not in again.text


async def test_what_was_ordered_and_asked_stays_in_sight_until_it_is_done(town: Town) -> None:
    head, kabid, sub = town["kepala_opd"], town["kabid"], town["sub_koordinator"]
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    await kabid.wait_for("Dengan hormat harap: Proses lebih lanjut", since=0)
    await kabid.press("Minta pendapat")
    await sub.wait_for("dimintakan pendapat", since=0)
    await sub.press("Setuju")
    await kabid.wait_for("Pendapat Joko Susilo: Setuju", since=0)
    await kabid.press("Minta kelengkapan")
    await kabid.wait_for("Kelengkapan apa")
    await kabid.send_text("Rencana kapasitas pengguna.")
    await kabid.press("Kirim permintaan")
    await head.wait_for("Rencana kapasitas pengguna.", since=0)
    waiting = await kabid.wait_for("Menunggu kelengkapan dari OPD")
    for words in ("Proses lebih lanjut", "Rencana kapasitas pengguna.", "Pendapat Joko Susilo"):
        assert words in waiting.text


async def test_a_deputy_acts_and_card_and_toast_say_by_which_office(town: Town) -> None:
    await walk.ask(town)
    await walk.enter(town)
    async with town.app.database.write() as work:
        kepala = await members.whois(work, town["kepala_dkisp"].id)
        assert kepala is not None
        row = await people.mandate(work, kepala.mandates[0].id)
        row.acting = "plh"
    old = await town["kepala_dkisp"].wait_for("Langkah 3 dari 10", since=0)
    disposisikan = old.button("Disposisikan")
    assert disposisikan is not None
    await walk.dispose(town)
    await town["kabid"].wait_for("didisposisikan oleh Andi Saputra (Plh. Kepala DKISP)", since=0)
    now = await town["kepala_dkisp"].wait_for("Langkah 4 dari 10", since=0)
    late = await town["kepala_dkisp"].press_data(str(disposisikan.data), now)
    assert "(Plh. Kepala DKISP)" in late.text


async def test_the_head_withdraws_before_the_decision(town: Town) -> None:
    head = town["kepala_opd"]
    await walk.ask(town)
    await head.press("Tarik permohonan")
    await head.press("Tidak")
    await head.wait_for("Langkah 2 dari 10")
    await head.press("Tarik permohonan")
    await head.press("Ya, tarik")
    await head.wait_for("Permohonan ditarik")


async def test_a_failed_build_is_told_to_engineers_only_and_tried_again(town: Town) -> None:
    engineer, head = town["engineer"], town["kepala_opd"]
    town.fleet.failures.append(failure())
    await walk.until_decision(town)
    await walk.approve(town)
    alert = await engineer.wait_for("Pembuatan hosting gagal", since=0)
    assert "tidak lulus uji" in alert.text
    assert "Yang tertinggal: akun h_e-arsip" in alert.text
    await head.wait_for("pemeriksaan lebih lanjut", since=0)
    assert not any("Apache" in message.text for message in await head.messages())
    await head.wait_for("Terhenti; Engineer DKISP", since=0)
    assert (await engineer.wait_for("Gagal pada langkah", since=0)).text.endswith("Menyiapkan situs"), "as the alert"
    await engineer.press("Lihat log")
    await engineer.wait_for("Syntax error")
    await engineer.press("Ambil alih")
    await engineer.wait_for("Diambil alih oleh Agus Salim")
    await engineer.press("Coba lagi")
    await engineer.wait_for("Sudah dicoba lagi")
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)


async def test_the_alert_of_an_own_sop_has_its_buttons_whoever_else_may_press_them(town: Town) -> None:
    sops = cast("dict[tuple[str, int], Sop]", town.app.office.sops)
    for key, sop in sops.items():
        sops[key] = dataclasses.replace(sop, steps=tuple(_shared_with_the_kabid(step) for step in sop.steps))
    town.fleet.failures.append(failure())
    await walk.until_decision(town)
    await walk.approve(town)
    alert = await town["engineer"].wait_for("Pembuatan hosting gagal", since=0)
    labels = [button.text for button in alert.buttons]
    assert labels == ["Coba lagi", "Lihat log", "Ambil alih", "Batalkan pekerjaan"]


def _shared_with_the_kabid(step: Step) -> Step:
    actions = (
        dataclasses.replace(action, roles=("engineer", "kabid")) if action.roles == ("engineer",) else action
        for action in step.actions
    )
    return dataclasses.replace(step, actions=tuple(actions))


async def test_a_letter_is_known_by_its_code_to_anybody(town: Town) -> None:
    await walk.until_decision(town)
    await walk.approve(town)
    await town["kepala_opd"].wait_for("Surat Balasan", since=0)
    async with town.app.database.read() as work:
        letter = (await cases.letters(work, 1, "surat_balasan"))[0]
    citizen = await town.sandbox.add_person("Warga", phone="+6281299990009")
    await citizen.open_link(f"surat-{letter.short_code}")
    known = await citizen.wait_for("Surat ini tercatat")
    assert letter.number is not None
    assert letter.number in known.text
    assert "Andi Saputra" in known.text
    assert "HST" not in known.text
    await citizen.open_link("surat-2222222222")
    await citizen.wait_for("tidak tercatat")
    assert letter.short_code is not None
    printed = f"{letter.short_code[:5]}-{letter.short_code[5:]}"
    for reader in (citizen, town["tim_teknis"]):
        await reader.send_text(printed)
        assert letter.number in (await reader.wait_for("Surat ini tercatat")).text
    await citizen.send_text("terdaftar?")
    await citizen.wait_for("khusus bagi pegawai")


async def test_a_server_without_room_is_refused_and_the_answers_stay(town: Town) -> None:
    kabid = town["kabid"]
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    town.fleet.disk_total_mb = 1_000
    await kabid.press("Pilih server")
    await kabid.press("Server web 1")
    await kabid.press(walk.SMALL)
    await kabid.press("Cadangkan kapasitas")
    await kabid.wait_for("Kapasitas server Server web 1 tidak mencukupi (disk)", since=0)
    town.fleet.disk_total_mb = 100_000
    await kabid.press("Data server")
    await kabid.wait_for("Cukup", since=0)
    await kabid.press("Cadangkan kapasitas")
    await kabid.wait_for("Server dipilih: Server web 1")


async def test_an_address_of_its_own_is_given_by_changing_one_answer(town: Town) -> None:
    kabid = town["kabid"]
    async with town.app.database.write() as work:
        server = (await hostings.servers(work))[0]
        await servers.add_address(work, server, "192.0.2.77", dedicated=True)
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    await kabid.press("Pilih server")
    await kabid.press("Server web 1")
    await kabid.press(walk.SMALL)
    summary = await kabid.wait_for("Ringkasan")
    assert "Alamat IP: Bersama" in summary.text, "nobody is asked; what is usual stands"
    await kabid.press("Ubah")
    await kabid.press("Alamat IP")
    await kabid.press("Tersendiri, hanya untuk situs ini")
    await kabid.press("Cadangkan kapasitas")
    await kabid.wait_for("Alamat IP dipilih: Tersendiri")
    await walk.recommend(town)
    await walk.approve(town)
    await town["kepala_opd"].wait_for(
        lambda message: message.file is not None and message.text.startswith("Surat Balasan"), since=0
    )
    await kabid.send_command("menu")
    await kabid.press("Register")
    await kabid.press("Alamat IP")
    register = await kabid.wait_for("192.0.2.77")
    assert "e-arsip.tarakankota.go.id" in register.text.partition("192.0.2.77")[2]


async def test_the_opd_asks_for_an_address_of_its_own_and_the_kabid_sees_it(town: Town) -> None:
    head, kabid = town["kepala_opd"], town["kabid"]
    async with town.app.database.write() as work:
        server = (await hostings.servers(work))[0]
        await servers.add_address(work, server, "192.0.2.77", dedicated=True)
    await fill_request(head)
    await head.press("Ubah")
    await head.press("Alamat IP")
    await head.press("Tersendiri, hanya untuk situs ini")
    await head.press("Kirim permohonan")
    await walk.enter(town)
    await walk.dispose(town)
    await kabid.wait_for("Alamat IP: Tersendiri", since=0)
    await kabid.press("Pilih server")
    await kabid.press("Server web 1")
    await kabid.press(walk.SMALL)
    assert "Alamat IP: Tersendiri" in (await kabid.wait_for("Ringkasan")).text

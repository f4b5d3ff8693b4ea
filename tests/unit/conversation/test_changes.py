"""Ubah paket, Tambah alamat, Alihkan, Hentikan layanan: begun from the hosting's card, decided by the Kabid."""

from __future__ import annotations

from bot.sandbox.client import SandboxUser
from provisioning.spec import HostingSpec, State
from tests.unit.conversation.standing import (
    DOMAIN,
    add_hosting,
    all_on_card,
    card_of,
    card_saying,
    lines,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.test_on_paper import SCAN
from tests.unit.conversation.test_suspension import REASON, suspend
from tests.unit.conversation.town import Town, failure
from workflows import servers
from workflows.people import members
from workflows.store import cases, hostings, ledger, people

LARGE = "Besar: 5 GB, basis data 2 GB"
SMALL = "Kecil: 1 GB, basis data 512 MB"
WHY = "Arsip tahun 2026 memerlukan <ruang> lebih besar."


async def ask(head: SandboxUser, button: str, answer: str = "", *, typed: bool = False) -> None:
    await press_on_card(head, button)
    if typed:
        await head.wait_for("Contoh:")
        await head.send_text(answer)
    elif answer:
        await head.press(answer)
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.wait_for("Ringkasan")
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 3")


async def approve(kabid: SandboxUser) -> None:
    await kabid.wait_for("Langkah 2 dari 3", since=0)
    await kabid.press("Setujui")
    await kabid.press("Ya, setujui")


async def take(head: SandboxUser) -> None:
    """Say, as the head of the OPD that is asked, that it takes the hosting."""
    await head.press("Terima hosting")
    await head.wait_for("OPD menerima")


async def by_letter(town: Town) -> None:
    """Enter, as the Kabid, the letter by which the other OPD takes the hosting."""
    kabid = town["kabid"]
    await kabid.press("Catat surat OPD baru")
    await kabid.wait_for("Berapa nomor surat")
    await kabid.send_text("600.4/118/DLH/XI/2026")
    await kabid.wait_for("Kirim pindaian")
    await kabid.send_document(SCAN, "surat.pdf")
    await kabid.press("Simpan surat OPD baru")
    await kabid.wait_for("Jawaban OPD baru: menerima dengan surat (dicatat Dewi Lestari)")


async def refuse(kabid: SandboxUser) -> None:
    await kabid.press("Tolak")
    await kabid.press("Kapasitas server tidak mencukupi")
    await kabid.press("Lanjut")
    await kabid.press("Lanjutkan")
    await kabid.press("Ya, tolak")


async def ready(town: Town) -> None:
    await servers.refresh(town.app.office, town.app.database)
    await add_hosting(town)


async def spec_of(town: Town) -> HostingSpec:
    return (await the_hosting(town)).spec


async def test_a_larger_package_is_asked_for_decided_and_made(town: Town) -> None:
    await ready(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await ask(head, "Ubah paket", LARGE)
    card = await kabid.wait_for("Langkah 2 dari 3", since=0)
    assert all(word in card.text for word in ("PRB-2026-0001", "Dinas Kesehatan", DOMAIN, LARGE, WHY))
    assert (await spec_of(town)).limits.disk_mb == 2048, "nothing is changed before it is decided"
    await approve(kabid)
    await head.wait_for("selesai", since=0)
    spec = await spec_of(town)
    assert (spec.limits.disk_mb, spec.limits.bandwidth_kbit) == (5120, 50_000)
    assert f"Paket: {LARGE}" in (await card_of(head)).text
    assert await lines(town) == ["hosting.change_package", "hosting.applied"]
    async with town.app.database.read() as work:
        ordered = [line async for line, _ in ledger.lines(work) if line.action == "hosting.change_package"]
    assert ordered[0].person_id is not None
    assert ordered[0].mandate_id is not None


async def test_a_name_is_added_once_in_the_city(town: Town) -> None:
    await ready(town)
    await add_hosting(town, "e-tetangga")
    head, kabid = town["kepala_opd"], town["kabid"]
    await press_on_card(head, "Tambah alamat")
    await head.wait_for("Contoh:")
    for taken in ("e-tetangga", "e-lama"):
        await head.send_text(taken)
        await head.wait_for("sudah dipakai")
    await head.send_text("e-baru")
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.press("Kirim permohonan")
    await approve(kabid)
    await head.wait_for("selesai", since=0)
    assert (await spec_of(town)).domains == (DOMAIN, "e-baru.tarakankota.go.id")
    await press_on_card(head, "Tambah alamat", "e-tetangga.tarakankota.go.id")
    await head.wait_for("Contoh:")
    await head.send_text("e-baru")
    await head.wait_for("sudah dipakai")


async def test_it_is_handed_over_with_new_passwords_and_the_former_opd_sees_it_no_more(town: Town) -> None:
    await ready(town)
    new_head = await town.move_in("kepala_opd", "drs. Hijau", "DLH")
    head, kabid = town["kepala_opd"], town["kabid"]
    await ask(head, "Alihkan ke OPD lain", "Dinas Lingkungan Hidup")
    proposed = await new_head.wait_for("mengusulkan agar hosting", since=0)
    assert DOMAIN in proposed.text, "the head who is to have it hears before anything is decided"
    assert (await spec_of(town)).owner != "Dinas Lingkungan Hidup"
    await take(new_head)
    await approve(kabid)
    await new_head.wait_for("kini dikelola Dinas Lingkungan Hidup")
    assert (await spec_of(town)).owner == "Dinas Lingkungan Hidup"
    async with town.app.database.read() as work:
        made = await hostings.credentials(work, (await the_hosting(town)).id)
    assert [row.sealed is not None for row in made] == [True], "a password that nobody of the former OPD knows"
    await head.send_command("hosting")
    await head.wait_for("Belum ada hosting")
    await card_saying(new_head, "Ubah paket")


async def hand_over(town: Town) -> None:
    """Let the hosting be another OPD's from now on."""
    async with town.app.database.write() as work:
        other, row = await people.opd_by_code(work, "DLH"), await hostings.lock(work, (await the_hosting(town)).id)
        assert other is not None
        assert row is not None
        row.opd_id = other.id


async def test_what_the_former_opd_asked_for_is_not_done_after_a_handover_and_can_be_refused(town: Town) -> None:
    await ready(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await ask(head, "Ubah paket", LARGE)
    await hand_over(town)
    await kabid.wait_for("Langkah 2 dari 3", since=0)
    await kabid.press("Setujui")
    answer = await kabid.press("Ya, setujui")
    assert "sudah dialihkan ke OPD lain" in answer.text
    row = await the_hosting(town)
    assert (row.wanted_revision, (await spec_of(town)).limits.disk_mb) == (1, 2048)
    await refuse(kabid)
    await head.wait_for("Kapasitas server tidak mencukupi", since=0)


async def test_a_request_that_waits_for_the_head_is_not_sent_after_a_handover_and_can_be_withdrawn(town: Town) -> None:
    await ready(town)
    team, head, kabid = town["tim_teknis"], town["kepala_opd"], town["kabid"]
    await press_on_card(team, "Ubah paket")
    await team.press(LARGE)
    await team.wait_for("Apa alasannya?")
    await team.send_text(WHY)
    await team.press("Simpan untuk Kepala OPD", message=await team.wait_for("Ringkasan"))
    card = await head.wait_for("Langkah 1 dari 3", since=0)
    await hand_over(town)
    answer = await head.press("Kirim permohonan", message=card)
    assert "sudah dialihkan ke OPD lain" in answer.text
    assert not [message for message in await kabid.messages() if "PRB-" in message.text]
    await head.press("Tarik permohonan")
    await head.press("Ya, tarik")
    await head.wait_for("ditarik")


async def test_a_form_begun_before_a_handover_begins_no_request_though_its_writer_heads_both_opds(town: Town) -> None:
    await ready(town)
    head = town["kepala_opd"]
    async with town.app.database.write() as work:
        other, person = await people.opd_by_code(work, "DLH"), await people.by_telegram_id(work, head.id)
        assert other is not None
        assert person is not None
        await members.grant(
            work, person.id, role="kepala_opd", acting="plt", opd_id=other.id, starts=members.today(work)
        )
    await press_on_card(head, "Ubah paket")
    await head.press(LARGE)
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.wait_for("Ringkasan")
    await hand_over(town)
    await head.press("Kirim permohonan")
    await head.wait_for("sudah dialihkan ke OPD lain")
    async with town.app.database.read() as work:
        assert await cases.get(work, 1) is None


async def test_it_is_ended_archived_taken_back_and_removed_when_its_time_has_come(town: Town) -> None:
    await ready(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await ask(head, "Hentikan layanan", "Saya memahami")
    await approve(kabid)
    await head.wait_for("sudah diarsipkan", since=0)
    assert (await spec_of(town)).state is State.ARCHIVED
    assert "Ubah paket" not in await all_on_card(head)
    assert WHY in (await card_of(head)).text

    assert "Hapus" not in await all_on_card(kabid), "its time has not come"
    early = f"d1:order:remove:1:{(await the_hosting(town)).wanted_revision}"
    assert "baru boleh dihapus mulai" in (await kabid.press_data(early, await card_of(kabid))).text
    assert (await the_hosting(town)).state == "wanted"

    await press_on_card(kabid, "Aktifkan kembali")
    await kabid.press("Ya, aktifkan")
    await head.wait_for("sudah aktif kembali")
    assert (await spec_of(town)).state is State.ACTIVE


async def test_a_request_that_fails_on_the_server_goes_on_once_it_is_mended(town: Town) -> None:
    await ready(town)
    head, kabid, engineer = town["kepala_opd"], town["kabid"], town["engineer"]
    await ask(head, "Ubah paket", LARGE)
    town.fleet.failures.append(failure())
    await approve(kabid)
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    await head.wait_for(lambda m: m.text.startswith("PRB-2026-0001") and "Langkah 3 dari 3" in m.text, since=0)
    await engineer.press("Coba lagi", message=alert)
    await head.wait_for("selesai", since=0)


async def test_a_change_that_the_server_cannot_be_brought_to_is_cancelled_by_the_kabid(town: Town) -> None:
    await ready(town)
    head, kabid, engineer = town["kepala_opd"], town["kabid"], town["engineer"]
    was = await spec_of(town)
    await ask(head, "Alihkan ke OPD lain", "Dinas Lingkungan Hidup")
    await by_letter(town)
    town.fleet.failures.append(failure())
    await approve(kabid)
    await engineer.wait_for("Perubahan hosting gagal", since=0)
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await kabid.press("Batalkan perubahan", message=card)
    await kabid.press("Ya, batalkan")
    await kabid.wait_for("dibatalkan")
    await head.wait_for("dibatalkan", since=0)
    assert await spec_of(town) == was
    assert "Ubah paket" in await all_on_card(head), "it is the former OPD's again"
    assert await lines(town) == ["hosting.change_owner", "hosting.failed", "hosting.cancel_change", "hosting.applied"]
    stale = await kabid.press_data((card.button("Batalkan perubahan") or card.buttons[0]).data or "", card)
    assert "sudah" in stale.text.casefold()


async def test_an_end_that_is_cancelled_leaves_a_suspended_hosting_suspended(town: Town) -> None:
    await ready(town)
    head, kabid, engineer = town["kepala_opd"], town["kabid"], town["engineer"]
    await suspend(engineer)
    await engineer.wait_for("sudah ditangguhkan")
    await ask(head, "Hentikan layanan", "Saya memahami")
    town.fleet.failures.append(failure())
    await approve(kabid)
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await kabid.press("Batalkan perubahan", message=card)
    await kabid.press("Ya, batalkan")
    await head.wait_for("dibatalkan", since=0)
    assert (await spec_of(town)).state is State.SUSPENDED
    assert REASON in (await card_of(head)).text


async def test_a_change_that_is_tried_again_is_not_cancelled_meanwhile(town: Town) -> None:
    await ready(town)
    head, kabid, engineer = town["kepala_opd"], town["kabid"], town["engineer"]
    await ask(head, "Ubah paket", LARGE)
    town.fleet.failures.append(failure())
    await approve(kabid)
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await engineer.press("Coba lagi", message=alert)
    await head.wait_for("selesai", since=0)
    await kabid.press_data((card.button("Batalkan perubahan") or card.buttons[0]).data or "", card)
    assert (await spec_of(town)).limits.disk_mb == 5120


async def test_refused_nothing_changes_and_the_head_reads_why(town: Town) -> None:
    await ready(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await ask(head, "Ubah paket", LARGE)
    await kabid.wait_for("Langkah 2 dari 3", since=0)
    await refuse(kabid)
    await head.wait_for("Kapasitas server tidak mencukupi", since=0)
    assert (await the_hosting(town)).wanted_revision == 1


async def test_nobody_begins_one_without_a_hosting_of_their_own(town: Town) -> None:
    await ready(town)
    stranger = await town.move_in("kepala_opd", "drs. Tetangga", "DISDIK")
    head = town["kepala_opd"]
    button = (await card_saying(head, "Ubah paket")).button("Ubah paket")
    assert button is not None
    await stranger.send_command("menu")
    menu = await stranger.wait_for("Tidak ada tugas")
    answer = await stranger.press_data(button.data or "", menu)
    assert "milik OPD lain" in answer.text
    answer = await stranger.press_data("d1:open:perubahan", menu)
    assert "bukan wewenang Anda" in answer.text
    answer = await stranger.press_data("d1:open_about:perubahan:semua:1", menu)
    assert "milik OPD lain" in answer.text

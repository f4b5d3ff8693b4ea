"""Naming a Plh or a Plt in chat, what each person hears of it, and ending it early."""

from __future__ import annotations

import datetime as dt

from tests.unit.conversation import walk
from tests.unit.conversation.town import Town
from workflows.people import members, vacancies
from workflows.store import people
from workflows.words import date

DECREE = "800/45/BKPSDM/XI/2026"


async def name_deputy(town: Town, by: str, who: str, *, until: dt.date | None) -> None:
    """Answer the form's questions from "Mulai" on."""
    person = town[by]
    await person.wait_for("mulai tanggal")
    await person.press("Hari ini")
    await person.wait_for("Siapa yang ditunjuk")
    await person.press(who)
    await person.wait_for("nomor surat perintah")
    await person.send_text(DECREE)
    await person.wait_for("sampai dengan tanggal")
    if until is None:
        await person.press("Lewati")
    else:
        await person.send_text(date(until))
    await person.wait_for("Ringkasan")
    await person.press("Tunjuk")


async def test_an_absent_head_names_a_plh_who_takes_over_at_once(town: Town) -> None:
    kepala, kabid = town["kepala_dkisp"], town["kabid"]
    await walk.ask(town)
    await walk.enter(town)
    await kepala.wait_for("Langkah 3 dari 10", since=0)
    await kepala.send_command("menu")
    await kepala.press("Plh. dan Plt.")
    asked = await kepala.wait_for("Plh. bertindak selama pejabatnya berhalangan, Plt. selama jabatannya kosong.")
    assert "Tidak ada yang sedang atau akan berlaku." in asked.text
    await kepala.press("Tunjuk Plh. atau Plt.")
    await kepala.wait_for("Berlaku mulai tanggal")
    await kepala.send_text("kemarin")
    await kepala.wait_for("Tanggal kemarin sudah lewat. Mohon isi tanggal hari ini atau sesudahnya.")
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
    await name_deputy(town, "kepala_dkisp", "Dewi Lestari (Kepala Bidang Aplikasi Informatika)", until=until)
    listed = await kepala.wait_for("Dewi Lestari, ")
    assert DECREE in listed.text
    await kabid.wait_for("Anda ditunjuk sebagai Plh. Kepala DKISP", since=0)
    begun = await kabid.wait_for("Mulai hari ini Anda bertindak", since=0)
    assert "menunggu tindakan Anda: 1" in begun.text
    await town["admin"].wait_for("Dewi Lestari ditunjuk sebagai Plh. Kepala DKISP", since=0)

    card = await kepala.wait_for("Langkah 3 dari 10", since=0)
    old = await kepala.press_data("c1:1:disposisikan:4", card)
    assert "Dewi Lestari sedang bertindak sebagai Plh. Kepala DKISP sampai" in old.text
    await kabid.send_command("tugas")
    await kabid.press("HST-2026-0001")
    await kabid.wait_for("Menunggu: Plh. Kepala DKISP")

    await kepala.send_command("menu")
    await kepala.wait_for("Kepala DKISP (sedang dijalankan pejabat lain; lihat Plh. dan Plt.)")
    await kepala.press("Plh. dan Plt.")
    await kepala.press("Akhiri Plh. Kepala DKISP")
    await kepala.press("Ya, akhiri")
    await kabid.wait_for("Masa Anda sebagai Plh. Kepala DKISP telah berakhir", since=0)
    back = await kepala.wait_for("Anda kembali bertindak", since=0)
    assert "menunggu tindakan Anda: 1" in back.text


async def test_a_vacancy_is_told_and_bagian_umum_names_a_plt(town: Town) -> None:
    umum = town["bagian_umum"]
    async with town.app.database.write() as work:
        kepala = await members.whois(work, town["kepala_dkisp"].id)
        assert kepala is not None
        await members.end_mandate(work, None, kepala.mandates[0].id)
        await vacancies.report(town.app.office, work)
    for hearer in ("bagian_umum", "kabid", "admin"):
        await town[hearer].wait_for("Belum ada pejabat untuk Kepala DKISP", since=0)
    assert (await town["kabid"].wait_for("Belum ada pejabat", since=0)).labels == ()
    await umum.press("Tunjuk Plh. atau Plt.")
    await name_deputy(town, "bagian_umum", "dr. Siti Rahma (Kepala OPD, Dinas Kesehatan)", until=None)
    await town["kepala_opd"].wait_for("Anda ditunjuk sebagai Plt. Kepala DKISP", since=0)
    async with town.app.database.read() as work:
        assert await vacancies.vacancy_of(town.app.office, work, "kepala_dkisp") is None
        row = (await people.holding(work, "kepala_dkisp", members.today(work)))[0][1]
    assert (row.acting, row.decree, row.ends_on) == ("plt", DECREE, None)


async def test_the_administrator_types_enough_of_an_office_and_sees_how_many_questions_follow(town: Town) -> None:
    admin = town["admin"]
    await admin.send_command("menu")
    await admin.press("Plh. dan Plt.")
    await admin.press("Tunjuk Plh. atau Plt.")
    asked = await admin.wait_for("Jabatan mana yang akan dijalankan orang lain?")
    assert "· 1/5" in asked.text
    assert "Anda juga dapat mengetik sebagian namanya." in asked.text
    await admin.send_text("dinas")
    told = await admin.wait_for("Beberapa pilihan cocok dengan jawaban Anda. Tuliskan lebih lengkap")
    assert len(told.text) < 300
    await admin.send_text("dinas kesehatan")
    asked = await admin.wait_for("Penunjukan Plh. Kepala OPD")
    assert "· 2/5" in asked.text


async def test_nobody_names_a_deputy_for_an_office_of_others(town: Town) -> None:
    sub = town["sub_koordinator"]
    await sub.send_command("menu")
    menu = await sub.wait_for("Layanan DKISP")
    assert menu.button("Plh. dan Plt.") is None
    assert "bukan wewenang Anda" in (await sub.press_data("d1:appoint", menu)).text
    assert "bukan wewenang Anda" in (await sub.press_data("d1:end_deputy:1", menu)).text
    head = town["kepala_opd"]
    await head.send_command("menu")
    refused = await head.press_data("d1:appoint:kepala_dkisp", await head.wait_for("Layanan DKISP"))
    assert "bukan wewenang Anda" in refused.text

"""A domain of the OPD's own: asked for from the card, allowed, proven by its DNS, served; and taken off again."""

from __future__ import annotations

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.domain_proof import Destination, record_name, record_value
from provisioning.spec import HostingSpec
from tests.unit.conversation.standing import (
    DOMAIN,
    add_hosting,
    all_on_card,
    card_of,
    lines,
    press_on_card,
    the_hosting,
)
from tests.unit.conversation.town import Town, failure
from workflows import servers
from workflows.hosting.custom_domains import verification
from workflows.store import custom_domains

NAME = "pmb.smkn1.sch.id"
WHY = "Pendaftaran murid baru memakai domain sekolah."


async def ask_for(town: Town, *typed: str, button: str = "Tambah alamat") -> None:
    """Let the head ask for a name; what comes before the last is refused in a sentence."""
    head = town["kepala_opd"]
    await press_on_card(head, button)
    await head.wait_for("Alamat")
    for answer in typed:
        await head.send_text(answer)
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.wait_for("Ringkasan")
    await head.press("Kirim permohonan")
    await head.wait_for("Langkah 2 dari 3")


async def approve(town: Town) -> None:
    kabid = town["kabid"]
    await kabid.wait_for("Langkah 2 dari 3", since=0)
    await kabid.press("Setujui")
    await kabid.press("Ya, setujui")


async def ready(town: Town) -> None:
    await servers.refresh(town.app.office, town.app.database)
    await add_hosting(town)


async def allowed(town: Town) -> ScreenMessage:
    """Let the hosting wait for the domain; return what the head is told of it."""
    await ready(town)
    await ask_for(town, NAME)
    await approve(town)
    return await town["kepala_opd"].wait_for("Bukti kepemilikan")


async def token(town: Town) -> str:
    async with town.app.database.read() as work:
        (row,) = await custom_domains.of_hosting(work, (await the_hosting(town)).id)
        return row.token


async def enter(town: Town, lead: Destination, *texts: str) -> None:
    """Let the domain's owner enter records."""
    town.fleet.dns[NAME] = ({*texts}, lead)


async def served(town: Town) -> ScreenMessage:
    told = await allowed(town)
    await enter(town, Destination.HERE, record_value(await token(town)))
    await town["kepala_opd"].press("Periksa sekarang", message=told)
    return await town["kepala_opd"].wait_for("Situs dapat dibuka pada domain ini.")


async def spec_of(town: Town) -> HostingSpec:
    return (await the_hosting(town)).spec


async def test_it_is_asked_for_allowed_proven_and_served(town: Town) -> None:
    told = await allowed(town)
    head = town["kepala_opd"]
    value = record_value(await token(town))
    assert {record_name(NAME), value, DOMAIN, "192.0.2.10"} <= {button.copy_text for button in told.buttons}
    assert value in told.text
    card = await head.wait_for("PRB-2026-0001", since=0)
    assert "Menunggu" in card.text, "the clock stands still while the OPD owes its proof"
    assert (await spec_of(town)).custom_domains == (), "a name that is not proven reaches no server"
    assert f"{NAME} ⏳ menunggu bukti" in (await card_of(head)).text

    await enter(town, Destination.NOWHERE, "layanan-verifikasi=milik-hosting-lain")
    answer = await head.press("Periksa sekarang", message=told)
    assert "Belum lengkap" in answer.text
    told = await head.wait_for("layanan-verifikasi=milik-hosting-lain")
    assert (await spec_of(town)).custom_domains == (), "another hosting's token proves nothing"

    await looked(town)
    await enter(town, Destination.ELSEWHERE, value)
    await verification.check_domains(town.app.office, town.app.database)
    told = await head.wait_for("✅ Bukti kepemilikan")
    assert (await spec_of(town)).custom_domains == (), "it leads elsewhere"

    await looked(town)
    await enter(town, Destination.HERE, value)
    answer = await head.press("Periksa sekarang", message=told)
    assert "Server sedang disiapkan" in answer.text
    await head.wait_for("Situs dapat dibuka pada domain ini.")
    await head.wait_for("selesai", since=0)
    assert (await spec_of(town)).custom_domains == (NAME,)
    assert f"Domain sendiri: {NAME}" in (await card_of(head)).text
    assert await lines(town) == [
        "hosting.domain_asked",
        "hosting.domain_proven",
        "hosting.domain_told_proven",
        "hosting.add_custom_domain",
        "hosting.applied",
    ]


async def looked(town: Town) -> None:
    """Let some time pass since the last look, so that the next may be."""
    async with town.app.database.write() as work:
        for row in await custom_domains.of_hosting(work, (await the_hosting(town)).id):
            row.looked_at, row.look_at = None, work.now


async def test_pressing_fast_asks_nobody_elses_name_servers_twice(town: Town) -> None:
    told = await allowed(town)
    head = town["kepala_opd"]
    await head.press("Periksa sekarang", message=told)
    answer = await head.press("Periksa sekarang", message=await head.wait_for("belum ada catatan TXT"))
    assert "Baru saja diperiksa" in answer.text
    assert town.fleet.asked_dns == [NAME]


async def test_what_cannot_be_had_is_said_and_the_question_stands(town: Town) -> None:
    await ready(town)
    head = town["kepala_opd"]
    await press_on_card(head, "Tambah alamat")
    await head.wait_for("Contoh:")
    for typed, said in (
        ("sch.id", "bukan domain milik satu instansi"),
        ("*.smkn1.sch.id", "tanpa spasi, garis miring, atau bintang"),
        ("pmb.smkn1.sch.id\n</VirtualHost>", "tanpa spasi, garis miring, atau bintang"),
        ("10.0.0.1", "bukan alamat IP"),
        ("a.b.tarakankota.go.id", "satu kata saja tanpa titik"),
        ("e-lama.tarakankota.go.id", "sudah dipakai"),
    ):
        await head.send_text(typed)
        await head.wait_for(said)
    await head.send_text("https://bücher.example.com/")
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    assert "xn--bcher-kva.example.com" in (await head.wait_for("Ringkasan")).text


async def test_what_another_hosting_has_proven_is_not_asked_for_again(town: Town) -> None:
    await served(town)
    await add_hosting(town, "e-tetangga")
    head = town["kepala_opd"]
    await press_on_card(head, "Tambah alamat", "e-tetangga.tarakankota.go.id")
    await head.wait_for("Contoh:")
    await head.send_text(NAME)
    await head.wait_for("sudah dibuktikan dan dipakai hosting lain")


async def test_it_is_taken_off_by_the_same_short_case_and_the_opd_hears_what_to_clear(town: Town) -> None:
    await served(town)
    head = town["kepala_opd"]
    await press_on_card(head, "Lepas alamat")
    await head.press(NAME)
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.press("Kirim permohonan")
    await approve(town)
    await head.wait_for("Mohon hapus catatan DNS-nya")
    assert (await spec_of(town)).custom_domains == ()
    assert "Lepas alamat" not in await all_on_card(head), "no further name is left"


async def test_a_name_of_the_city_is_taken_off_too_but_never_the_first(town: Town) -> None:
    await ready(town)
    await ask_for(town, "e-baru")
    await approve(town)
    head = town["kepala_opd"]
    await head.wait_for("selesai", since=0)
    await press_on_card(head, "Lepas alamat")
    asked = await head.wait_for("Alamat mana yang dilepas?")
    assert [one.text for one in asked.buttons if "tarakankota" in one.text] == ["e-baru.tarakankota.go.id"]
    await head.press("e-baru.tarakankota.go.id")
    await head.wait_for("Apa alasannya?")
    await head.send_text(WHY)
    await head.press("Kirim permohonan")
    await approve(town)
    await head.wait_for("PRB-2026-0002")
    await wait_until_domains(town, head)
    assert (await spec_of(town)).domains == (DOMAIN,)


async def wait_until_domains(town: Town, head: SandboxUser) -> None:
    await head.wait_for("selesai", since=0)
    for _ in range(50):
        if "e-baru" not in (await card_of(head)).text:
            return


async def test_the_head_gives_it_up_and_its_case_is_withdrawn(town: Town) -> None:
    told = await allowed(town)
    head, team = town["kepala_opd"], town["tim_teknis"]
    theirs = await team.wait_for("Bukti kepemilikan")
    assert theirs.button("Periksa sekarang") is not None
    assert theirs.button("Batalkan domain") is None
    await head.press("Batalkan domain", message=told)
    await head.press("Ya, batalkan")
    await head.wait_for("ditarik", since=0)
    async with town.app.database.read() as work:
        assert await custom_domains.of_hosting(work, (await the_hosting(town)).id) == []
    answer = await team.press("Periksa sekarang", message=theirs)
    assert "tidak berlaku" in answer.text
    assert town.fleet.asked_dns == []


async def test_a_server_that_fails_is_the_engineers_and_their_retry_looks_once_more(town: Town) -> None:
    told = await allowed(town)
    head, engineer = town["kepala_opd"], town["engineer"]
    await enter(town, Destination.HERE, record_value(await token(town)))
    town.fleet.failures.append(failure())
    await head.press("Periksa sekarang", message=told)
    alert = await engineer.wait_for("Perubahan hosting gagal", since=0)
    before = len(town.fleet.asked_dns)
    await engineer.press("Coba lagi", message=alert)
    await head.wait_for("Situs dapat dibuka pada domain ini.")
    assert len(town.fleet.asked_dns) == before + 1


async def test_the_kabid_cancels_what_the_server_cannot_be_brought_to_and_it_is_waited_for_no_longer(
    town: Town,
) -> None:
    told = await allowed(town)
    head, kabid = town["kepala_opd"], town["kabid"]
    await enter(town, Destination.HERE, record_value(await token(town)))
    town.fleet.failures.append(failure())
    await head.press("Periksa sekarang", message=told)
    card = await kabid.wait_for(lambda message: message.button("Batalkan perubahan") is not None, since=0)
    await kabid.press("Batalkan perubahan", message=card)
    await kabid.press("Ya, batalkan")
    await head.wait_for("dibatalkan", since=0)
    await looked(town)
    await verification.check_domains(town.app.office, town.app.database)
    assert (await spec_of(town)).custom_domains == (), "a later look orders nothing of a cancelled request"
    async with town.app.database.read() as work:
        assert await custom_domains.of_hosting(work, (await the_hosting(town)).id) == []

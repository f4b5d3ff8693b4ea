"""A real PTB bot and people around it: what each sees of the other."""

from __future__ import annotations

import re
import struct
import zlib

import pytest

from bot.sandbox.client import Sandbox, SandboxRefused, SandboxTimeout, SandboxUser

pytestmark = pytest.mark.usefixtures("echo_bot")


def png(width: int, height: int) -> bytes:
    """A black PNG of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * (width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


async def test_deep_link_payload_reaches_the_bot_and_its_html_reaches_the_person(siti: SandboxUser) -> None:
    await siti.open_link("https://t.me/layanan_sandbox_bot?start=undangan-1")
    welcome = await siti.wait_for("undangan-1")
    assert welcome.text == "Selamat datang, undangan-1"
    assert welcome.now.entities == ({"type": "bold", "offset": 0, "length": 14},)


async def test_a_press_is_answered_by_a_toast_and_edits_the_card_in_place(siti: SandboxUser) -> None:
    await siti.send_command("kartu")
    card = await siti.wait_for("Permohonan")
    assert card.labels == ("✅ Setujui", "Tolak", "Setujui dengan catatan (2)")
    assert [button.style for button in card.buttons] == ["success", "danger", None]
    press = await siti.press("Setujui")
    assert press.text == "Anda memilih approve"
    assert press.elapsed_ms < 2000
    edited = await siti.wait_for("Permohonan 001: approve")
    assert edited.id == card.id
    assert edited.labels == ()
    assert [version.text for version in edited.versions] == ["Permohonan 001", "Permohonan 001: approve"]


async def test_an_old_message_presses_its_old_button(siti: SandboxUser) -> None:
    await siti.send_command("kartu")
    seen_before = await siti.wait_for("Permohonan")
    await siti.press("Setujui")
    await siti.wait_for("approve")
    press = await siti.press("Tolak", message=seen_before)
    assert press.text == "Anda memilih refuse"


async def test_a_label_pressed_twice_is_pressed_on_two_messages(siti: SandboxUser) -> None:
    await siti.send_command("langkah")
    first, second = await siti.press("Lewati"), await siti.press("Lewati")
    assert second.message_id > first.message_id


async def test_a_press_nobody_answers_stays_visible(sandbox: Sandbox, siti: SandboxUser) -> None:
    await siti.send_command("kartu")
    card = await siti.wait_for("Permohonan")
    await siti.press_data("silent", card, wait=False)
    assert [press.data for press in await sandbox.unanswered()] == ["silent"]


async def test_contacts_own_and_foreign(siti: SandboxUser) -> None:
    await siti.send_command("kontak")
    await siti.tap("Bagikan kontak saya")
    assert (await siti.wait_for("milik")).text == "6281234567890 milik Anda"
    await siti.share_foreign_contact(phone="+62811", name="Budi")
    assert (await siti.wait_for("milik")).text == "62811 bukan milik Anda"


async def test_files_both_ways(siti: SandboxUser) -> None:
    await siti.send_document(b"%PDF-1.7 permohonan", "permohonan.pdf")
    await siti.wait_for("permohonan.pdf: 19 byte")
    await siti.send_command("surat")
    letter = await siti.wait_for_file()
    assert letter.file is not None
    assert (letter.file.name, letter.file.mime, letter.text) == ("surat.pdf", "application/pdf", "Surat Balasan")
    assert await siti.download(letter) == b"%PDF-1.7 surat"


async def test_an_album_of_photos_shares_one_group(siti: SandboxUser) -> None:
    await siti.send_photos([png(30, 20), png(40, 20)])
    second = await siti.wait_for("foto 40x20")
    first = await siti.wait_for("foto 30x20")
    assert first.text.split()[-1] == second.text.split()[-1] != "None"


async def test_long_texts_go_in_parts_as_every_client_sends_them(siti: SandboxUser) -> None:
    await siti.send_text("a" * 10_000)
    await siti.wait_for(re.compile(r"gema: a{1808}$"))
    mine = [message for message in await siti.messages() if not message.from_bot]
    assert [len(message.text) for message in mine[1:]] == [4096, 4096, 1808]


async def test_what_was_not_seen_fails_with_the_screen(siti: SandboxUser) -> None:
    await siti.send_text("halo")
    await siti.wait_for("gema: halo")
    with pytest.raises(SandboxTimeout, match=r"'gema: halo'"):
        await siti.wait_for("selamat tinggal", timeout_s=0.1)


@pytest.mark.parametrize("payload", ["a" * 65, "dua kata", "titik.", "é"])
async def test_deep_link_payloads_telegram_does_not_take(siti: SandboxUser, payload: str) -> None:
    with pytest.raises(SandboxRefused, match="START_PARAM_INVALID"):
        await siti.open_link(payload)

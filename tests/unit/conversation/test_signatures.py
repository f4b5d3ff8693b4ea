"""How letters are signed, and what anybody is told who checks one: by its code, or by the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.inbound.letters import letter_checks
from bot.sandbox.client import Sandbox, SandboxUser
from tests.unit.conversation import walk
from tests.unit.conversation.town import Town, town_of
from tests.unit.signing.authority import OFFICE, PASSPHRASE, Authority
from tests.unit.uploads import samples
from workflows.store import cases, ledger
from workflows.store.tables import Letter

SCAN = samples.pdf(samples.letter())
OTHER = samples.pdf(samples.letter(2))


@pytest.fixture
async def paper_town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with town_of(sandbox, tmp_path, database_url, signing={"signing_method": "basah"}) as town:
        yield town


@pytest.fixture
async def certified_town(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    signing = {
        "signing_method": "pkcs12",
        "signing_pkcs12_file": Authority().pkcs12(tmp_path / "dinas.p12"),
        "signing_passphrase": PASSPHRASE,
    }
    async with town_of(sandbox, tmp_path, database_url, signing=signing) as town:
        yield town


async def answer_of(town: Town) -> Letter:
    """Return the case's Surat Balasan."""
    async with town.app.database.read() as work:
        return (await cases.letters(work, 1, "surat_balasan"))[0]


async def original_of(town: Town, letter: Letter) -> bytes:
    async with town.app.database.read() as work:
        paper = await cases.paper(work, letter.original_id or 0)
    assert paper is not None
    return await town.app.office.files.read(paper.sha256)


async def given_to_print(town: Town) -> SandboxUser:
    await walk.until_decision(town)
    await walk.approve(town)
    umum = town["bagian_umum"]
    await umum.wait_for(lambda m: m.file is not None and "Mohon cetak surat ini" in m.text, since=0)
    return umum


async def upload(umum: SandboxUser, content: bytes) -> None:
    await umum.press("Unggah pindaian")
    asked = await umum.wait_for("Kirim pindaian surat")
    assert asked.text.splitlines()[1].startswith("Surat Balasan"), "which of several is said"
    await umum.send_document(content, "scan.pdf")
    await umum.wait_for("scan.pdf")


async def test_a_letter_is_sent_as_the_scan_of_what_was_signed_by_hand(paper_town: Town) -> None:
    town = paper_town
    umum, citizen = await given_to_print(town), await town.sandbox.add_person("Warga")
    letter = await answer_of(town)
    await citizen.open_link(f"surat-{letter.short_code}")
    await citizen.wait_for("Surat ini belum dikirim")
    assert not any(m.text.startswith("Surat Balasan") for m in await town["kepala_opd"].messages() if m.file)

    await upload(umum, SCAN)
    await umum.press("Simpan pindaian")
    await umum.wait_for("Tidak ada surat yang menunggu tanda tangan")
    sent = await town["kepala_opd"].wait_for(lambda m: m.file is not None and m.text.startswith("Surat Balasan"))
    assert await town["kepala_opd"].download(sent) == SCAN

    await citizen.open_link(f"surat-{letter.short_code}")
    answer = await citizen.wait_for("Ditandatangani pada kertas, dipindai tanggal")
    for fact in ("Penanda tangan: Andi Saputra", "Jenis: Surat Balasan", "Hal: Persetujuan Permohonan Hosting"):
        assert fact in answer.text
    for content, told in (
        (SCAN, "sama persis dengan yang dikeluarkan DKISP"),
        (await original_of(town, letter), "naskah elektronik sebelum ditandatangani"),
        (OTHER, "bukan berkas yang dikeluarkan"),
    ):
        await citizen.send_document(content, "surat.pdf")
        await citizen.wait_for(told)
    async with town.app.database.read() as work:
        lines = [line async for line, _ in ledger.lines(work) if line.data.get("number") == letter.number]
    made, scanned = [line for line in lines if line.action.startswith("letter")]
    assert (made.action, scanned.action) == ("letter", "letter.scanned")
    assert scanned.data["original"]["sha256"] == made.data["sha256"] != scanned.data["sha256"]


async def test_the_unsigned_letter_is_no_scan_and_the_question_stands(paper_town: Town) -> None:
    town = paper_town
    umum = await given_to_print(town)
    await upload(umum, await original_of(town, await answer_of(town)))
    await umum.press("Simpan pindaian")
    await umum.wait_for("surat yang belum ditandatangani")
    assert (await answer_of(town)).paper_id is None


async def test_a_scan_is_taken_once_and_from_bagian_umum_only(paper_town: Town) -> None:
    town = paper_town
    umum = await given_to_print(town)
    letter = await answer_of(town)
    kabid = town["kabid"]
    refused = await kabid.press_data(f"d1:scan:{letter.id}", await kabid.wait_for("Langkah", since=0))
    assert "bukan wewenang Anda" in refused.text
    await upload(umum, SCAN)
    await umum.press("Simpan pindaian")
    shown = await umum.wait_for("Tidak ada surat yang menunggu")
    again = await umum.press_data(f"d1:scan:{letter.id}", shown)
    assert "tidak menunggu tanda tangan lagi" in again.text


async def test_a_letter_that_another_replaced_names_it(paper_town: Town) -> None:
    town = paper_town
    umum = await given_to_print(town)
    letter = await answer_of(town)
    await upload(umum, SCAN)
    await umum.press("Simpan pindaian")
    await umum.wait_for("Tidak ada surat yang menunggu")
    async with town.app.database.write() as work:
        newer = {"kind": letter.kind, "revision": 99, "number": "500.12.3/99/DKISP/XI/2026", "short_code": "ABCDEFGH23"}
        work.add(Letter(case_id=1, data=letter.data, signed_by=letter.signed_by, created_at=work.now, **newer))
    citizen = await town.sandbox.add_person("Warga")
    await citizen.open_link(f"surat-{letter.short_code}")
    await citizen.wait_for("Surat ini sudah diganti dengan surat nomor 500.12.3/99/DKISP/XI/2026")


async def test_a_certified_letter_is_known_by_its_file_and_a_changed_one_is_not(certified_town: Town) -> None:
    town = certified_town
    await walk.until_decision(town)
    await walk.approve(town)
    head, citizen = town["kepala_opd"], await town.sandbox.add_person("Warga")
    sent = await head.wait_for(lambda m: m.file is not None and m.text.startswith("Surat Balasan"), since=0)
    pdf = await head.download(sent)
    await citizen.send_document(pdf, "surat.pdf")
    answer = await citizen.wait_for("sama persis dengan yang dikeluarkan DKISP")
    assert f"Tanda tangan elektronik utuh, atas nama {OFFICE}" in answer.text
    await citizen.send_document(pdf[:-1] + b" ", "surat.pdf")
    await citizen.wait_for("bukan berkas yang dikeluarkan")


async def test_a_letter_whose_signature_is_broken_is_called_so_and_not_confirmed(certified_town: Town) -> None:
    town = certified_town
    await walk.until_decision(town)
    await walk.approve(town)
    head, citizen = town["kepala_opd"], await town.sandbox.add_person("Warga")
    sent = await head.wait_for(lambda m: m.file is not None and m.text.startswith("Surat Balasan"), since=0)
    pdf, letter = await head.download(sent), await answer_of(town)
    kept = town.app.office.files.path(hashlib.sha256(pdf).hexdigest())
    kept.chmod(0o600)
    kept.write_bytes(pdf.replace(b"/Title", b"/Titel", 1))
    await citizen.open_link(f"surat-{letter.short_code}")
    answer = (await citizen.wait_for("tidak utuh")).text
    assert "Hal: Persetujuan Permohonan Hosting" in answer
    assert "✅" not in answer
    assert "elektronik utuh" not in answer
    assert "atas nama" not in answer


async def test_nobody_guesses_codes_for_long(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_checks, "AN_HOUR", 3)
    citizen = await town.sandbox.add_person("Warga")
    for guess in ("2222222222", "2222222223", "2222222224"):
        await citizen.open_link(f"surat-{guess}")
        await citizen.wait_for("tidak tercatat")
    await citizen.open_link("surat-2222222225")
    await citizen.wait_for("Pemeriksaan surat dibatasi 3 kali setiap jam")

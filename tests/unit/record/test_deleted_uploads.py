"""What was sent for a request that was withdrawn goes when its time is over, and the record verifies without it."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.record.bundles import archive_of
from tests.unit.record.conftest import Layanan
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, push
from workflows.record import signed_zip
from workflows.record.bundle_check import check
from workflows.record.export import export
from workflows.record.manifest import Manifest
from workflows.retention import schedule
from workflows.retention.schedule import Periods
from workflows.store import cases, drafts
from workflows.store.tables import Case

PERIODS = Periods(uploads=365)
LETTER = b"%PDF-1.7 surat permohonan"


async def upload(office: Desk, content: bytes) -> dict[str, Any]:
    sha256 = await office.office.files.write(content)
    os.utime(office.office.files.path(sha256), (office.clock.now.timestamp(),) * 2)  # sent by the test's clock
    return {"sha256": sha256, "name": "Surat.pdf", "media_type": "application/pdf", "size": len(content)}


async def withdrawn(office: Desk, surat: dict[str, Any], **changes: Any) -> Case:
    case = await ask(office, cara_surat="unggah", surat=surat, **changes)
    return await push(office, case, "kepala_opd", "tarik")


async def purge(office: Desk, **span: float) -> int:
    office.clock.pass_time(**span)
    return (await schedule.purge_by_night(office.database, office.office.files, PERIODS))["uploads"]


async def test_the_file_goes_after_its_time_and_the_ledger_verifies_without_it(office: Desk, layanan: Layanan) -> None:
    surat = await upload(office, LETTER)
    await withdrawn(office, surat)
    path = office.office.files.path(surat["sha256"])
    assert (await purge(office, days=364), path.exists()) == (0, True)
    assert (await purge(office, days=2), path.exists()) == (1, False)
    assert await purge(office, days=1) == 0
    told = await asyncio.to_thread(layanan, "verify-ledger", "--files")
    assert told.exit_code == 0, told.output
    assert "Deleted by the retention schedule, as it says: 1 more." in told.output


async def test_a_file_that_somebody_else_deleted_is_still_missed(office: Desk, layanan: Layanan) -> None:
    kept = await upload(office, b"%PDF-1.7 surat lain")
    await withdrawn(office, await upload(office, LETTER))
    await ask(office, cara_surat="unggah", surat=kept, subdomain="lain")
    await purge(office, days=366)
    office.office.files.path(kept["sha256"]).unlink()
    told = await asyncio.to_thread(layanan, "verify-ledger", "--files")
    assert told.exit_code == 1
    assert f"its document {kept['sha256']} is not there" in told.output


async def test_what_a_later_line_names_again_is_missed_though_it_was_deleted_before(
    office: Desk, layanan: Layanan
) -> None:
    await withdrawn(office, await upload(office, LETTER))
    await purge(office, days=366)
    again = await upload(office, LETTER)
    await ask(office, cara_surat="unggah", surat=again)
    office.office.files.path(again["sha256"]).unlink()
    told = await asyncio.to_thread(layanan, "verify-ledger", "--files")
    assert told.exit_code == 1
    assert f"its document {again['sha256']} is not there" in told.output


async def test_a_file_that_another_case_or_a_form_needs_stays_for_that(office: Desk) -> None:
    shared, begun = await upload(office, LETTER), await upload(office, b"%PDF-1.7 sedang diisi")
    await withdrawn(office, shared)
    await ask(office, cara_surat="unggah", surat=shared)
    await withdrawn(office, begun, subdomain="lain")
    async with office.database.write() as work:
        kepala = await office.member(work, "kepala_opd")
        office.clock.pass_time(days=300)
        await drafts.start(
            work, kepala.person.id, form="permohonan", purpose={}, answers={"surat": begun}, position="perihal"
        )
    assert await purge(office, days=66) == 2
    for one in (shared, begun):
        assert office.office.files.path(one["sha256"]).exists()


async def test_what_somebody_sends_again_in_that_hour_is_not_taken_away(office: Desk) -> None:
    surat = await upload(office, LETTER)
    await withdrawn(office, surat)
    office.clock.pass_time(days=366)
    await upload(office, LETTER)
    await purge(office)
    assert office.office.files.path(surat["sha256"]).exists()


async def test_only_withdrawn_requests_lose_what_was_sent(office: Desk) -> None:
    surat = await upload(office, LETTER)
    case = await ask(office, cara_surat="unggah", surat=surat)
    await push(office, case, "bagian_umum", "kembalikan_opd", {"alasan": ["Berkas surat tidak terbaca"]})
    assert await purge(office, days=1000) == 0
    assert office.office.files.path(surat["sha256"]).exists()


@pytest.fixture
async def bundle(office: Desk, tmp_path: Path) -> Path:
    case = await withdrawn(office, await upload(office, LETTER))
    await purge(office, days=366)
    await export(await archive_of(office), case.number, tmp_path / "bundle.zip")
    return tmp_path / "bundle.zip"


async def test_the_export_says_what_was_deleted_and_verifies(bundle: Path, layanan: Layanan) -> None:
    told = await asyncio.to_thread(layanan, "verify-bundle", bundle)
    assert told.exit_code == 0, told.output
    assert "Not in it: surat, Surat.pdf, dihapus menurut jadwal retensi (2027-11-25)." in told.stdout
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert [document["kind"] for document in manifest["documents"]] == []


async def test_a_document_left_out_without_a_line_of_the_ledger_is_found(
    bundle: Path, office: Desk, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    manifest = Manifest.model_validate_json(contents.pop("manifest.json"))
    other = manifest.removed[0].model_copy(update={"sha256": "0" * 64})
    forged = manifest.model_copy(update={"removed": (other,)})
    entries = [("manifest.json", forged.to_json()), *contents.items()]
    signed_zip.write(tmp_path / "forged.zip", entries, (await archive_of(office)).key)
    (fault,) = check(tmp_path / "forged.zip").faults
    assert fault == f"no line of the ledger says that surat ({'0' * 64}) was deleted"


async def test_the_paper_stays_known_by_name_and_hash(office: Desk) -> None:
    surat = await upload(office, LETTER)
    case = await withdrawn(office, surat)
    await purge(office, days=366)
    async with office.database.read() as work:
        (paper,) = await cases.papers(work, case.id, "surat")
    assert (paper.name, paper.sha256, paper.removed_at) == ("Surat.pdf", surat["sha256"], office.clock.now)

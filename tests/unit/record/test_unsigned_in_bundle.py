"""A case whose letter still waits for its signature is exported as it stands, and says so."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

from tests.unit.record.bundles import archive_of
from tests.unit.record.conftest import Layanan, approve_one
from tests.unit.workflows.conftest import Desk
from workflows.record.export import export
from workflows.signing.port import Method
from workflows.store import cases, registers


async def waiting(office: Desk) -> Desk:
    """An office that signs by hand, with an approval that nobody signed yet."""
    desk = dataclasses.replace(office, office=dataclasses.replace(office.office, signing=Method.WET))
    await approve_one(desk)
    return desk


async def exported(desk: Desk, file: Path) -> dict[str, Any]:
    """Export the case; return what the manifest says of its Surat Balasan and its documents."""
    await export(await archive_of(desk), "HST-2026-0001", file)
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    (letter,) = [one for one in manifest["letters"] if one["kind"] == "surat_balasan"]
    assert letter["sha256"] in {one["sha256"] for one in manifest["documents"]}
    assert all("state" not in one for one in manifest["letters"] if one["kind"] != "surat_balasan")
    found: dict[str, Any] = letter
    return found


async def test_a_letter_that_waits_is_exported_as_its_original_and_named_so(
    office: Desk, layanan: Layanan, tmp_path: Path
) -> None:
    desk, file = await waiting(office), tmp_path / "bundle.zip"
    letter = await exported(desk, file)
    assert letter["state"] == "menunggu tanda tangan"
    told = await asyncio.to_thread(layanan, "verify-bundle", file)
    assert told.exit_code == 0, told.output
    assert f"The letter {letter['number']}: menunggu tanda tangan." in told.stdout


async def test_a_letter_whose_number_was_struck_before_anybody_signed_it_says_that(
    office: Desk, tmp_path: Path
) -> None:
    desk = await waiting(office)
    async with desk.database.write() as work:
        (letter,) = await cases.letters(work, 1, "surat_balasan")
        entry = await registers.of_case(work, "surat_keluar", 1)
        assert entry is not None
        assert entry.number == letter.number
        entry.voided_at = work.now
    assert (await exported(desk, tmp_path / "bundle.zip"))["state"] == "nomor dibatalkan sebelum ditandatangani"

"""A case that was exported, for tests of bundles."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.unit.record.conftest import install, open_office, render_letters
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.record.export import Archive, export
from workflows.record.office_key import office_key


def letter_from_outside() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


async def make_case(office: Desk) -> str:
    """Make a case with an upload and letters of ours, and another one whose lines lie between its own."""
    pdf = letter_from_outside()
    upload = {
        "sha256": await office.office.files.write(pdf),
        "name": "../../Surat Permohonan (final).pdf",
        "media_type": "application/pdf",
        "size": len(pdf),
    }
    await ask(office, "kepala_dinkes", subdomain="e-sehat", perihal="Rahasia OPD lain")
    mine = await ask(office, cara_surat="unggah", surat=upload)
    await push(office, await bring_to_decision(office, mine), "kepala_dkisp", "setujui")
    await render_letters(office)
    return mine.number


@pytest.fixture(scope="session")
async def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A bundle of a case, as it leaves an office."""
    place = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as environment:
        install(place, environment)
        async with open_office() as office:
            number, file = await make_case(office), place / "bundle.zip"
            await export(await archive_of(office), number, file)
            return await asyncio.to_thread(file.read_bytes)


async def archive_of(office: Desk) -> Archive:
    return Archive(
        database=office.database,
        files=office.office.files,
        letterhead=office.office.letterhead,
        key=await office_key(office.office.vault, office.database),
    )


@pytest.fixture
def bundle(exported: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "bundle.zip"
    file.write_bytes(exported)
    return file

"""An office that signs its letters by certificate: one number, one signed file, in ledger and bundle alike."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.unit.record.conftest import Layanan, approve_one
from tests.unit.signing.authority import OFFICE, PASSPHRASE, Authority
from tests.unit.workflows.conftest import Desk
from workflows.correspondence import worker
from workflows.signing.check import signatures
from workflows.signing.pkcs12 import Pkcs12Signer
from workflows.signing.port import SigningDelayed
from workflows.store import cases
from workflows.store.tables import LedgerEntry, OutboxMessage


@pytest.fixture
def folder(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same office, with a certificate."""
    monkeypatch.setenv("SIGNING_METHOD", "pkcs12")
    monkeypatch.setenv("SIGNING_PKCS12_FILE", str(Authority().pkcs12(tmp_path / "dinas.p12")))
    monkeypatch.setenv("SIGNING_PASSPHRASE", PASSPHRASE)
    return folder


async def files_of(desk: Desk) -> dict[str, bytes]:
    """Return the sealed letters' files by number or kind."""
    async with desk.database.read() as work:
        letters = [one for one in await cases.letters(work, 1) if one.short_code]
        papers = {one.id: await cases.paper(work, one.paper_id) for one in letters if one.paper_id}
    return {one.kind: await desk.office.files.read(paper.sha256) for one in letters if (paper := papers.get(one.id))}


async def test_letters_are_signed_and_the_ledger_says_by_what(at_work: Desk) -> None:
    signer = at_work.office.signer
    assert isinstance(signer, Pkcs12Signer)
    files = await files_of(at_work)
    assert files.keys() == {"lembar_disposisi", "surat_balasan"}
    for pdf in files.values():
        (found,) = await signatures(pdf, signer.roots())
        assert (found.holds, found.trusted) == (True, True)
    async with at_work.database.read() as work:
        lines = list(await work.session.scalars(select(LedgerEntry).where(LedgerEntry.action == "letter")))
    signed = [line for line in lines if line.data["letter"] in files]
    assert [line.data["signature"] for line in signed] == [signer.facts()] * 2


def test_the_bundle_carries_the_signed_letters_and_proves_them(at_work: Desk, layanan: Layanan, tmp_path: Path) -> None:
    bundle, signer = tmp_path / "bundle.zip", at_work.office.signer
    assert isinstance(signer, Pkcs12Signer)
    assert layanan("export", "HST-2026-0001", "--to", bundle).exit_code == 0
    assert layanan("verify-bundle", bundle).exit_code == 0
    with zipfile.ZipFile(bundle) as archive:
        carried = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    found = [one for pdf in carried for one in asyncio.run(signatures(pdf, signer.roots()))]
    assert [(one.holds, one.trusted) for one in found] == [(True, True)] * 2


def test_a_letter_is_verified_by_command(at_work: Desk, layanan: Layanan, tmp_path: Path) -> None:
    pdf = asyncio.run(files_of(at_work))["surat_balasan"]
    whole, changed, foreign = (tmp_path / name for name in ("surat.pdf", "ubah.pdf", "asing.pdf"))
    whole.write_bytes(pdf)
    changed.write_bytes(pdf + b"% tambahan")
    foreign.write_bytes(b"%PDF-1.7")
    told = layanan("verify-letter", whole)
    assert told.exit_code == 0, told.output
    assert "It is Surat Balasan 500.12.3/1/DKISP/XI/2026 of HST-2026-0001" in told.stdout
    assert f"Signed by {OFFICE}" in told.stdout
    assert "leads to one that is trusted" in told.stdout
    told = layanan("verify-letter", changed)
    assert told.exit_code == 1
    assert "the file was changed after it" in told.stderr
    assert layanan("verify-letter", foreign).exit_code == 1


class Died(BaseException):
    """The process ends here."""


async def test_who_dies_between_signing_and_keeping_signs_no_second_file(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[bytes] = []
    keep = worker._keep

    async def die_first(*args: Any) -> None:
        pdf, facts = args[-2:]
        if facts:
            signed.append(pdf)
        if facts and len(signed) == 1:
            raise Died
        await keep(*args)

    monkeypatch.setattr(worker, "_keep", die_first)
    with pytest.raises(Died):
        await approve_one(office)
    while await worker.make_next(office.office, office.database):
        pass
    first, again = signed[:2]
    assert first == again
    assert first in (await files_of(office)).values()


async def test_a_letter_waits_for_a_certificate_with_its_number_and_is_told_of_once(office: Desk) -> None:
    over = dataclasses.replace(office.office, signer=Over(office.office.signer))
    waiting = dataclasses.replace(office, office=over)
    await approve_one(waiting)
    office.clock.pass_time(days=3)  # until the administrator of the environment is one
    for _ in range(2):
        assert not await worker.make_next(over, office.database)
    async with office.database.read() as work:
        (number,) = [one.number for one in await cases.letters(work, 1, "surat_balasan")]
        told = [
            row
            for row in await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
            if row.params["text"] == "tanda_tangan.certificate_over"
        ]
    assert len(told) == 1
    while await worker.make_next(office.office, office.database):
        pass
    async with office.database.read() as work:
        (after,) = await cases.letters(work, 1, "surat_balasan")
    assert (after.number, after.paper_id is not None) == (number, True)


class Over(Pkcs12Signer):
    """A certificate whose time is over."""

    def __init__(self, real: object) -> None:
        assert isinstance(real, Pkcs12Signer)
        super().__init__(real._key, real.certificate, real.chain)

    async def sign(self, pdf: bytes, *, reason: str, at: dt.datetime) -> bytes:
        raise SigningDelayed("tanda_tangan.certificate_over")

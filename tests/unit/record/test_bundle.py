"""A case leaves the office as one file; whoever gets it can tell, offline, whether it is what the office signed."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tests.by_hand import as_json, by_hand
from tests.unit.record.bundles import bundle, exported, letter_from_outside, make_case
from tests.unit.record.conftest import Layanan, behind_its_back
from tests.unit.workflows.conftest import Desk
from workflows.record import signed_zip
from workflows.record.bundle_check import check

__all__ = ["bundle", "exported"]

STRIDE = 211
EDGE = 512  # bytes at either end, where headers, directory and signature lie


@pytest.fixture
async def case(office: Desk) -> str:
    return await make_case(office)


def test_it_holds_every_document_and_line_of_its_case_and_nothing_of_another(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = [json.loads(row) for row in archive.read("ledger.jsonl").splitlines()]
        contents = {name: archive.read(name) for name in archive.namelist()}
    kinds = {document["kind"] for document in manifest["documents"]}
    assert {"surat", "lembar_disposisi", "surat_balasan"} <= kinds
    assert letter_from_outside() in contents.values()
    assert [line["action"] for line in lines][:4] == ["case.ajukan", "case.kirim", "case.agendakan", "case.teruskan"]
    assert {line["case_id"] for line in lines} == {manifest["case"]["id"]}
    assert {manifest["people"][str(line["person_id"])]["name"] for line in lines if line["person_id"]} == {
        "Kepala Opd", "Bagian Umum", "Kepala Dkisp", "Kabid",
    }  # fmt: skip
    assert b"Rahasia OPD lain" not in b"".join(contents.values())
    assert all(not name.startswith(("/", ".")) and ".." not in name for name in contents)


def test_it_verifies_offline_without_settings_or_database(bundle: Path, layanan: Layanan, tmp_path: Path) -> None:
    told = layanan("verify-bundle", bundle)
    assert told.exit_code == 0, told.output
    assert "are as they were signed" in told.stdout
    assert list(tmp_path.iterdir()) == [bundle]


def test_any_changed_byte_is_found(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    changed = tmp_path / "changed.zip"
    places = {*range(0, len(whole), STRIDE), *range(EDGE), *range(len(whole) - EDGE, len(whole))}
    unseen = []
    for place in sorted(places):
        for bit in (0x01, 0x20):  # 0x20 makes a small letter a capital one
            changed.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            seal = signed_zip.seal_of(changed)
            if seal is not None and seal.holds:
                unseen.append(place)
    assert unseen == []


def test_a_changed_byte_is_told_in_words_and_never_as_a_traceback(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    changed = tmp_path / "changed.zip"
    for place in {*range(0, len(whole), 997), *range(len(whole) - 400, len(whole), 7)}:
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert check(changed).faults, place


@pytest.mark.parametrize("kept", [0, 1, 100, 20_000, -1])
def test_a_bundle_that_was_cut_is_refused(bundle: Path, layanan: Layanan, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bundle.read_bytes()[:kept])
    told = layanan("verify-bundle", cut)
    assert told.exit_code == 1
    assert "it is no bundle, or its end was cut off or changed" in told.stderr


def test_the_document_that_was_exchanged_is_named(bundle: Path, layanan: Layanan, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = old.comment
        names = old.namelist()
        for name in names:
            exchanged = name.startswith("documents/01")
            new.writestr(name, b"%PDF-1.7 another" if exchanged else old.read(name))
    told = layanan("verify-bundle", other)
    assert told.exit_code == 1
    first = next(name for name in names if name.startswith("documents/01"))
    assert "it is not as it was signed" in told.stderr
    assert f"{first} is not what its manifest says" in told.stderr


def test_the_fingerprint_that_the_office_publishes_tells_its_bundles_from_others(
    case: str, layanan: Layanan, tmp_path: Path, exported: bytes
) -> None:
    published = layanan("fingerprint").stdout.strip()
    own, foreign = tmp_path / "own.zip", tmp_path / "foreign.zip"
    layanan("export", case, "--to", own)
    foreign.write_bytes(exported)
    assert layanan("verify-bundle", own, "--fingerprint", published).exit_code == 0
    told = layanan("verify-bundle", foreign, "--fingerprint", published)
    assert told.exit_code == 1
    assert "it was signed by another key" in told.stderr


def test_its_lines_are_proven_under_a_checkpoint_that_was_kept(
    case: str, office: Desk, layanan: Layanan, tmp_path: Path
) -> None:
    """Not even the office, which has the key, can show another history than the one a kept checkpoint saw."""
    kept, bundle = tmp_path / "kept.txt", tmp_path / "bundle.zip"
    kept.write_text(layanan("checkpoint").stdout)
    for file in ("noted.zip", "plain.zip"):  # the ledger notes an export, so it grows behind the checkpoint
        assert layanan("export", case, "--to", tmp_path / file).exit_code == 0
    told = layanan("verify-bundle", tmp_path / "plain.zip", "--checkpoint", kept)
    assert told.exit_code == 1
    assert "it holds no proof for the checkpoint of" in told.stderr
    layanan("export", case, "--to", bundle, "--checkpoint", kept)
    told = layanan("verify-bundle", bundle, "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    assert told.stdout.count("that the checkpoint of") == 2


def test_nothing_is_exported_from_a_ledger_that_does_not_hold(
    case: str, office: Desk, layanan: Layanan, database_url: str, tmp_path: Path
) -> None:
    with behind_its_back(database_url) as database:
        database.run("UPDATE ledger SET person_id = 1 WHERE sequence = 7")
    told = layanan("export", case, "--to", tmp_path / "bundle.zip")
    assert told.exit_code == 1
    assert "Nothing was written: line 7 of the ledger is not as it was written" in told.stderr
    assert list(tmp_path.glob("bundle*")) == []


def test_a_document_that_is_not_as_it_was_kept_is_named(
    case: str, office: Desk, layanan: Layanan, folder: Path, tmp_path: Path
) -> None:
    victim = max(
        (path for path in (folder / "files").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    victim.write_bytes(victim.read_bytes()[:-1])
    told = layanan("export", case, "--to", tmp_path / "bundle.zip")
    assert told.exit_code == 1
    assert "is not as it was kept" in told.stderr


def test_the_record_says_what_left_the_office_and_an_unknown_case_leaves_nothing(
    case: str, office: Desk, layanan: Layanan, database_url: str, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.zip"
    assert layanan("export", case, "--to", bundle).exit_code == 0
    with by_hand(database_url) as database:
        ((action, data),) = database.rows("SELECT action, data FROM ledger ORDER BY sequence DESC LIMIT 1")
    assert action == "record.exported"
    assert as_json(data)["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    told = layanan("export", case, "--to", bundle)
    assert "exists and is left as it is" in told.stderr
    told = layanan("export", "HST-2026-0099", "--to", tmp_path / "x.zip")
    assert told.stderr == "Nothing was written: there is no case HST-2026-0099.\n"
    assert (layanan("verify-ledger")).exit_code == 0

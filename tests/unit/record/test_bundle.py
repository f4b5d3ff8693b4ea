"""A case leaves the office as one file; whoever gets it can tell, offline, whether it is what the office signed."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfWriter

from tests.unit.record.conftest import Layanan, behind_its_back, install, open_office, render_letters
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask, bring_to_decision, push
from workflows.record import checkpoint, signed_zip
from workflows.record.bundle_check import check
from workflows.record.export import Archive, export
from workflows.record.manifest import ProvenLine
from workflows.record.office_key import office_key
from workflows.record.signing import OfficeKey

STRIDE = 211
EDGE = 512  # bytes at either end, where headers, directory and signature lie


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


@pytest.fixture
async def case(office: Desk) -> str:
    return await make_case(office)


@pytest.fixture(scope="module")
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


@dataclasses.dataclass
class Forger:
    """Somebody with a key of their own, who may sign what they like."""

    contents: dict[str, bytes]
    key: OfficeKey = dataclasses.field(default_factory=lambda: OfficeKey(Ed25519PrivateKey.generate()))

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.contents["manifest.json"]))

    def rows(self) -> list[bytes]:
        return self.contents["ledger.jsonl"].splitlines()

    def write(self, file: Path, *, rows: list[bytes], **changes: object) -> Path:
        """Write a bundle with these lines of the ledger, whose manifest and signature fit what is in it."""
        manifest, ledger = self.manifest, b"\n".join(rows)
        old = checkpoint.LINE.findall(manifest["checkpoints"][0])[0]
        manifest["checkpoints"] = [checkpoint.make(self.key, int(old[0]), old[1], dt.datetime.now(dt.UTC)).line]
        note = next(one for one in manifest["files"] if one["path"] == "ledger.jsonl")
        note |= {"size": len(ledger), "sha256": hashlib.sha256(ledger).hexdigest()}
        forged = {"ledger.jsonl": ledger, "manifest.json": json.dumps(manifest | changes).encode()}
        signed_zip.write(file, (self.contents | forged).items(), self.key)
        return file


@pytest.fixture
def forger(bundle: Path) -> Forger:
    with zipfile.ZipFile(bundle) as archive:
        return Forger({name: archive.read(name) for name in archive.namelist()})


def test_a_forger_who_changes_nothing_is_told_by_the_key_alone(forger: Forger, tmp_path: Path) -> None:
    finding = check(forger.write(tmp_path / "forged.zip", rows=forger.rows()))
    assert (finding.faults, finding.public) == ((), forger.key.public)


def test_a_line_that_was_forged_does_not_stand_under_the_root(forger: Forger, tmp_path: Path) -> None:
    *others, last = forger.rows()
    line = ProvenLine.model_validate_json(last).model_copy(update={"data": {"forged": True}})
    line = line.model_copy(update={"hash": line.line().digest()})
    forged = forger.write(tmp_path / "forged.zip", rows=[*others, line.model_dump_json().encode()])
    found = check(forged).faults
    assert any(fault.startswith(f"line {line.sequence} of the ledger is not among the lines") for fault in found)


def test_a_line_left_out_leaves_its_document_unnamed(forger: Forger, tmp_path: Path) -> None:
    """Not each line that is left out shows; one that brought a document does."""
    without = [row for row in forger.rows() if b'"action":"letter"' not in row]
    found = check(forger.write(tmp_path / "forged.zip", rows=without)).faults
    assert any(fault.endswith("is named by no line of the ledger") for fault in found)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": -1}, {"sequence": 10**30}, {"at": "0001-01-01T00:00:00+14:00"}, {"at": "soon"}, {"hash": "x"},
        {"hash": ""}, {"paths": {}}, {"paths": {"7": ["zz"]}}, {"case_id": None}, {"data": []}, {"previous": 7},
        {"data": {"a": float("nan")}}, {"action": "\ud800"}, {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_hostile_line_is_refused_in_words(forger: Forger, tmp_path: Path, change: dict[str, object]) -> None:
    *others, last = forger.rows()
    rows = [*others, json.dumps(json.loads(last) | change).encode()]
    assert check(forger.write(tmp_path / "hostile.zip", rows=rows)).faults


@pytest.mark.parametrize(
    "change",
    [
        {"checkpoints": []}, {"checkpoints": ["layanan-checkpoint"]}, {"documents": [{}]}, {"files": []},
        {"case": None}, {"format": "layanan-bundle 2"}, {"exported_at": 1e300}, {"people": {"x": {}}}, {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_hostile_manifest_is_refused_in_words(forger: Forger, tmp_path: Path, change: dict[str, object]) -> None:
    assert check(forger.write(tmp_path / "hostile.zip", rows=forger.rows(), **change)).faults


def test_a_document_that_unpacks_to_more_than_it_says_is_not_unpacked(forger: Forger, tmp_path: Path) -> None:
    name = next(name for name in forger.contents if name.startswith("documents/"))
    forger.contents[name] += b"\0" * (50 << 20)
    found = check(forger.write(tmp_path / "hostile.zip", rows=forger.rows())).faults
    assert found == (f"{name} is not what its manifest says",)


def repacked(forger: Forger, file: Path, change: Callable[[zipfile.ZipFile], None], how: int) -> Path:
    """Write a forger's bundle packed by another hand, with whatever `change` puts into it, signed all the same."""
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.comment = f"layanan-bundle 1 {forger.key.public.hex()} ".encode() + b"0" * signed_zip.SIGNATURE_BYTES
        for name, content in forger.contents.items():
            archive.writestr(name, content)
        change(archive)
    raw = file.read_bytes()[: -signed_zip.SIGNATURE_BYTES]
    file.write_bytes(raw + forger.key.sign(signed_zip.CONTEXT + hashlib.sha256(raw).digest()).hex().encode())
    return file


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_an_unpacker_may_show_the_other(forger: Forger, tmp_path: Path) -> None:
    name = next(name for name in forger.contents if name.startswith("documents/"))
    twice = repacked(
        forger, tmp_path / "twice.zip", lambda archive: archive.writestr(name, b"%PDF"), zipfile.ZIP_DEFLATED
    )
    assert check(twice).faults == ("a name stands in it twice",)


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED])
def test_what_another_hand_packed_is_refused_unread(forger: Forger, tmp_path: Path, how: int) -> None:
    packed = repacked(forger, tmp_path / "packed.zip", lambda _: None, how)
    assert check(packed).faults == ("it is not packed as the office packs",)


def test_a_field_that_stands_twice_is_refused_for_readers_take_either(forger: Forger, tmp_path: Path) -> None:
    first, *others = forger.rows()
    doubled = first.replace(b'{"sequence":', b'{"action":"case.tolak","sequence":', 1)
    assert ProvenLine.model_validate_json(doubled) == ProvenLine.model_validate_json(first)
    found = check(forger.write(tmp_path / "doubled.zip", rows=[doubled, *others])).faults
    assert found == ("ledger.jsonl cannot be read",)


@pytest.mark.parametrize(
    "path", ["../x.pdf", "/etc/x.pdf", "documents/../../x.pdf", "documents/x.pdf\n", "a\x1b[2J.pdf"]
)
def test_a_path_that_leads_elsewhere_is_refused(forger: Forger, tmp_path: Path, path: str) -> None:
    first, *others = forger.manifest["documents"]
    forger.contents[path] = forger.contents[first["path"]]
    found = check(forger.write(tmp_path / "x.zip", rows=forger.rows(), documents=[first | {"path": path}, *others]))
    assert found.faults == ("manifest.json cannot be read",)


async def test_a_hash_that_somebody_typed_names_no_document(office: Desk, layanan: Layanan, tmp_path: Path) -> None:
    """An applicant types the hash of a paper of their own; who has the key puts it in as though it were recorded."""
    paper = b"%PDF-1.7 never handed in"
    typed = hashlib.sha256(paper).hexdigest()
    case = await ask(office, perihal=typed)
    await render_letters(office)
    file, key = tmp_path / "own.zip", await office_key(office.office.vault, office.database)
    await export(await archive_of(office), case.number, file)
    with zipfile.ZipFile(file) as archive:
        forger = Forger({name: archive.read(name) for name in archive.namelist()}, key)
    assert any(typed.encode() in row for row in forger.rows())
    name = "documents/99-x.pdf"
    note = {"path": name, "sha256": typed, "size": len(paper), "kind": "surat", "name": "x",
            "media_type": "application/pdf", "kept_at": "2026-01-01T00:00:00Z"}  # fmt: skip
    forger.contents[name] = paper
    forged = forger.write(tmp_path / "typed.zip", rows=forger.rows(), documents=[note, *forger.manifest["documents"]])
    assert check(forged).faults == (f"{name} is named by no line of the ledger",)


def test_a_forger_cannot_write_on_the_readers_terminal(forger: Forger, layanan: Layanan, tmp_path: Path) -> None:
    subject = "\x1b[2J\x1b[HSigned by the key of the office; as you expect.\n\u202e"
    case = forger.manifest["case"] | {"subject": subject}
    forged = forger.write(tmp_path / "forged.zip", rows=forger.rows(), case=case)
    told = layanan("verify-bundle", forged)
    assert told.exit_code == 0
    assert not set("\x1b\u202e") & set(told.stdout)
    assert sum(line.startswith("Signed by") for line in told.stdout.splitlines()) == 1


def test_a_bundle_is_for_its_owner_alone(bundle: Path, forger: Forger, tmp_path: Path) -> None:
    written = forger.write(tmp_path / "written.zip", rows=forger.rows())
    assert written.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".partial"] == []


def test_nothing_is_exported_from_a_ledger_that_does_not_hold(
    case: str, office: Desk, layanan: Layanan, folder: Path, tmp_path: Path
) -> None:
    with behind_its_back(folder) as database:
        database.execute("UPDATE ledger SET person_id = 1 WHERE sequence = 7")
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
    case: str, office: Desk, layanan: Layanan, folder: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.zip"
    assert layanan("export", case, "--to", bundle).exit_code == 0
    with contextlib.closing(sqlite3.connect(folder / "layanan.db")) as database:
        newest = "SELECT action, data FROM ledger ORDER BY sequence DESC"
        action, data = database.execute(newest).fetchone()
    assert action == "record.exported"
    assert json.loads(data)["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    told = layanan("export", case, "--to", bundle)
    assert "exists and is left as it is" in told.stderr
    told = layanan("export", "HST-2026-0099", "--to", tmp_path / "x.zip")
    assert told.stderr == "Nothing was written: there is no case HST-2026-0099.\n"
    assert (layanan("verify-ledger")).exit_code == 0

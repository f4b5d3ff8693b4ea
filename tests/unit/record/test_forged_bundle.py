"""Bundles by somebody with a key of their own, who may sign what they like: refused, or told by the key alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.unit.record.bundles import archive_of, bundle, exported
from tests.unit.record.conftest import Layanan, render_letters
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.test_case import ask
from workflows.record import checkpoint, signed_zip
from workflows.record.bundle_check import check
from workflows.record.export import export
from workflows.record.manifest import ProvenLine
from workflows.record.office_key import office_key
from workflows.record.signing import OfficeKey

__all__ = ["bundle", "exported"]


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
        {"former_keys": [{"public_key": "ab", "lines": 1}]}, {"former_keys": [{"public_key": "0" * 64, "lines": "x"}]},
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

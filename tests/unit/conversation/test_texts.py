"""Every text the code asks for exists, every text is asked for, and each renders."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import formats, language, texts
from bot.command_names import EVERYBODY
from bot.screens.hosting.groups import Group
from bot.screens.menu import WAYS
from provisioning.agent import malware_traits as file_traits
from provisioning.agent import scan as file_scan
from provisioning.domain_proof import Destination, Proof
from provisioning.pages import rules as page_rules
from provisioning.plan import ErrorCode
from provisioning.spec import State
from provisioning.uptime import Cause
from tests.unit.conversation.steps import steps_of_work, steps_without_name
from workflows.agenda.books import BOOKS
from workflows.cases.guards import GUARDS
from workflows.cases.receiver import Consent
from workflows.engine.description import Status
from workflows.engine.fields import Fault
from workflows.engine.permit import Reason
from workflows.malware import suspected
from workflows.people.languages import Language
from workflows.record.readings import ReadingKind
from workflows.registers.rows import REGISTERS
from workflows.uploads import Refusal

ROOT = Path(texts.__file__).parent.parent
FILES = {path.stem for path in texts.FOLDER.glob("*.toml")}
ENDED = [status for status in Status if status is not Status.OPEN]


def known_traits() -> set[str]:
    """Return the names of all that a page or a file may be suspected by."""
    files = {trait.id for trait in file_traits.rules().traits}
    return (
        files | set(page_rules.rules().weights) | {file_scan.TOO_SLOW, file_scan.CLOSED_FOLDER, suspected.CLAMAV_KNOWS}
    )


WAITING: dict[str, dict[str, str]] = {
    "penangguhan.hari_tiba": {"domain": "e-arsip.kota.test", "reason": "Sedang dibersihkan."},
    "akhir.boleh_dihapus": {"domain": "e-arsip.kota.test", "reason": "Tidak diperlukan lagi."},
    "cadangan.gagal": {"domain": "e-arsip.kota.test"},
    "jendela.besok": {
        "begins": "2026-11-27T06:00:00+00:00", "ends": "2026-11-27T08:00:00+00:00", "work": "Pembaruan sistem",
        "domains": "e-arsip.kota.test", "server": "web-1",
    },
    "kiriman.diblokir": {"nama": "Siti Rahma"},
    "laporan.berkas": {"title": "Laporan bulanan", "period": "November 2026"},
    "penggunaan.gambar": {"domain": "e-arsip.kota.test"},
}  # fmt: skip
"""Sentences that may wait in the outbox while an office upgrades from 0.1.0, with all that it kept of each."""


BUILT_KEYS = {
    *WAITING,
    *(f"isian.{fault}" for fault in Fault),
    *(f"unggahan.{refusal}" for refusal in Refusal),
    *(f"galat.{code}" for code in ErrorCode),
    "galat.verify_failed",
    *(f"langkah.{step}" for step in steps_of_work()),
    *(f"penolakan.{reason}" for reason in Reason),
    *(f"penolakan.guard_{guard}" for guard in GUARDS),
    *(f"perintah.{name}" for name in EVERYBODY),
    *(f"bahasa.{one.name.lower()}" for one in Language),
    *(f"kartu.keadaan_{status}" for status in ENDED),
    *(f"kartu.penerima_{consent}" for consent in Consent),
    *(f"daftar.keadaan_{status}" for status in Status),
    *(f"hosting.keadaan_{state}" for state in State),
    *(f"kelompok.{part}_{group}" for part in ("tombol", "isi") for group in Group if group is not Group.NOW),
    *(f"status.sebab_{cause}" for cause in Cause),
    *(f"domain_sendiri.bukti_{proof}" for proof in Proof),
    *(f"domain_sendiri.arah_{lead}" for lead in Destination),
    *(f"pemantauan.sifat_{trait}" for trait in known_traits()),
    *(f"kredensial.{kind}" for kind in ("sftp", "database", "page", "application")),
    *(f"bantuan.menu_{way}" for way in (*WAYS, "hosting", "admin")),
    *(f"buku.{what}" for what in (*BOOKS, "pdf", "xlsx")),
    *(f"pencatatan.{register}" for register in REGISTERS),
    *(f"privasi.dibuka_{what}" for what in ReadingKind),
    *(f"privasi.judul_{screen}" for screen in ("readings", "my_readings")),
}
"""Keys whose last part is a value: these are built while running."""

NO_TEXTS = {
    *(f"hosting.{what}" for what in ("applied", "failed", "adopted", "drifted", "in_step")),
    *(f"hosting.{what}" for what in ("repair_asked", "repaired", "repair_failed")),
    *(
        f"hosting.{what}"
        for what in ("down", "up", "suspected", "suspicion_dismissed", "suspend_noted", "order_overtaken")
    ),
    *(f"hosting.{what}" for what in ("looked_at", "ticked", "unticked", "inspected", "move")),
    *("server.enrolled", "server.retired"),
}
"""Actions of the ledger, named like texts."""

BUILT_PREFIXES = (
    "admin.",
    "basis_data.",
    "domain_sendiri.",
    "folder_situs.",
    "cadangan.",
    "kalender.",
    "jendela.",
    "kartu.rekomendasi_",
    "kata_sandi.",
    "kunci_sftp.",
    "laravel.",
    "log_situs.",
    "kelaikan.",
    "pembersihan.",
    "pemindahan.",
    "orang.",
    "akhir.",
    "penangguhan.",
    "pekerjaan.tertinggal_",
    "perpanjangan.",
    "pesanan.apa_",
    "pesanan.kembali_",
    "tim.",
    "penolakan.",
    "perubahan.",
    "php.",
    "rekan.",
    "salinan_uji.",
    "server.baris_",
    "tugas_terjadwal.",
    "uraian.",
    "wordpress.",
)


def strings_in_code() -> Iterator[str]:
    elsewhere = {ROOT / "bot" / room for room in ("commands", "demo", "doctor", "sandbox")}  # they speak no template
    bot = [path for path in (ROOT / "bot").rglob("*.py") if not elsewhere.intersection(path.parents)]
    for path in [*bot, *(ROOT / "workflows").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def refusals_in_code() -> Iterator[str]:
    for path in (ROOT / "workflows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refused"), args=[ast.Constant(value=code), *_]):
                    yield str(code)


def people_errors_in_code() -> Iterator[str]:
    tree = ast.parse((ROOT / "workflows" / "people" / "members.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="PeopleError"), args=[ast.Constant(value=code), *_]):
                yield str(code)


def keys_in_code() -> set[str]:
    found = {text for text in strings_in_code() if text.partition(".")[0] in FILES and text.count(".") == 1}
    whole = {text for text in found if text.partition(".")[2].isidentifier() and not text.endswith("_")}
    return whole - NO_TEXTS


def test_every_text_that_is_asked_for_exists() -> None:
    assert keys_in_code() - texts.keys() == set()
    assert BUILT_KEYS - texts.keys() == set()


def test_every_refusal_has_a_sentence() -> None:
    assert {f"penolakan.{code}" for code in refusals_in_code()} - texts.keys() == set()
    assert {f"orang.{code}" for code in people_errors_in_code()} - texts.keys() == set()


def test_every_failure_names_its_step() -> None:
    assert steps_without_name() == []


def test_no_text_lies_idle() -> None:
    used = keys_in_code() | BUILT_KEYS
    idle = {key for key in texts.keys() - used if not key.startswith(BUILT_PREFIXES)}
    assert idle == set()


def test_what_people_write_is_never_markup() -> None:
    said = texts.html("umum.kalimat", sentence='<b>"tebal"</b> & <a href="x">tautan</a>')
    assert "<b>" not in said
    assert "<a" not in said
    assert texts.plain("umum.kalimat", sentence="A & B") == "A & B"


def test_a_missing_parameter_is_no_silent_gap() -> None:
    with pytest.raises(Exception, match="sentence"):
        texts.html("umum.kalimat")


@pytest.mark.parametrize("spoken", list(Language))
@pytest.mark.parametrize("key", sorted(WAITING))
def test_what_waits_across_an_upgrade_is_said_by_the_newer_release(key: str, spoken: Language) -> None:
    with language.spoken(spoken):
        said = texts.html(key, **WAITING[key])
    shown = WAITING[key].get("domain") or WAITING[key].get("domains") or next(iter(WAITING[key].values()))
    assert shown in said


def test_facts_are_written_as_an_office_writes_them() -> None:
    assert formats.date("2026-11-24") == "24 November 2026"
    assert formats.instant("2026-11-24T02:15:00+00:00") == "24 November 2026 pukul 10.15 WITA"
    assert formats.duration(7500) == "2 jam 5 menit"
    assert formats.bar(3, 10) == "▓▓▓░░░░░░░ 30%"

"""Whatever the office refuses, a person reads why: every code of the program has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import texts
from bot.language import spoken
from bot.refusals import refusal
from workflows.cases.guards import GUARDS
from workflows.engine.permit import Reason
from workflows.people.languages import Language
from workflows.refusal import Refused

ROOT = Path(__file__).parents[3]
TOAST_MAX = 200  # characters that Telegram shows in an answer to a press
PARAMS = {
    "domain": "e-arsip.tarakankota.go.id",
    "zone": "tarakankota.go.id",
    "server": "web-1",
    "php": "8.4",
    "lacking": ["disk_mb", "memory_mb"],
    "name": "Dinas Kesehatan",
    "address": "2001:db8::10",
    "other": "web-2",
    "slug": "e-arsip",
    "text": "pagi sampai siang",
    "limit": 20,
    "party": "Dinas Kesehatan",
    "subject": "Permohonan hosting e-Arsip",
    "number": "500.12.3/17/DKISP/XI/2026",
    "case": "HST-2026-0001",
    "by": "dr. Siti Rahma, M.Kes.",
    "acting": "plh",
    "title": "Kepala Bidang Aplikasi Informatika",
    "role": "Kepala DKISP",
    "until": "2026-11-30",
    "day": "2026-12-24",
    "count": 3,
    "script": "public/tugas/harian.php",
    "fingerprint": "SHA256:8nN0Zz0f1l5Qk2Yx9wq3b7d1m4p6s8v0y2A5C7E9G1I",
    "kind": "database",
    "held": 123_456,
    "granted": 1_024,
    "at": "2026-11-24T02:00:00+00:00",
}


def codes_in_the_program() -> set[str]:
    sources = [path for room in ("workflows", "bot") for path in (ROOT / room).rglob("*.py")]
    return {code for path in sources for code in re.findall(r'Refused\(\s*"([a-z_]+)"', path.read_text("utf-8"))}


CODES = sorted(codes_in_the_program() | {f"guard_{name}" for name in GUARDS} | set(Reason))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_each_refusal_has_a_sentence_that_fits_a_toast(code: str, language: Language) -> None:
    with spoken(language):
        assert texts.has(f"penolakan.{code}")
        words = refusal(Refused(code, PARAMS))
    assert words.endswith(".")
    assert len(words) <= TOAST_MAX


def test_lacking_capacity_is_named() -> None:
    words = refusal(Refused("capacity_lacking", PARAMS))
    assert "web-1" in words
    assert "(disk, memori)" in words

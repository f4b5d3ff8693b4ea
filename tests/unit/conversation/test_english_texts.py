"""The English texts are the Indonesian ones in other words: none missing, none that needs or shows something else."""

from __future__ import annotations

import re

import jinja2
import pytest
from jinja2 import meta, nodes

from bot import formats, texts
from bot.language import spoken
from bot.screens.keyboards import LABEL_MAX
from workflows.people.languages import Language

ENGLISH_FOLDER = texts.FOLDER / "en"
OF_DESCRIPTIONS = ("uraian", "perubahan")
"""Files said on the command line only, to those who write an SOP's description, which is Indonesian itself."""

INDONESIAN = {
    key: text for key, text in texts.read(texts.FOLDER).items() if key.partition(".")[0] not in OF_DESCRIPTIONS
}
ENGLISH = texts.read(ENGLISH_FOLDER)

COMMON = """
    yang dan anda untuk dari dengan sudah belum tidak akan pada atau oleh ini itu dapat telah sampai ketuk mohon silakan
    sedang bila karena agar kepada sebagai dalam lagi hanya masih semua setiap surat kata sandi berkas permohonan pilih
    tanggal hari menit detik bulan tahun jam selesai gagal langkah penyebab alamat
"""
GIVE_AWAY = frozenset(COMMON.split())
NAMES_OF_DOCUMENTS = frozenset(
    {
        "daftar.cari_tanya",  # what is searched for is Indonesian, as the record is
        "formulir.nama_berkas",  # of a letter
        "isian.dokumen_perlu",
        "isian.dokumen_jenis",
    }
)
"""Texts that name a document or an answer as the office would write it."""

SOP_BUTTONS = re.compile(
    r"<b>[^<]*(?:Lepas alamat|Ubah paket|Minta pendapat|Lihat permohonan)[^<]*</b>|Lihat permohonan|Pilih server"
    r"|Minta pendapat|Catat serah terima|Agendakan|Lepas alamat"
)


def parsed(source: str) -> nodes.Template:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(formats.FILTERS)
    return environment.parse(source)


def tags(source: str) -> list[str]:
    return sorted(re.findall(r"</?[a-z][a-z-]*>", source))


def words(source: str) -> set[str]:
    """Return what is said: neither Jinja's own words nor the names of its variables, filters and keys."""
    said = SOP_BUTTONS.sub(" ", source)
    for silent in (r"\{%[^%'\"]*%\}", r"\{\{[^}'\"]*\}\}", r"\| *\w+", r"['\"]\w+['\"]:", r"<[^>]*>", r"/[a-z]+"):
        said = re.sub(silent, " ", said, flags=re.DOTALL)
    return set(re.findall(r"[a-z]+", said.lower()))


def test_each_text_stands_in_both_languages() -> None:
    assert ENGLISH.keys() == INDONESIAN.keys()


def test_no_english_text_needs_more_or_says_less() -> None:
    """A variable that only one of both names is forgotten, or is not given when the text is said."""
    differ = {
        key: (sorted(there - here), sorted(here - there))
        for key in ENGLISH.keys() & INDONESIAN.keys()
        if (here := meta.find_undeclared_variables(parsed(ENGLISH[key])))
        != (there := meta.find_undeclared_variables(parsed(INDONESIAN[key])))
    }
    assert differ == {}


def test_the_markup_is_the_same() -> None:
    assert {key for key in ENGLISH.keys() & INDONESIAN.keys() if tags(ENGLISH[key]) != tags(INDONESIAN[key])} == set()


def test_no_indonesian_is_left() -> None:
    left = {key: found for key, text in ENGLISH.items() if (found := words(text) & GIVE_AWAY)}
    assert {key: found for key, found in left.items() if key not in NAMES_OF_DOCUMENTS} == {}
    assert left.keys() >= NAMES_OF_DOCUMENTS, "an exception that none needs any more"


def test_the_give_away_words_are_found_in_indonesian() -> None:
    """Else the test above could not fail."""
    sentences = [text for text in INDONESIAN.values() if len(text) > 60]
    assert sum(bool(words(text) & GIVE_AWAY) for text in sentences) > 0.9 * len(sentences)


def test_no_button_is_cut_that_was_not() -> None:
    labels = [key for key in ENGLISH if re.search(r"\.(tombol|kirim|ya)_", key)] + [*_labels_in_code()]
    cut = {key for key in labels if len(ENGLISH[key]) > LABEL_MAX >= len(INDONESIAN[key])}
    assert len(labels) > 150
    assert cut == set()


def _labels_in_code() -> set[str]:
    code = "".join(path.read_text("utf-8") for path in (texts.FOLDER.parents[1] / "bot").rglob("*.py"))
    return set(re.findall(r'button\(\s*plain\(\s*"([a-z_.]+)"', code))


@pytest.mark.parametrize(("count", "said"), [(0, "No task is"), (1, "1 task is"), (2000, "2,000 tasks are")])
def test_counts_are_said_as_english_does(count: int, said: str) -> None:
    with spoken(Language.ENGLISH):
        assert f"{said} waiting for you." in texts.html("menu.sapaan", name="", offices=[], tasks=count)

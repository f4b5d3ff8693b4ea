"""Parts that several descriptions share: read as if they stood in the file, and found by their own file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.description_faults import in_sentences
from tests.unit.engine.test_validate import SMALL, WORDS
from workflows.engine.description import Sop
from workflows.engine.fault import DescriptionError
from workflows.engine.included import PARTS
from workflows.engine.load import load_sop
from workflows.engine.validate import ensure_valid

INCLUDE = 'include = ["jabatan.toml"]\n'
FORMS = "[[forms]]"
SHARED = """
[[shared_actions]]
steps = ["*"]
id = "lihat"
label = "Lihat"
kind = "view"
roles = ["clerk"]
"""


def split() -> tuple[str, str]:
    """The small description without its forms, and its forms."""
    head, _, tail = SMALL.partition(FORMS)
    return INCLUDE + head, FORMS + tail


def read(folder: Path, own: str, part: str, name: str = "jabatan.toml") -> Sop:
    (folder / PARTS).mkdir(exist_ok=True)
    (folder / PARTS / name).write_text(part, encoding="utf-8")
    (folder / "surat.toml").write_text(own, encoding="utf-8")
    return ensure_valid(load_sop(folder / "surat.toml"), WORDS)


def told(folder: Path, own: str, part: str) -> str:
    with pytest.raises(DescriptionError) as refused:
        read(folder, own, part)
    return in_sentences(refused.value)


def test_a_part_is_read_as_if_it_stood_in_the_file(tmp_path: Path) -> None:
    own, forms = split()
    sop = read(tmp_path, own, forms)
    (tmp_path / "surat.toml").write_text(SMALL, encoding="utf-8")
    whole = load_sop(tmp_path / "surat.toml")
    assert (sop.forms, sop.steps, sop.opening) == (whole.forms, whole.steps, whole.opening)


def test_steps_of_a_part_stand_where_their_number_says(tmp_path: Path) -> None:
    head, _, rest = SMALL.partition("[[steps]]")
    step, _, rest = rest.partition("[[steps]]")
    sop = read(tmp_path, INCLUDE + head + "[[steps]]" + step, "[[steps]]" + rest)
    assert [one.id for one in sop.steps] == ["one", "two"]


def test_a_button_of_a_part_may_stand_at_every_step(tmp_path: Path) -> None:
    own, forms = split()
    sop = read(tmp_path, own, SHARED + forms)
    assert [step.actions[-1].id for step in sop.steps] == ["lihat", "lihat"]


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ('roles = ["clerk"]', 'roles = ["klerk"]', "tombol “lihat”: Peran “klerk” tidak ada"),
        ('steps = ["*"]', 'steps = ["three"]', "tombol “lihat”: “steps” menyebut langkah “three” yang tidak ada."),
        (
            'kind = "view"',
            'knid = "view"',
            "tombol “lihat”: “knid” bukan nama yang dikenal di sini.",
        ),
        ('type = "choice"', 'type = "kalender"', "isian “isi”, pertanyaan “jenis”: “type” tidak mengenal “kalender”."),
        (
            'value = "b", label = "B"',
            'value = "b", label = "A"',
            "pertanyaan “jenis”: Pilihan “A” ditulis dua kali.",
        ),
        ('label = "Lihat"', 'label = "Lihat', 'tidak terbaca: label = "Lihat'),
        ("[[shared_actions]]", "[sop]\n[[shared_actions]]", "“sop” bukan nama yang dikenal di sini."),
    ],
)
def test_a_fault_is_named_with_the_parts_own_file(tmp_path: Path, good: str, bad: str, reason: str) -> None:
    own, forms = split()
    part = SHARED + forms
    assert good in part
    message = told(tmp_path, own, part.replace(good, bad, 1))
    assert message.startswith(str(tmp_path / PARTS / "jabatan.toml"))
    assert reason in message


def test_a_fault_beside_a_part_is_named_with_the_description(tmp_path: Path) -> None:
    own, forms = split()
    message = told(tmp_path, own.replace('actors = ["clerk"]', 'actors = ["klerk"]'), forms)
    assert message.startswith(f"{tmp_path / 'surat.toml'}: langkah “two”: Peran “klerk” tidak ada")


def test_what_stands_in_two_files_names_both(tmp_path: Path) -> None:
    _, forms = split()
    message = told(tmp_path, INCLUDE + SMALL, forms)
    part, own = tmp_path / PARTS / "jabatan.toml", tmp_path / "surat.toml"
    assert message == f"{own}: isian “isi”: Bagian ini juga ditulis pada {part}. Hapus salah satunya."


@pytest.mark.parametrize("name", ["../surat.toml", "/etc/passwd", "jabatan", "sub/jabatan.toml", ""])
def test_a_part_lies_in_the_folder_of_parts_and_nowhere_else(tmp_path: Path, name: str) -> None:
    own, forms = split()
    message = told(tmp_path, own.replace("jabatan.toml", name), forms)
    assert f"“include” menyebut “{name}”, yang bukan nama berkas pada folder parts." in message


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    own, forms = split()
    message = told(tmp_path, own.replace("jabatan.toml", "orang.toml"), forms)
    assert message.startswith(str(tmp_path / PARTS / "orang.toml"))

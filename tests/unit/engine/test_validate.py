"""A broken description is refused at start, with file, place and reason: one row a kind of fault."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import texts
from bot.description_faults import in_sentences
from workflows.engine import load
from workflows.engine.fault import DescriptionError
from workflows.engine.load import load_sop
from workflows.engine.validate import Vocabulary, ensure_valid

SMALL = """
[sop]
code = "surat"
number = "1"
version = 1
title = "Surat"
case_prefix = "S"
effective_on = 2026-01-01

[opening]
id = "buka"
label = "Buka"
roles = ["asker"]
form = "isi"
submit = "Simpan"
subject = "judul"
then = "kirim"

[[roles]]
id = "asker"
title = "Pemohon"
scope = "opd"

[[roles]]
id = "clerk"
title = "Petugas"
scope = "office"

[[steps]]
id = "one"
number = 1
title = "Satu"
short_title = "Satu"
actors = ["asker"]
needs = "-"
output = "-"
norm = "2 menit"
deadline = "1 hari"

[[steps.actions]]
id = "kirim"
label = "Kirim"
roles = ["asker"]
to = "two"
effects = [{ do = "issue_letter", letter = "surat" }]
notify = ["clerk"]
done_text = "dikirim"

[[steps]]
id = "two"
number = 2
title = "Dua"
short_title = "Dua"
actors = ["clerk"]
needs = "-"
output = "-"
norm = "2 hari"
deadline = "2 hari"

[[steps.actions]]
id = "selesai"
label = "Selesai"
roles = ["clerk"]
guards = ["ready"]
confirm = { text = "{case} selesai.", yes = "Ya, selesai", no = "Tidak" }
to = "closed"
done_text = "diselesaikan"

[[forms]]
id = "isi"
title = "Isi"

[[forms.fields]]
id = "judul"
type = "text"
ask = "Judul?"
label = "Judul"

[[forms.fields]]
id = "jenis"
type = "choice"
ask = "Jenis?"
label = "Jenis"
choices = [{ value = "a", label = "A" }, { value = "b", label = "B" }]

[[forms.fields]]
id = "nama"
type = "text"
ask = "Nama?"
label = "Nama"
when = { field = "jenis", value = "a" }
"""

LETTER = """
[[letters]]
id = "jawaban"
title = "Surat Jawaban"
signer = "clerk"
to = "asker"
subject = "Jawaban atas {subject}"
opening = ["Atas surat Saudara tentang {isi.judul}, disampaikan:"]
fields = ["isi.nama"]
"""

WORDS = Vocabulary(
    guards=frozenset({"ready"}),
    effects=frozenset({"issue_letter", "send_letter", "tell"}),
    arguments={"issue_letter": ("letter",), "send_letter": ("letter", "to"), "tell": ("to", "text")},
    templates=frozenset({"surat_uraian"}),
    needs={"surat": ("isi.judul",), "ready": ("clerk",)},
    letters=frozenset({"surat"}),
    events=frozenset({"delivered"}),
    views=frozenset({"lihat"}),
    placeholders=frozenset({"case"}),
    personal=frozenset({"tell"}),
)

ENGINE = Path(load.__file__).parent
Write = Callable[[str], Path]


def told(path: Path, words: Vocabulary = WORDS) -> str:
    """Return what the writer of a broken description is told."""
    with pytest.raises(DescriptionError) as refused:
        ensure_valid(load_sop(path), words)
    return in_sentences(refused.value)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "surat.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_a_second_sop_needs_a_description_only(write: Write) -> None:
    sop = ensure_valid(load_sop(write(SMALL)), WORDS)
    assert [step.id for step in sop.steps] == ["one", "two"]


CLERK = 'title = "Petugas"\n'
BROKEN = [
    (
        'title = "Petugas"\n',
        'title = "Petugas"\nescalates_to = "boss"\n',
        "peran “clerk”, escalates_to: Peran “boss” tidak ada pada [[roles]].",
    ),
    (
        'title = "Petugas"\n',
        'title = "Petugas"\nescalates_to = "clerk"\n',
        "peran “clerk”: “escalates_to” menyebut peran itu sendiri.",
    ),
    (
        "version = 1",
        "version = 1\nreminders = [80, 50]",
        "[sop]: “reminders” harus dari kecil ke besar, misalnya [50, 80, 100].",
    ),
    ("version = 1", "version = 1\nreminders = [50, 120]", "[sop]: “reminders” adalah persentase dari batas waktu."),
    ("version = 1", 'version = 1\nreminders = ["50"]', "[sop]: “reminders” harus daftar angka bulat."),
    (
        'roles = ["clerk"]',
        'roles = ["klerk"]',
        "langkah “two”, tombol “selesai”: Peran “klerk” tidak ada pada [[roles]].",
    ),
    ('actors = ["clerk"]', 'actors = ["klerk"]', "langkah “two”: Peran “klerk” tidak ada pada [[roles]]."),
    (
        'notify = ["clerk"]',
        'notify = ["klerk"]',
        "langkah “one”, tombol “kirim”: Peran “klerk” tidak ada pada [[roles]].",
    ),
    (
        'guards = ["ready"]',
        'guards = ["redy"]',
        "langkah “two”, tombol “selesai”: Syarat (guards) “redy” tidak dikenal.",
    ),
    (
        'do = "issue_letter"',
        'do = "issue_leter"',
        "langkah “one”, tombol “kirim”: Akibat (effects) “issue_leter” tidak dikenal.",
    ),
    (
        'letter = "surat"',
        'letter = "surta"',
        "langkah “one”, tombol “kirim”: Surat “surta” tidak ada pada [[letters]].",
    ),
    (
        "{case} selesai",
        "{kasus} selesai",
        "langkah “two”, tombol “selesai”: Yang ditulis di antara kurung kurawal, “kasus”, tidak dikenal.",
    ),
    ('form = "isi"', 'form = "isian"', "tombol pembuka “buka”: Isian “isian” tidak ada pada [[forms]]."),
    (
        'then = "kirim"',
        'then = "selesai"',
        "tombol pembuka “buka”: “then” menyebut tombol “selesai” yang tidak ada pada langkah pertama.",
    ),
    ('to = "two"', 'to = "tow"', "langkah “one”, tombol “kirim”: Langkah “tow” tidak ada."),
    ('to = "two"', 'to = "closed"', "langkah “two”: Tidak ada tombol yang menuju langkah ini."),
    (
        'to = "closed"',
        'to = "one"',
        "langkah “one”: Jalan buntu: permohonan dalam keadaan “open” tidak dapat sampai ke akhir.",
    ),
    (
        'to = "two"',
        'to = "two"\nstatus = "waiting_opd"',
        "langkah “two”: Jalan buntu: permohonan dalam keadaan “waiting_opd” tidak dapat sampai ke akhir.",
    ),
    (
        'guards = ["ready"]',
        'statuses = ["waiting_opd"]',
        "langkah “two”, tombol “selesai”: Tombol ini tidak pernah muncul: di langkah ini permohonan tidak pernah",
    ),
    (
        'field = "jenis", value = "a"',
        'field = "jnis", value = "a"',
        "isian “isi”, pertanyaan “nama”: Pertanyaan “jnis” pada syarat ini tidak ada di atas pertanyaan ini.",
    ),
    (
        'field = "jenis", value = "a"',
        'field = "jenis", value = "c"',
        "isian “isi”, pertanyaan “nama”: Syarat “when” tidak pernah terpenuhi: “jenis” tidak dapat dijawab c.",
    ),
    (
        'value = "b", label = "B"',
        'value = "b", label = "A"',
        "isian “isi”, pertanyaan “jenis”: Pilihan “A” ditulis dua kali.",
    ),
    ('id = "nama"', 'id = "jenis"', "isian “isi”: Pertanyaan “jenis” ditulis dua kali."),
    (
        'label = "Selesai"',
        'label = "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"',
        "langkah “two”, tombol “selesai”: “label” “SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS” berisi 41 huruf.",
    ),
    (
        'id = "selesai"',
        'id = "sssssssssssssssssssss"',
        "langkah “two”, tombol “sssssssssssssssssssss”: “id” “sssssssssssssssssssss” tidak dapat dipakai.",
    ),
    ('id = "selesai"', 'id = "kirim"', "langkah “two”, tombol “kirim”: Tombol lain sudah memakai id ini."),
    (
        'short_title = "Dua"',
        'short_title = "Dua puluh sembilan"',
        "langkah “two”: “short_title” “Dua puluh sembilan” berisi 18 huruf.",
    ),
    ('id = "two"', 'id = "one"', "Langkah “one” ditulis dua kali."),
    (
        'submit = "Simpan"',
        "",
        "tombol pembuka “buka”: “form” dan “submit” ditulis berpasangan: isian perlu tulisan untuk tombol",
    ),
    ('done_text = "diselesaikan"', "", "langkah “two”, tombol “selesai”: “done_text” belum ditulis."),
    (
        'done_text = "diselesaikan"',
        'done_text = "x"\nonce = true',
        "langkah “two”, tombol “selesai”: “once” memerlukan “records”: nama catatan tentang siapa yang mengetuknya.",
    ),
    (
        'roles = ["clerk"]',
        'roles = ["asker"]',
        "langkah “two”: “clerk” adalah pelaksana, tetapi tidak memiliki tombol.",
    ),
    (
        'actors = ["clerk"]',
        "actors = []",
        "langkah “two”: Tidak ada pelaksana (actors) dan tidak ada kejadian (on_event) yang ditunggu.",
    ),
    (
        'done_text = "dikirim"',
        'done_text = "x"\nkind = "view"',
        "langkah “one”, tombol “kirim”: Tombol jenis “view” hanya menampilkan.",
    ),
    (
        'title = "Isi"',
        'title = "I"\nfields = []\n[[forms]]\nid = "b"\ntitle = "B"',
        "isian “isi”: Isian ini tidak menanyakan apa pun.",
    ),
    (
        'notify = ["clerk"]',
        'clears = ["agnda"]',
        "langkah “one”, tombol “kirim”: “clears” menyebut “agnda” yang tidak pernah dicatat.",
    ),
    (
        'notify = ["clerk"]',
        "sets = { isi = true }",
        "Nama “isi” dipakai untuk dua hal (isian, “sets”, atau “records”). Beri nama yang berbeda.",
    ),
    (
        'notify = ["clerk"]',
        "sets = { seen = 3 }",
        "langkah “one”, tombol “kirim”: “sets”: “seen” harus berisi teks di antara tanda kutip, atau true atau",
    ),
    (
        'norm = "2 hari"',
        'norm = "2 hari"\non_event = { arived = {} }',
        "langkah “two”: Kejadian (on_event) “arived” tidak dikenal.",
    ),
    (
        'norm = "2 hari"',
        'norm = "2 hari"\non_event = { delivered = { effects = [{ do = "tell", to = "asker", text = "x" }] } }',
        "langkah “two”, kejadian “delivered”: Akibat “tell” mencatat orang yang menekan tombol, sehingga tidak dapat",
    ),
    (
        'done_text = "dikirim"',
        'done_text = "x"\nkind = "view"',
        "langkah “one”, tombol “kirim”: Tombol yang hanya menampilkan tidak mengenal “kirim”.",
    ),
    ('norm = "2 hari"', 'norm = "dua hari"', "langkah “two”: “norm” berisi “dua hari”."),
    ('norm = "2 hari"', "", "langkah “two”: “norm” belum ditulis."),
    (
        "number = 2",
        'number = "2"',
        'langkah “two”: “number” berisi "2". Tulis angka bulat tanpa tanda kutip, misalnya 3.',
    ),
    ('scope = "office"', 'scope = "kota"', "peran “clerk”: “scope” tidak mengenal “kota”."),
    ('type = "choice"', 'type = "kalender"', "isian “isi”, pertanyaan “jenis”: “type” tidak mengenal “kalender”."),
    (
        'guards = ["ready"]',
        'gaurds = ["ready"]',
        "langkah “two”, tombol “selesai”: “gaurds” bukan nama yang dikenal di sini.",
    ),
    (
        'title = "Isi"',
        'title = "Isi',
        'Baris 71 tidak terbaca: title = "Isi Periksa tanda kutip, kurung, koma, dan tanda = pada baris itu dan',
    ),
]


@pytest.mark.parametrize(("good", "bad", "reason"), BROKEN, ids=[row[2][:50] for row in BROKEN])
def test_a_broken_description_is_refused(write: Write, good: str, bad: str, reason: str) -> None:
    head, _, tail = SMALL.rpartition(good)
    assert f"surat.toml: {reason}" in told(write(head + bad + tail))


BROKEN_LETTERS = [
    ('signer = "clerk"', 'signer = "klerk"', "surat “jawaban”: Peran “klerk” tidak ada pada [[roles]]."),
    ('to = "asker"', 'to = "aker"', "surat “jawaban”: Peran “aker” tidak ada pada [[roles]]."),
    ("{subject}", "{perihal}", "surat “jawaban”: Yang ditulis di antara kurung kurawal, “perihal”, tidak dikenal."),
    (
        "{isi.judul}",
        "{isi.judul.hari}",
        "surat “jawaban”: Yang ditulis di antara kurung kurawal, “isi.judul.hari”, tidak dikenal.",
    ),  # a text has no day
    ("{isi.judul}", "{isi.jdul}", "surat “jawaban”: Yang ditulis di antara kurung kurawal, “isi.jdul”, tidak dikenal."),
    (
        'fields = ["isi.nama"]',
        'fields = ["isi.nma"]',
        "surat “jawaban”: “fields” menyebut pertanyaan “isi.nma” yang tidak ada.",
    ),
    ('id = "jawaban"', 'id = "jawaban"\ntemplate = "indah"', "surat “jawaban”: Bentuk surat “indah” tidak ada."),
    (
        'do = "issue_letter", ',
        'do = "send_letter", ',
        "langkah “one”, tombol “kirim”: Akibat “send_letter” memerlukan “to”.",
    ),
    (
        'letter = "surat"',
        'letter = "surat", to = "klerk"',
        "langkah “one”, tombol “kirim”: Peran “klerk” tidak ada pada [[roles]].",
    ),
    (
        'do = "issue_letter", letter = "surat"',
        'do = "tell", to = "asker", text = "{nama}"',
        "langkah “one”, tombol “kirim”: Yang ditulis di antara kurung kurawal, “nama”, tidak dikenal.",
    ),
    (
        'done_text = "dikirim"',
        'done_text = "x"\npreview = ["srt"]',
        "langkah “one”, tombol “kirim”: Surat “srt” tidak ada pada [[letters]].",
    ),
    (
        'subject = "judul"',
        'subject = "nama"',
        "tombol pembuka “buka”: “subject” menunjuk “nama”, yang tidak selalu ditanyakan atau bukan teks.",
    ),
    (
        'subject = "judul"',
        'subject = "hal"',
        "tombol pembuka “buka”: “subject” menyebut “hal” yang tidak ditanyakan pada isian “isi”.",
    ),
    ('code = "surat"', 'code = "surat-masuk"', "[sop]: “code” “surat-masuk” tidak dapat dipakai."),
    ('case_prefix = "S"', 'case_prefix = "s/"', "[sop]: “case_prefix” “s/” tidak dapat dipakai."),
]


@pytest.mark.parametrize(("good", "bad", "reason"), BROKEN_LETTERS, ids=[row[2][:60] for row in BROKEN_LETTERS])
def test_a_letter_that_could_not_be_written_is_refused(write: Write, good: str, bad: str, reason: str) -> None:
    ensure_valid(load_sop(write(SMALL + LETTER)), WORDS)
    whole = SMALL + LETTER
    assert good in whole
    assert f"surat.toml: {reason}" in told(write(whole.replace(good, bad, 1)))


def test_a_name_whose_question_or_role_is_missing_is_refused(write: Write) -> None:
    words = dataclasses.replace(WORDS, needs={"surat": ("isi.judul", "isi.umur"), "ready": ("boss",)})
    said = told(write(SMALL), words)
    assert "langkah “one”, tombol “kirim”: “surat” memerlukan pertanyaan “isi.umur”" in said
    assert "langkah “two”, tombol “selesai”: “ready” memerlukan peran “boss”" in said


def test_two_buttons_of_one_step_with_the_same_label_are_refused(write: Write) -> None:
    again = '[[steps.actions]]\nid = "tutup"\nlabel = "Selesai"\nroles = ["clerk"]\nto = "closed"\ndone_text = "x"\n\n'
    said = told(write(SMALL.replace("[[forms]]", again + "[[forms]]", 1)))
    assert "langkah “two”: Dua tombol pada langkah ini bertuliskan “Selesai”. Bedakan tulisannya." in said


def test_a_form_that_no_button_opens_is_refused(write: Write) -> None:
    idle = '[[forms]]\nid = "x"\ntitle = "X"\n[[forms.fields]]\nid = "a"\ntype = "text"\nask = "A?"\nlabel = "A"\n'
    assert "isian “x”: Tidak ada tombol yang membuka isian ini." in told(write(SMALL + idle))


def test_a_form_may_ask_what_forms_before_it_ask_without_a_button_of_their_own(write: Write) -> None:
    lent = (
        '[[forms]]\nid = "{0}"\ntitle = "X"\n[[forms.fields]]\nid = "q_{0}"\ntype = "text"\nask = "A?"\nlabel = "A"\n'
    )
    whole = SMALL.replace("[[forms]]\n", f'{lent.format("x")}{lent.format("y")}[[forms]]\nlike = ["x", "y"]\n', 1)
    sop = ensure_valid(load_sop(write(whole)), WORDS)
    first = sop.form(sop.opening.form)
    assert [field.id for field in first.fields[:3]] == ["q_x", "q_y", "judul"]
    assert "“like” menyebut isian “z” yang tidak ditulis sebelum isian ini" in told(
        write(whole.replace('["x", "y"]', '["x", "z"]'))
    )


def test_every_fault_is_told_at_once(write: Write) -> None:
    said = told(write(SMALL.replace('"ready"', '"redy"').replace('letter = "surat"', 'letter = "surta"')))
    assert len(said.splitlines()) == 2
    unread = told(write(SMALL.replace("number = 2", "").replace('norm = "2 menit"', 'norm = "sebentar"')))
    assert [line.partition(": ")[2].partition(":")[0] for line in unread.splitlines()] == [
        "langkah “one”",
        "langkah “two”",
    ]


def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(write: Write) -> None:
    assert told(write(SMALL.replace('actors = ["clerk"]', 'actors = ["clerck"]'))).endswith("Maksud Anda “clerk”?")
    assert told(write(SMALL.replace('title = "Dua"\n', 'titel = "Dua"\n', 1))).endswith(
        "langkah “two”: “title” belum ditulis. Maksud Anda “titel”?"
    )
    assert told(write(SMALL.replace('actors = ["clerk"]', 'actors = ["bendahara"]'))).endswith(
        "Tulis salah satu dari: asker, clerk."
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "tiada.toml: Berkas tidak dapat dibuka" in told(tmp_path / "tiada.toml")


def test_a_shared_button_names_known_steps(write: Write) -> None:
    shared = '[[shared_actions]]\nsteps = ["three"]\nid = "t"\nlabel = "T"\nroles = ["asker"]\n'
    assert "tombol “t”: “steps” menyebut langkah “three” yang tidak ada." in told(write(SMALL + shared))


def test_a_description_without_steps_is_answered_too(write: Write) -> None:
    head, _, rest = SMALL.partition("[[steps]]")
    said = told(write(head + rest[rest.index("[[forms]]") :]))
    assert "Belum ada langkah." in said


def test_every_fault_has_its_sentence() -> None:
    codes: set[str] = set()
    for path in ENGINE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="fault") | ast.Attribute(attr="error"), args=[ast.Constant(str(code)), *_]
                ):
                    codes.add(code)
                case ast.Call(func=ast.Name(id="unknown"), args=[ast.Constant(str(kind)), *_]):
                    codes.add(f"unknown_{kind}")
    assert len(codes) > 70
    assert [code for code in sorted(codes) if not texts.has(f"uraian.{code}")] == []

"""A broken description is refused at start, with file, place and reason: one row a kind of fault."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from workflows.engine.load import load_sop
from workflows.engine.reading import DescriptionError
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
)

Write = Callable[[str], Path]


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


STEP_TWO = "step two: action selesai: "
CLERK = 'title = "Petugas"\n'
BROKEN = [
    (CLERK, CLERK + 'escalates_to = "boss"\n', "role clerk: escalates_to: unknown role 'boss'"),
    (CLERK, CLERK + 'escalates_to = "clerk"\n', "role clerk: escalates_to names the role itself"),
    ("version = 1", "version = 1\nreminders = [80, 50]", "sop: reminders: they must rise"),
    ("version = 1", "version = 1\nreminders = [50, 120]", "sop: reminders: each is a percentage of the deadline"),
    ("version = 1", 'version = 1\nreminders = ["50"]', "reminders must be a list of whole numbers"),
    ('roles = ["clerk"]', 'roles = ["klerk"]', STEP_TWO + "unknown role 'klerk'"),
    ('actors = ["clerk"]', 'actors = ["klerk"]', "step two: actors: unknown role 'klerk'"),
    ('notify = ["clerk"]', 'notify = ["klerk"]', "step one: action kirim: unknown role 'klerk'"),
    ('guards = ["ready"]', 'guards = ["redy"]', STEP_TWO + "unknown guard 'redy'"),
    ('do = "issue_letter"', 'do = "issue_leter"', "step one: action kirim: unknown effect 'issue_leter'"),
    ('letter = "surat"', 'letter = "surta"', "step one: action kirim: unknown letter 'surta'"),
    ("{case} selesai", "{kasus} selesai", STEP_TWO + "unknown placeholder 'kasus'"),
    ('form = "isi"', 'form = "isian"', "opening buka: unknown form 'isian'"),
    ('then = "kirim"', 'then = "selesai"', "opening buka: unknown action 'selesai' in then"),
    ('to = "two"', 'to = "tow"', "step one: action kirim: unknown step 'tow'"),
    ('to = "two"', 'to = "closed"', "step two: unreachable, nothing leads here"),
    ('to = "closed"', 'to = "one"', "step one: dead end, with status open"),
    ('to = "two"', 'to = "two"\nstatus = "waiting_opd"', "step two: dead end, with status waiting_opd"),
    ('guards = ["ready"]', 'statuses = ["waiting_opd"]', STEP_TWO + "never stands, no case is waiting_opd here"),
    ('field = "jenis", value = "a"', 'field = "jnis", value = "a"', "field nama: when: unknown field 'jnis'"),
    ('field = "jenis", value = "a"', 'field = "jenis", value = "c"', "field nama: when: jenis is never 'c'"),
    ('value = "b", label = "B"', 'value = "b", label = "A"', "form isi: field jenis: choice 'A' stands twice"),
    ('id = "nama"', 'id = "jenis"', "form isi: field jenis stands twice"),
    ('label = "Selesai"', f'label = "{"S" * 41}"', "has 41 characters, at most 40"),
    ('id = "selesai"', f'id = "{"s" * 21}"', "id must be a-z, 0-9 and _, at most 20 characters"),
    ('id = "selesai"', 'id = "kirim"', "step two: action kirim: another action has this id"),
    ('short_title = "Dua"', 'short_title = "Dua puluh sembilan"', "step two: short_title has 18 characters"),
    ('id = "two"', 'id = "one"', "steps: one stands twice"),
    ('submit = "Simpan"', "", "opening buka: form and submit go together"),
    ('done_text = "diselesaikan"', "", STEP_TWO + "done_text is missing"),
    ('done_text = "diselesaikan"', 'done_text = "x"\nonce = true', STEP_TWO + "once needs records"),
    ('roles = ["clerk"]', 'roles = ["asker"]', "step two: clerk must act but has no button"),
    ('actors = ["clerk"]', "actors = []", "step two: nobody acts and no event is awaited"),
    ('done_text = "dikirim"', 'done_text = "x"\nkind = "view"', "kind view changes nothing"),
    ('title = "Isi"', 'title = "I"\nfields = []\n[[forms]]\nid = "b"\ntitle = "B"', "form isi: it asks nothing"),
    ('notify = ["clerk"]', 'clears = ["agnda"]', "step one: action kirim: clears: unknown fact 'agnda'"),
    ('notify = ["clerk"]', "sets = { isi = true }", "fact isi: made in two ways"),
    ('notify = ["clerk"]', "sets = { seen = 3 }", "step one: action kirim: sets: seen must be a text or a boolean"),
    ('norm = "2 hari"', 'norm = "2 hari"\non_event = { arived = {} }', "step two: on_event: unknown event 'arived'"),
    ('done_text = "dikirim"', 'done_text = "x"\nkind = "view"', "step one: action kirim: unknown view 'kirim'"),
    ('norm = "2 hari"', 'norm = "dua hari"', "step two: 'dua hari' is no duration"),
    ('norm = "2 hari"', "", "step two: norm is missing"),
    ("number = 2", 'number = "2"', "step two: number must be of type int"),
    ('scope = "office"', 'scope = "kota"', "role clerk: scope must be one of opd, office"),
    ('type = "choice"', 'type = "kalender"', "form isi: field jenis: type must be one of text,"),
    ('guards = ["ready"]', 'gaurds = ["ready"]', STEP_TWO + "unknown key gaurds"),
    ('title = "Isi"', 'title = "Isi', "cannot be read as TOML"),
]


@pytest.mark.parametrize(("good", "bad", "reason"), BROKEN, ids=[row[2][:50] for row in BROKEN])
def test_a_broken_description_is_refused(write: Write, good: str, bad: str, reason: str) -> None:
    head, _, tail = SMALL.rpartition(good)
    path = write(head + bad + tail)
    with pytest.raises(DescriptionError) as refused:
        ensure_valid(load_sop(path), WORDS)
    message = str(refused.value)
    assert re.match(re.escape(str(path)), message)
    assert reason in message


AT_SENDING = "step one: action kirim: "
BROKEN_LETTERS = [
    ('signer = "clerk"', 'signer = "klerk"', "letter jawaban: unknown role 'klerk'"),
    ('to = "asker"', 'to = "aker"', "letter jawaban: unknown role 'aker'"),
    ("{subject}", "{perihal}", "letter jawaban: unknown placeholder 'perihal'"),
    ("{isi.judul}", "{isi.jdul}", "letter jawaban: unknown placeholder 'isi.jdul'"),
    ('fields = ["isi.nama"]', 'fields = ["isi.nma"]', "letter jawaban: fields: unknown question 'isi.nma'"),
    ('id = "jawaban"', 'id = "jawaban"\ntemplate = "indah"', "letter jawaban: unknown template 'indah'"),
    ('do = "issue_letter", ', 'do = "send_letter", ', AT_SENDING + "effect send_letter: to is missing"),
    ('letter = "surat"', 'letter = "surat", to = "klerk"', AT_SENDING + "effect issue_letter: unknown role 'klerk'"),
    (
        'do = "issue_letter", letter = "surat"',
        'do = "tell", to = "asker", text = "{nama}"',
        AT_SENDING + "effect tell: unknown placeholder 'nama'",
    ),
    ('done_text = "dikirim"', 'done_text = "x"\npreview = ["srt"]', AT_SENDING + "unknown letter 'srt'"),
    ('subject = "judul"', 'subject = "nama"', "opening buka: subject: nama must be a text that is always asked"),
    ('subject = "judul"', 'subject = "hal"', "opening buka: subject: name the question of form isi"),
    ('code = "surat"', 'code = "surat-masuk"', "sop: code must be a-z, 0-9 and _"),
    ('case_prefix = "S"', 'case_prefix = "s/"', "sop: case_prefix must be A-Z and 0-9"),
]


@pytest.mark.parametrize(("good", "bad", "reason"), BROKEN_LETTERS, ids=[row[2][:60] for row in BROKEN_LETTERS])
def test_a_letter_that_could_not_be_written_is_refused(write: Write, good: str, bad: str, reason: str) -> None:
    ensure_valid(load_sop(write(SMALL + LETTER)), WORDS)
    whole = SMALL + LETTER
    assert good in whole
    with pytest.raises(DescriptionError, match=re.escape(reason)):
        ensure_valid(load_sop(write(whole.replace(good, bad, 1))), WORDS)


def test_a_name_whose_question_or_role_is_missing_is_refused(write: Write) -> None:
    words = dataclasses.replace(WORDS, needs={"surat": ("isi.judul", "isi.umur"), "ready": ("boss",)})
    with pytest.raises(DescriptionError) as refused:
        ensure_valid(load_sop(write(SMALL)), words)
    assert "step one: action kirim: surat needs the question isi.umur" in str(refused.value)
    assert "step two: action selesai: ready needs the role boss" in str(refused.value)


def test_two_buttons_of_one_step_with_the_same_label_are_refused(write: Write) -> None:
    again = '[[steps.actions]]\nid = "tutup"\nlabel = "Selesai"\nroles = ["clerk"]\nto = "closed"\ndone_text = "x"\n\n'
    path = write(SMALL.replace("[[forms]]", again + "[[forms]]", 1))
    with pytest.raises(DescriptionError, match="step two: two buttons are labelled 'Selesai'"):
        ensure_valid(load_sop(path), WORDS)


def test_a_form_that_no_button_opens_is_refused(write: Write) -> None:
    idle = '[[forms]]\nid = "x"\ntitle = "X"\n[[forms.fields]]\nid = "a"\ntype = "text"\nask = "A?"\nlabel = "A"\n'
    with pytest.raises(DescriptionError, match="form x: no button opens it"):
        ensure_valid(load_sop(write(SMALL + idle)), WORDS)


def test_every_fault_is_told_at_once(write: Write) -> None:
    path = write(SMALL.replace('"ready"', '"redy"').replace('letter = "surat"', 'letter = "surta"'))
    with pytest.raises(DescriptionError) as refused:
        ensure_valid(load_sop(path), WORDS)
    assert len(str(refused.value).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match=r"tiada\.toml"):
        load_sop(tmp_path / "tiada.toml")


def test_a_shared_button_names_known_steps(write: Write) -> None:
    shared = '[[shared_actions]]\nsteps = ["three"]\nid = "t"\nlabel = "T"\nroles = ["asker"]\n'
    with pytest.raises(DescriptionError, match="action t: unknown step 'three'"):
        load_sop(write(SMALL + shared))

"""A letter becomes a working hosting: played in chat, judged from outside by programs that share no code with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pytest

from bot.sandbox.screen import ScreenMessage
from provisioning.spec import Secret
from tests.server.hosting.conftest import outside_of
from tests.server.hosting.outside import Outside
from tests.stories import play
from tests.stories.registers import registers_are_whole
from tests.stories.town import Town

pytestmark = [pytest.mark.server, pytest.mark.every_database]

PHP_PAGE = """<?php
$sql = new PDO('mysql:host=localhost', $_POST['user'], $_POST['password']);
$seen = $sql->query('SHOW DATABASES')->fetchAll(PDO::FETCH_COLUMN);
echo json_encode(['uid' => posix_geteuid(), 'seen' => $seen]);
"""
LOGIN = re.compile(r"Nama pengguna: (\S+)\nKata sandi: (\S+)")
SHOW = "Tampilkan kredensial"
LETTER_NUMBER = re.compile(r"500\.12\.3/(\d+)/DKISP/[IVX]+/\d{4}")


@dataclasses.dataclass(frozen=True)
class Login:
    account: str
    password: Secret


@dataclasses.dataclass(frozen=True)
class Served:
    """A hosting that the OPD was given, with what the credentials message said."""

    case: str
    domain: str
    message: ScreenMessage
    sftp: Login
    database: Login | None


@pytest.fixture(scope="module")
async def archive(town: Town) -> Served:
    """A PHP application with a database, from the first press to the last."""
    return await _served(town, "e-arsip")


@pytest.fixture(scope="module")
async def profile(town: Town) -> Served:
    """A site of plain pages."""
    return await _served(town, "profil", kind="Statis", database="Tidak")


async def _served(town: Town, subdomain: str, **wanted: str) -> Served:
    assert town.server is not None
    case = await play.whole_case(town.phones, subdomain, server=town.server.name, **wanted)
    engineer_of_the_opd = town["tim_teknis"]
    await play.surely(engineer_of_the_opd, case, "Tampilkan kredensial", "Ya, tampilkan")
    message = await engineer_of_the_opd.wait_for(f"Kredensial {subdomain}.")
    logins = [Login(account, Secret(password)) for account, password in LOGIN.findall(message.text)]
    return Served(case, f"{subdomain}.{town.server.zone}", message, logins[0], logins[1] if logins[1:] else None)


@pytest.fixture
def outside(town: Town, tmp_path: Path) -> Outside:
    assert town.server is not None
    return outside_of(town.server, tmp_path)


async def test_the_site_answers_by_name(archive: Served, outside: Outside, town: Town) -> None:
    assert town.server is not None
    assert outside.dig(archive.domain) == [town.server.address]
    plain = outside.curl(f"http://{archive.domain}/berita?hal=2")
    assert plain.status in {301, 308}
    assert f"location: https://{archive.domain}/berita?hal=2" in plain.headers
    page = outside.curl(f"https://{archive.domain}/")  # fails unless the city's authority vouches for this name
    assert page.status == 200
    assert "Dinas Pendidikan" in page.body


async def test_the_issued_logins_work_and_reach_only_what_is_theirs(
    archive: Served, profile: Served, outside: Outside, town: Town, tmp_path: Path
) -> None:
    assert town.server is not None
    assert archive.database is not None
    page = tmp_path / "uji.php"
    page.write_text(PHP_PAGE)
    put = outside.sftp(archive.sftp.account, archive.sftp.password, f"put {page} public/uji.php")
    assert put.returncode == 0, put.stderr
    login = f"user={archive.database.account}&password={archive.database.password.reveal()}"
    seen = json.loads(outside.curl(f"https://{archive.domain}/uji.php", "--data", login).body)
    assert seen["uid"] == int(town.server.run(f"id -u {archive.sftp.account}").stdout)
    assert seen["uid"] != int(town.server.run(f"id -u {profile.sftp.account}").stdout)
    assert set(seen["seen"]) - {"information_schema"} == {archive.database.account}
    neighbour = outside.sftp(profile.sftp.account, profile.sftp.password, f"ls /srv/hosting/{archive.domain}")
    assert neighbour.returncode != 0


async def test_mariadb_lets_the_issued_login_in_and_shows_its_database_alone(archive: Served, town: Town) -> None:
    assert town.server is not None
    assert archive.database is not None
    options = f"[client]\nuser={archive.database.account}\npassword={archive.database.password.reveal()}\n"
    client = "mariadb --defaults-extra-file=/dev/stdin -h localhost -Ne 'SHOW DATABASES'"
    shown = town.server.run(client, stdin=options).stdout.split()
    assert set(shown) - {"information_schema"} == {archive.database.account}


async def test_a_static_site_serves_pages_and_runs_no_php(profile: Served, outside: Outside, tmp_path: Path) -> None:
    assert profile.database is None
    page, script = tmp_path / "index.html", tmp_path / "uji.php"
    page.write_text("<h1>Profil Dinas Pendidikan</h1>")
    script.write_text("<?php echo 6 * 7;")
    put = outside.sftp(
        profile.sftp.account, profile.sftp.password, f"put {page} public/index.html", f"put {script} public/uji.php"
    )
    assert put.returncode == 0, put.stderr
    assert outside.curl(f"https://{profile.domain}/").body == "<h1>Profil Dinas Pendidikan</h1>"
    assert outside.curl(f"https://{profile.domain}/uji.php").body.strip() != "42"


@pytest.mark.parametrize(
    ("role", "letter", "facts"),
    [
        ("kepala_opd", "Surat-Balasan", ["Dinas Pendidikan", "disetujui", "e-arsip"]),
        ("kepala_opd", "Surat-Pemberitahuan", ["e-arsip.hosting.test", "h_e-arsip", "10.", "PHP", "8.2"]),
        ("tim_teknis", "Surat-Pemberitahuan", ["e-arsip.hosting.test", "h_e-arsip"]),
        ("tim_teknis", "Laporan-Hosting", ["e-arsip.hosting.test"]),
        ("kepala_dkisp", "Laporan-Pelaksanaan", ["Dinas Pendidikan", "Pengkajian", "30 menit"]),
    ],
)
async def test_letters_arrive_as_pdf_with_number_and_facts(
    archive: Served, town: Town, role: str, letter: str, facts: list[str]
) -> None:
    message = await town[role].wait_for(
        lambda message: message.file is not None and letter in message.file.name and archive.case in message.text,
        since=0,
    )
    number = LETTER_NUMBER.search(message.text)
    assert number is not None
    pages = pypdf.PdfReader(io.BytesIO(await town[role].download(message))).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert number.group() in text
    assert [fact for fact in facts if fact.casefold() not in text.casefold()] == []
    password = archive.sftp.password.reveal()
    assert password not in text


async def test_the_registers_have_no_gap_and_no_double(archive: Served, profile: Served, town: Town) -> None:
    registers_are_whole(town)
    rows = town.rows("SELECT register, number FROM register_entries")
    issued = [number for register, number in rows if register == "surat_keluar"]
    assert len(set(issued)) == len(issued) >= 8  # an answer, a notification and two reports for each hosting
    assert {archive.case, profile.case} <= {number for _, number in rows}


async def test_credentials_are_shown_once_to_one_person_and_then_destroyed(archive: Served, town: Town) -> None:
    assert archive.message.protected
    for role in ("tim_teknis", "kepala_opd"):
        card = await town[role].wait_for(_without(archive.case, SHOW), since=0)
        again = await town[role].press_data(_offered_before(await town[role].messages(), archive.case, SHOW), card)
        assert "sudah ditampilkan" in again.text
    assert not any("Kata sandi:" in message.text for message in await town["kepala_opd"].messages())
    sealed = (
        "SELECT count(*) FROM credentials c JOIN hostings h ON h.id = c.hosting_id "
        "WHERE c.sealed IS NOT NULL AND h.domain = ?"
    )
    assert town.rows(sealed, archive.domain) == [(0,)]
    password = archive.sftp.password.reveal()
    files = [path for path in town.settings.data_dir.rglob("*") if path.is_file()]
    assert [path for path in files if password.encode() in path.read_bytes()] == []


def _without(case: str, label: str) -> Callable[[ScreenMessage], bool]:
    """Return whether a message is the case's card at its end, and has no such button."""
    over = play.card(case, "Pekerjaan selesai")
    return lambda message: over(message) and play.labelled(message, label) is None


def _offered_before(messages: Sequence[ScreenMessage], case: str, label: str) -> str:
    """Return what a button stands for that the case's card had before."""
    versions = (version for message in messages for version in message.versions if version.text.startswith(case))
    shown = (button for version in versions for row in version.keyboard for button in row)
    return next(button.data for button in shown if button.text == label and button.data)


async def test_the_credentials_message_deletes_itself_after_five_minutes(archive: Served, town: Town) -> None:
    chat = town["tim_teknis"].id
    planned = town.rows(
        "SELECT created_at, not_before FROM outbox WHERE kind = 'delete' AND chat_id = ? AND key = ?",
        chat,
        f"delete:{chat}:{archive.message.id}",
    )
    instants = [[dt.datetime.fromisoformat(str(at)) for at in row] for row in planned]
    assert [round((until - since).total_seconds()) for since, until in instants] == [300]
    town.let_pass(chat, archive.message.id)
    await town["tim_teknis"].wait_gone(archive.message)


async def test_a_name_in_use_cannot_be_asked_for(archive: Served, town: Town) -> None:
    head = town["kepala_opd"]
    await play.start_request(head)
    for question, given in play.request("e-arsip")[:7]:
        await play.answer(head, question, given)
    await head.wait_for(f"{archive.domain} sudah dipakai")
    await head.send_command("batal")
    await head.wait_for("dihentikan")


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("kepala_opd", ["Surat-Permohonan"], ["isposisi", "Pelaksanaan"]),
        ("bagian_umum", ["Surat-Permohonan", "Lembar-Disposisi"], []),
        ("kabid", ["Surat-Permohonan", "Lembar-Disposisi", "Laporan-Pelaksanaan"], []),
    ],
)
async def test_everybody_finds_the_papers_that_concern_them(
    archive: Served, town: Town, role: str, seen: list[str], unseen: list[str]
) -> None:
    before = {message.id for message in await town[role].messages()}
    await play.on_card(town[role], archive.case, "Lihat permohonan")
    await town[role].wait_for("Nama aplikasi: e-Arsip")
    await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'", 0)
    names = [m.file.name for m in await town[role].messages() if m.id not in before and m.file is not None]
    assert [part for part in seen if not any(part in name for name in names)] == [], names
    assert [part for part in unseen if any(part in name for name in names)] == []


async def test_all_was_answered_allowed_and_recorded(archive: Served, profile: Served, town: Town) -> None:
    assert await town.sandbox.unanswered() == []
    assert await town.undeclared_refusals() == []
    assert await town.ledger_fault() is None
    for case in (archive.case, profile.case):
        done = town.steps_taken(case)
        assert [action for action in done if done.count(action) > 1] == []

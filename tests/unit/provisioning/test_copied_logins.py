"""A database's login is found in files by its hash, whatever program they are of, and replaced without harm."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from provisioning.agent.passwords import mariadb_hash
from provisioning.agent.staging import logins, texts
from provisioning.agent.staging.logins import Adapted, SiteLogins
from provisioning.spec import Secret

OLD, NEW = "kXh3mPq9tRv7wYz2bNc4", "Jd8sFg5hKm2nQp7rTv3w"
HASH = mariadb_hash(Secret(OLD))
SITE = SiteLogins(database="h_web", domains=("web.kota.test", "www.web.kota.test"))
COPY = SiteLogins(database="h_uji_web", domains=("uji-web.kota.test",), is_copy=True)


def adapted(top: Path) -> Adapted:
    return logins.adapt([top], HASH, SITE, COPY, Secret(NEW))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"define('DB_NAME', 'h_web');\ndefine( \"DB_USER\", \"h_web\" );\ndefine('DB_PASSWORD', '{OLD}');",
            f"define('DB_NAME', 'h_uji_web');\ndefine( \"DB_USER\", \"h_uji_web\" );\ndefine('DB_PASSWORD', '{NEW}');",
        ),
        (
            f"DB_DATABASE=h_web\nDB_USERNAME=h_web\nDB_PASSWORD={OLD}\nAPP_KEY=base64:abc=\n",
            f"DB_DATABASE=h_uji_web\nDB_USERNAME=h_uji_web\nDB_PASSWORD={NEW}\nAPP_KEY=base64:abc=\n",
        ),
        (f"mysql://h_web:{OLD}@localhost/h_web", f"mysql://h_uji_web:{NEW}@localhost/h_uji_web"),
        (
            f'a:2:{{s:4:"user";s:5:"h_web";s:4:"pass";s:20:"{OLD}";}}',
            f'a:2:{{s:4:"user";s:9:"h_uji_web";s:4:"pass";s:20:"{NEW}";}}',
        ),
        (
            f"APP_URL=https://web.kota.test\nA=www.web.kota.test\nX=a.web.kota.test web.kota.test.id\nP={OLD}\n",
            f"APP_URL=https://uji-web.kota.test\nA=uji-web.kota.test\nX=a.web.kota.test web.kota.test.id\nP={NEW}\n",
        ),
        (f"h_webmail h_web h_web2 '{OLD}'", f"h_webmail h_uji_web h_web2 '{NEW}'"),
    ],
)
def test_the_new_login_stands_where_the_old_one_stood(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "public" / "app" / "config"
    file.parent.mkdir(parents=True)
    file.write_text(before)
    file.chmod(0o640)
    found = adapted(tmp_path / "public")
    assert file.read_text() == after
    assert (found.changed, found.unsure) == (("public/app/config",), ())
    assert file.stat().st_mode & 0o777 == 0o640


def test_what_only_names_the_old_database_is_told_and_what_looks_like_it_is_left(tmp_path: Path) -> None:
    public = tmp_path / "public"
    public.mkdir()
    texts = {
        "setelan.php": "$db = 'h_web'; $sandi = getenv('SANDI');",
        "mirip.php": f"$sandi = 'x{OLD}';",
        "lain.php": "$sandi = 'kXh3mPq9tRv7wYz2bNc5';",
    }
    for name, text in texts.items():
        (public / name).write_text(text)
    found = adapted(public)
    assert (found.changed, found.unsure) == ((), ("public/setelan.php",))
    assert {name: (public / name).read_text() for name in texts} == texts


def test_a_password_that_its_owner_chose_is_found_between_quotes(tmp_path: Path) -> None:
    (tmp_path / "a.php").write_text("<?php return ['password' => 'Rahasia!2026#kota'];")
    found = logins.find([tmp_path], mariadb_hash(Secret("Rahasia!2026#kota")))
    assert found is not None
    assert found.reveal() == "Rahasia!2026#kota"
    assert logins.find([tmp_path], HASH) is None


def test_no_link_and_no_pipe_is_followed(tmp_path: Path) -> None:
    outside, public = tmp_path / "luar.php", tmp_path / "public"
    outside.write_text(f"'{OLD}'")
    public.mkdir()
    (public / "tautan.php").symlink_to(outside)
    (public / "folder").symlink_to(tmp_path)
    os.mkfifo(public / "pipa")
    assert adapted(public).changed == ()
    assert outside.read_text() == f"'{OLD}'"


@pytest.mark.parametrize(("folder", "address"), [("public", ""), ("public/berita", "/berita")])
def test_wordpress_answers_under_the_copys_name_and_under_its_own_when_it_comes_back(
    tmp_path: Path, folder: str, address: str
) -> None:
    file = tmp_path / folder / "wp-config.php"
    file.parent.mkdir(parents=True)
    before = f"<?php\n// WordPress\ndefine('DB_NAME', 'h_web');\ndefine('DB_PASSWORD', '{OLD}');\n"
    file.write_text(before)
    adapted(tmp_path / "public")
    text = file.read_text()
    line = f"define('WP_HOME', 'https://uji-web.kota.test{address}'); define('WP_SITEURL', WP_HOME);"
    assert text.splitlines()[:2] == ["<?php", f"{line} // salinan uji"]
    logins.adapt([tmp_path / "public"], mariadb_hash(Secret(NEW)), COPY, SITE, Secret(OLD))
    assert file.read_text() == before


def test_a_wordpress_that_says_its_name_itself_keeps_its_way(tmp_path: Path) -> None:
    file = tmp_path / "public" / "wp-config.php"
    file.parent.mkdir()
    file.write_text(f"<?php\ndefine('WP_HOME', 'https://web.kota.test');\ndefine('DB_PASSWORD', '{OLD}');\n")
    adapted(tmp_path / "public")
    assert file.read_text() == (
        f"<?php\ndefine('WP_HOME', 'https://uji-web.kota.test');\ndefine('DB_PASSWORD', '{NEW}');\n"
    )


def test_a_file_of_many_words_and_many_names_keeps_nobody_long(tmp_path: Path) -> None:
    """Each word is hashed: read by every name it would take a quarter of an hour."""
    public = tmp_path / "public"
    public.mkdir()
    (public / "kata.txt").write_text(" ".join(f"kata{number:012d}" for number in range(200_000)))
    for number in range(1000):
        os.link(public / "kata.txt", public / f"nama-{number}.txt")
    (public / "wp-config.php").write_text(f"<?php define('DB_PASSWORD', '{OLD}');")
    began = time.process_time()
    assert adapted(public).changed == ("public/wp-config.php",)
    assert time.process_time() - began < 10


def test_what_is_too_much_to_look_at_is_told_and_configurations_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "BYTES_MAX", 300_000)
    public = tmp_path / "public"
    public.mkdir()
    for number in range(4):
        (public / f"a-{number}.txt").write_text("panjang " * 12_000)
    (public / "z-config.php").write_text(f"'{OLD}'")
    found = adapted(public)
    assert (found.changed, found.unsure) == (("public/z-config.php",), ("public/",))


def test_settings_come_before_all_other_texts_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "BYTES_MAX", 300_000)
    public, application = tmp_path / "public", tmp_path / "private" / "app"
    public.mkdir()
    application.mkdir(parents=True)
    for number in range(10):
        (public / f"cache-{number}.html").write_text("pendek " * 8000)
    (application / ".env").write_text(f"DB_PASSWORD={OLD}\n")
    found = logins.adapt([public, tmp_path / "private"], HASH, SITE, COPY, Secret(NEW))
    assert found.changed == ("private/app/.env",)
    assert found.is_cut


def test_pictures_take_nothing_of_what_may_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "BYTES_MAX", 300_000)
    public = tmp_path / "public"
    public.mkdir()
    for number in range(10):
        (public / f"a-{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + os.urandom(50_000))
    (public / "z-config.php").write_text(f"'{OLD}'")
    found = adapted(public)
    assert (found.changed, found.unsure) == (("public/z-config.php",), ())


def test_folders_nested_without_end_are_told_and_end_nothing(tmp_path: Path) -> None:
    public = tmp_path / "public"
    public.mkdir()
    below = os.open(public, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("dalam", dir_fd=below)
        below, above = os.open("dalam", os.O_RDONLY, dir_fd=below), below
        os.close(above)
    with os.fdopen(os.open("a.php", os.O_WRONLY | os.O_CREAT, dir_fd=below), "w") as file:
        file.write(f"'{OLD}'")
    os.close(below)
    (public / "wp-config.php").write_text(f"'{OLD}'")
    try:
        found = adapted(public)
    finally:
        subprocess.run(["rm", "-rf", public], check=True)
    assert found.changed == ("public/wp-config.php",)
    assert [len(told) <= 101 and told.endswith("/dalam/") for told in found.unsure] == [True]

"""One hosting from nothing to nothing, judged by the programs that its visitors and its owner use."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.connection import public_key_of
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hosting, Hostings, a_password, enrolled, settings_for
from tests.server.hosting.outside import Outside

PHP_PAGE = """<?php
$sql = new PDO('mysql:host=localhost', $_POST['user'], $_POST['password']);
echo json_encode(['uid' => posix_geteuid(), 'seen' => $sql->query('SHOW DATABASES')->fetchAll(PDO::FETCH_COLUMN)]);
"""
TRACES = """
    getent passwd {account}; getent group {account}; ls -d /srv/hosting/{slug} /srv/hosting/.removing-{slug}
    ls -d /home/{account} /var/mail/{account} /etc/layanan/*/*{slug}* /etc/apache2/*/*{slug}*
    grep -rl {slug} /etc --exclude='*-'  # passwd- and its like are the tools' own backups
    mariadb -Ne "SHOW DATABASES LIKE '{database}'; SELECT user FROM mysql.user WHERE user = '{database}'"
    systemctl list-units --all --no-legend '*{slug}*'; pgrep -u {account}
"""


async def test_a_new_hosting_answers_by_name(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    assert outside.dig(hosting.name) == [web.address]

    plain = outside.curl(f"http://{hosting.name}/berita?hal=2")
    assert plain.status in {301, 308}
    assert f"location: https://{hosting.name}/berita?hal=2" in plain.headers

    page = outside.curl(f"https://{hosting.name}/")  # fails unless the certificate is for this name
    assert page.status == 200
    assert "strict-transport-security" in page.headers
    assert "apache/" not in page.headers


async def test_its_owner_uploads_a_page_that_runs_as_the_owner_and_uses_the_database(
    hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    page = tmp_path / "uji.php"
    page.write_text(PHP_PAGE)
    uploaded = outside.sftp(hosting.account, hosting.sftp_password, f"put {page} public/uji.php", "ls /")
    assert uploaded.returncode == 0, uploaded.stderr
    assert {"public", "private", "logs", "tmp"} <= {name.strip("/") for name in uploaded.stdout.split()}

    assert hosting.passwords.database_password is not None
    credentials = f"user={hosting.database}&password={hosting.passwords.database_password.reveal()}"
    answer = json.loads(outside.curl(f"https://{hosting.name}/uji.php", "--data", credentials).body)
    assert answer["uid"] == int(web.run(f"id -u {hosting.account}").stdout)
    assert answer["uid"] >= 20_000
    assert set(answer["seen"]) - {"information_schema"} == {hosting.database}


async def test_its_login_is_for_files_only(hosting: Hosting, outside: Outside) -> None:
    password = hosting.sftp_password
    assert "root:" not in outside.ssh(hosting.account, password, "cat /etc/passwd").stdout
    assert outside.ssh(hosting.account, password, "-W", "127.0.0.1:3306").returncode != 0
    assert outside.sftp(hosting.account, password, "get ../../etc/passwd /dev/null").returncode != 0
    assert outside.sftp(hosting.account, password, "put /dev/null /top-level").returncode != 0
    wrong = type(password)("bukan" + password.reveal())
    assert outside.sftp(hosting.account, wrong, "ls").returncode != 0


async def test_mariadb_takes_the_issued_password_and_no_other(hosting: Hosting, web: LabServer) -> None:
    def login(password: str) -> int:
        options = f"[client]\nuser={hosting.database}\npassword={password}\n"
        command = f"mariadb --defaults-extra-file=/dev/stdin {hosting.database} -e 'SELECT 1'"
        return web.run(command, stdin=options, check=False).returncode

    assert hosting.passwords.database_password is not None
    assert login(hosting.passwords.database_password.reveal()) == 0
    assert login("salah-sama-sekali") != 0


async def test_verify_sees_a_sound_hosting_and_leaves_nothing_behind(hosting: Hosting, web: LabServer) -> None:
    listing = f"find /srv/hosting/{hosting.spec.slug}/public /srv/hosting/{hosting.spec.slug}/tmp | sort"
    before = web.run(listing).stdout
    verification = await hosting.verify()
    assert [(check.name, check.ok, check.detail) for check in verification.failed] == []
    assert [check.name for check in verification.checks] == ["dns", "http", "https", "php", "sftp", "sql", "isolation"]
    assert web.run(listing).stdout == before
    assert web.run(f"mariadb -Ne 'SHOW TABLES IN {hosting.database}'").stdout == ""


async def test_a_static_hosting_is_verified_without_php(hostings: Hostings, web: LabServer) -> None:
    hosting = await hostings.make(kind=Kind.STATIC)
    verification = await hosting.verify()
    assert [(check.name, check.ok) for check in verification.checks] == [
        (name, True) for name in ("dns", "http", "https", "sftp", "isolation")
    ]


@pytest.mark.parametrize(
    ("breakage", "seen_by"),
    [
        ("systemctl stop 'layanan-php*@{slug}.s*'", {"php", "sql", "isolation"}),
        ("mariadb -e \"ALTER USER '{database}'@localhost IDENTIFIED BY 'lain'\"", {"sql"}),
        ("mariadb -e \"CREATE DATABASE bocor; GRANT ALL ON bocor.* TO '{database}'@localhost\"", {"sql"}),
        ("echo {account}:KataSandiLain1 | chpasswd", {"http", "https", "php", "sftp", "sql", "isolation"}),
    ],
    ids=["PHP stopped", "database password changed", "sees a foreign database", "SFTP password changed"],
)
async def test_verify_sees_what_is_broken(hosting: Hosting, web: LabServer, breakage: str, seen_by: set[str]) -> None:
    web.run(breakage.format(slug=hosting.spec.slug, account=hosting.account, database=hosting.database))
    try:
        assert {check.name for check in (await hosting.verify()).failed} == seen_by
    finally:
        web.run("mariadb -e 'DROP DATABASE IF EXISTS bocor'")
    await hosting.apply()
    assert (await hosting.verify()).failed == ()


async def test_a_socket_that_was_stopped_by_hand_under_running_php_is_brought_back(
    hosting: Hosting, web: LabServer
) -> None:
    assert (await hosting.verify()).failed == ()  # which woke PHP: it runs on
    web.run(f"systemctl stop 'layanan-php*@{hosting.spec.slug}.socket'")
    assert (await hosting.apply()).changed
    assert "active" in web.run(f"systemctl is-active 'layanan-php*@{hosting.spec.slug}.socket'").stdout.split()
    assert (await hosting.verify()).failed == ()


async def test_many_at_once_come_up_together_over_one_connection(hostings: Hostings) -> None:
    made = await asyncio.gather(*(hostings.make(database=number % 2 == 0) for number in range(6)))
    verifications = await asyncio.gather(*(hosting.verify() for hosting in made))
    assert [verification.failed for verification in verifications] == [()] * len(made)


async def test_where_no_wildcard_covers_the_name_a_self_signed_certificate_serves_and_is_said_to_be_one(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    server = new_server()
    bare = dataclasses.replace(settings_for(server, bot_key), wildcards={})
    address = await enrolled(server, bot_key, bare)
    hosting = await Hostings(fleet, address, server, tmp_path).make(kind=Kind.STATIC)
    verification = await hosting.verify()
    assert verification.failed == ()
    facts = next(check.facts for check in verification.checks if check.name == "https")
    assert (facts["certificate"], facts["trusted"]) == ("self-signed", "no")
    await hosting.becomes(State.REMOVED)


async def test_a_second_run_changes_nothing(hosting: Hosting, web: LabServer) -> None:
    look = f"find /etc /srv/hosting/{hosting.spec.slug} -newermt '@%s' ! -name '*.log' | sort; pgrep -o apache2"
    now = web.run("sleep 0.05; date +%s.%N").stdout.strip()
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert plan.is_empty, str(plan)
    applied = await hosting.apply()
    assert (applied.changed, applied.plan.pending) == (False, ())
    assert web.run(look.replace("%s", now)).stdout.split("\n")[0].isdigit()


async def test_the_approved_plan_is_the_one_that_is_done(hostings: Hostings, web: LabServer) -> None:
    hosting = hostings.want()
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert plan.hash in {(await hosting.fleet.plan(hosting.server, hosting.spec)).hash}
    web.run(f"useradd --no-create-home {hosting.account}")
    with pytest.raises(ProvisioningError) as caught:
        await hosting.apply(plan_hash=plan.hash)
    assert caught.value.code in {ErrorCode.NOT_OURS, ErrorCode.PLAN_MOVED}
    web.run(f"userdel {hosting.account}")
    assert (await hosting.apply(plan_hash=plan.hash)).changed


async def test_suspended_it_is_closed_and_resumed_it_is_as_before(hosting: Hosting, outside: Outside) -> None:
    password = hosting.sftp_password
    before = outside.curl(f"https://{hosting.name}/").body
    await hosting.becomes(State.SUSPENDED)
    assert outside.curl(f"https://{hosting.name}/").status == 503
    assert outside.curl(f"https://{hosting.name}/index.html").status == 503
    assert outside.sftp(hosting.account, password, "ls").returncode != 0
    assert (await hosting.verify()).failed == ()

    await hosting.becomes(State.ACTIVE)
    assert outside.curl(f"https://{hosting.name}/").body == before
    assert outside.sftp(hosting.account, password, "ls").returncode == 0
    assert (await hosting.verify()).failed == ()


async def test_archived_it_is_gone_from_the_web_and_comes_back_whole(hosting: Hosting, outside: Outside) -> None:
    before = outside.curl(f"https://{hosting.name}/").body
    await hosting.becomes(State.ARCHIVED)
    assert outside.dig(hosting.name) == []
    assert (await hosting.verify()).failed == ()
    await hosting.becomes(State.ACTIVE)
    assert outside.curl(f"https://{hosting.name}/").body == before
    assert (await hosting.verify()).failed == ()


async def test_a_changed_wish_is_followed(hosting: Hosting, outside: Outside, bot_key: Secret) -> None:
    hosting.answers_also(f"www-{hosting.name}")
    hosting.spec = dataclasses.replace(hosting.spec, ssh_keys=(public_key_of(bot_key),))
    hosting.passwords = dataclasses.replace(hosting.passwords, sftp_password=a_password())
    await hosting.apply()
    assert outside.dig(f"www-{hosting.name}") == outside.dig(hosting.name) != []
    assert outside.with_key("sftp", hosting.account, bot_key, "-b", "/dev/null", "@").returncode == 0
    assert (await hosting.verify()).failed == ()


async def test_once_the_passwords_are_destroyed_it_lives_on_with_them(hosting: Hosting, outside: Outside) -> None:
    hosting.are_destroyed = True
    assert not (await hosting.apply()).changed
    await hosting.becomes(State.SUSPENDED)
    assert (await hosting.verify()).failed == ()
    await hosting.becomes(State.ACTIVE)
    verification = await hosting.verify()
    assert [(check.name, check.ok) for check in verification.checks] == [("dns", True), ("http", True), ("https", True)]
    assert outside.sftp(hosting.account, hosting.sftp_password, "ls").returncode == 0


async def test_removed_it_leaves_nothing(hostings: Hostings, outside: Outside, web: LabServer) -> None:
    hosting = await hostings.make()
    assert (await hosting.verify()).ok
    await hosting.becomes(State.REMOVED)
    assert outside.dig(hosting.name) == []
    assert outside.curl(f"http://{hosting.name}/").status == 404
    assert outside.sftp(hosting.account, hosting.sftp_password, "ls").returncode != 0
    look = TRACES.format(account=hosting.account, slug=hosting.spec.slug, database=hosting.database)
    assert web.run(look, check=False).stdout == ""
    assert (await hosting.verify()).failed == ()
    assert not (await hosting.apply(request_id=str(uuid.uuid4()))).changed

"""A suspended hosting is closed by every way there was into it, also to who is inside already; resumed it is as it was.

That its certificate renews meanwhile is seen in `test_acme.py`, that its timed scripts stop in `test_own_wishes.py`.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.connection import public_key_of
from provisioning.lab import LabServer
from provisioning.spec import Secret, State
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.outside import Outside
from tests.server.visitors import Page, Visitors

REASON = "Disisipi <script>alert('judi')</script> & \"slot\""
ESCAPED = "Disisipi &lt;script&gt;alert(&#39;judi&#39;)&lt;/script&gt; &amp; &#34;slot&#34;"
ENDS = 10.0  # seconds
SLOW = "<?php file_put_contents('../private/begun', 'ya'); sleep(60); echo 'sampai akhir';"
SURAT = """<?php
$database = new mysqli('localhost', '{name}', '{password}', '{name}');
echo $database->query('SELECT 1')->fetch_row()[0];
"""
CROWD = 6
CONTENT = "cd /srv/hosting/{slug} && find . -path ./logs -prune -o -printf '%p %m %u %g %s %T@\\n' | sort"


@pytest.fixture
async def open_hosting(hosting: Hosting, bot_key: Secret) -> Hosting:
    """A hosting that also lets its owner in by key, and answers by a second name."""
    hosting.spec = dataclasses.replace(hosting.spec, ssh_keys=(public_key_of(bot_key),))
    hosting.answers_also(f"www-{hosting.name}")
    await hosting.apply()
    return hosting


@pytest.fixture
def session(open_hosting: Hosting, outside: Outside, bot_key: Secret) -> Iterator[subprocess.Popen[str]]:
    """The owner's SFTP session under way."""
    session = outside.conversation(open_hosting.account, bot_key, "sftp", "-b", "-")
    assert session.stdin is not None
    assert session.stdout is not None
    session.stdin.write("pwd\n")
    session.stdin.flush()
    assert "pwd" in session.stdout.readline()
    assert "/" in session.stdout.readline()
    yield session
    session.kill()
    session.communicate()


async def suspended(hosting: Hosting) -> None:
    hosting.spec = dataclasses.replace(hosting.spec, suspension_reason=REASON)
    await hosting.becomes(State.SUSPENDED)


async def resumed(hosting: Hosting) -> None:
    hosting.spec = dataclasses.replace(hosting.spec, suspension_reason="")
    await hosting.becomes(State.ACTIVE)


def sql_login(server: LabServer, hosting: Hosting) -> subprocess.CompletedProcess[str]:
    assert hosting.passwords.database_password is not None
    options = f"[client]\nuser={hosting.database}\npassword={hosting.passwords.database_password.reveal()}\n"
    command = f"mariadb --defaults-extra-file=/dev/stdin {hosting.database} -e 'SELECT 1'"
    return server.run(command, stdin=options, check=False)


async def test_every_page_of_every_name_says_why_and_nothing_else(open_hosting: Hosting, outside: Outside) -> None:
    await suspended(open_hosting)
    for name in open_hosting.spec.domains:
        for path in ("/", "/index.html", "/index.php", "/gambar/logo.png", "/..%2f..%2fprivate"):
            page = outside.curl(f"https://{name}{path}", "--path-as-is")
            assert page.status in (400, 403, 404) if "%2f" in path else page.status == 503, path
            if page.status == 503:
                assert ESCAPED in page.body
                assert "<script>" not in page.body
                assert "no-store" in page.headers
        assert outside.curl(f"http://{name}/").status == 301
    assert (await open_hosting.fleet.plan(open_hosting.server, open_hosting.spec)).is_empty
    assert (await open_hosting.verify()).failed == ()


async def test_who_is_inside_is_put_out_and_nobody_comes_in(
    open_hosting: Hosting, session: subprocess.Popen[str], outside: Outside, web: LabServer, bot_key: Secret
) -> None:
    await suspended(open_hosting)
    session.communicate("ls\n", timeout=ENDS)
    assert session.returncode != 0
    account, password = open_hosting.account, open_hosting.sftp_password
    assert outside.sftp(account, password, "ls").returncode != 0
    assert outside.with_key("sftp", account, bot_key, "-b", "/dev/null", "@").returncode != 0
    assert web.run(f"pgrep -u {account}", check=False).stdout == ""


async def test_php_ends_in_the_middle_of_what_it_does(
    open_hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    page = tmp_path / "lambat.php"
    page.write_text(SLOW)
    uploaded = outside.sftp(open_hosting.account, open_hosting.sftp_password, f"put {page} public/lambat.php")
    assert uploaded.returncode == 0, uploaded.stderr
    with concurrent.futures.ThreadPoolExecutor() as pool:
        visit = pool.submit(outside.curl, f"https://{open_hosting.name}/lambat.php")
        begun = f"/srv/hosting/{open_hosting.spec.slug}/private/begun"
        web.run(f"timeout {ENDS:g} sh -c 'until [ -e {begun} ]; do sleep 0.1; done'")
        await suspended(open_hosting)
        answer = visit.result(ENDS)
    assert answer.status >= 500
    assert "sampai akhir" not in answer.body
    assert web.run(f"pgrep -u {open_hosting.account}", check=False).stdout == ""
    units = web.run(f"systemctl list-units --all --no-legend 'layanan-php*@{open_hosting.spec.slug}.*'").stdout
    assert units.strip() == ""


async def test_the_database_account_is_locked_and_its_connections_are_cut(
    open_hosting: Hosting, web: LabServer
) -> None:
    assert open_hosting.passwords.database_password is not None
    options = f"[client]\nuser={open_hosting.database}\npassword={open_hosting.passwords.database_password.reveal()}\n"
    web.put(options, "/root/uji.cnf")
    held = f"mariadb --defaults-extra-file=/root/uji.cnf {open_hosting.database} -e 'SELECT SLEEP(60)'"
    web.run(f"systemd-run --quiet --collect --unit=uji-sql {held}")
    mine = f"mariadb -Ne \"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '{open_hosting.database}'\""
    web.put(f'until [ "$({mine})" = 1 ]; do sleep 0.1; done\n', "/root/uji-sql.sh")
    web.run(f"timeout {ENDS:g} sh /root/uji-sql.sh")
    await suspended(open_hosting)
    assert web.run(mine).stdout.strip() == "0"
    refused = sql_login(web, open_hosting)
    assert refused.returncode != 0
    assert "locked" in refused.stderr.lower()


async def test_resumed_it_is_exactly_as_it_was(
    open_hosting: Hosting, outside: Outside, web: LabServer, bot_key: Secret, tmp_path: Path
) -> None:
    page = tmp_path / "halo.php"
    page.write_text("<?php echo 'Tarakan ', 6 * 7;")
    password = open_hosting.sftp_password
    assert outside.sftp(open_hosting.account, password, f"put {page} public/halo.php").returncode == 0
    assert outside.curl(f"https://{open_hosting.name}/halo.php").body == "Tarakan 42"
    content = CONTENT.format(slug=open_hosting.spec.slug)
    site = f"cat /etc/apache2/layanan-sites/{open_hosting.spec.slug}.conf"
    before = (web.run(content).stdout, web.run(site).stdout)
    await suspended(open_hosting)
    await resumed(open_hosting)
    assert (web.run(content).stdout, web.run(site).stdout) == before
    assert outside.curl(f"https://{open_hosting.name}/halo.php").body == "Tarakan 42"
    assert outside.sftp(open_hosting.account, password, "ls").returncode == 0
    assert outside.with_key("sftp", open_hosting.account, bot_key, "-b", "/dev/null", "@").returncode == 0
    assert sql_login(web, open_hosting).returncode == 0
    assert web.run(f"ls /etc/layanan/pages | grep {open_hosting.spec.slug}", check=False).stdout == ""
    assert (await open_hosting.verify()).failed == ()


async def test_visitors_meet_the_page_or_why_it_is_closed_and_no_error_in_between(
    open_hosting: Hosting, web: LabServer
) -> None:
    with crowd(open_hosting, web) as visitors:
        for _ in range(3):
            await suspended(open_hosting)
            await resumed(open_hosting)
    errors = [seen for seen in visitors.wrong if not seen.endswith(": 503")]
    assert not errors, "none comes to a site whose database is closed to it"
    assert visitors.wrong, "they came while it was closed, too"


async def test_visitors_of_a_site_that_is_removed_meet_no_error_of_its_program(
    hosting: Hosting, web: LabServer
) -> None:
    with crowd(hosting, web) as visitors:
        await hosting.becomes(State.REMOVED)
    assert [seen for seen in visitors.wrong if seen.endswith(": 500")] == []


def crowd(hosting: Hosting, web: LabServer) -> Visitors:
    """Visitors without a pause, of a page that asks its database."""
    password = hosting.passwords.database_password
    assert password is not None
    page = SURAT.format(name=hosting.database, password=password.reveal())
    web.put(page, f"/srv/hosting/{hosting.spec.slug}/public/surat.php")
    return Visitors(web, *[Page(hosting.name, "/surat.php", right="1")] * CROWD, pause=0.0)


async def test_while_it_is_cleaned_its_owner_has_the_files_and_visitors_the_closed_page(
    open_hosting: Hosting, outside: Outside, web: LabServer, bot_key: Secret
) -> None:
    infected, home = "public/unggahan.php", f"/srv/hosting/{open_hosting.spec.slug}"
    web.run(f"echo '<?php echo 13 * 3;' >{home}/{infected}; chown {open_hosting.account}: {home}/{infected}")
    await suspended(open_hosting)
    assert not by_sftp(outside, open_hosting, bot_key, "pwd\n")
    assert "cleaning" not in open_hosting.spec.to_json(), "agents from before it know no such field"
    open_hosting.spec = dataclasses.replace(open_hosting.spec, cleaning=True)
    await open_hosting.apply()
    assert (await open_hosting.verify()).failed == ()
    assert (await open_hosting.fleet.plan(open_hosting.server, open_hosting.spec)).is_empty
    for path in ("/", "/unggahan.php"):
        assert outside.curl(f"https://{open_hosting.name}{path}").status == 503, "nothing of it is served or run"
    assert sql_login(web, open_hosting).returncode != 0
    assert by_sftp(outside, open_hosting, bot_key, f"rm /{infected}\n")
    assert web.run(f"test -e {home}/{infected}", check=False).returncode != 0
    session = outside.conversation(open_hosting.account, bot_key, "sftp", "-b", "-")
    assert session.stdin is not None
    session.stdin.write("pwd\n")
    session.stdin.flush()
    open_hosting.spec = dataclasses.replace(open_hosting.spec, cleaning=False)
    await open_hosting.apply()
    session.communicate("ls\n", timeout=ENDS)
    assert session.returncode != 0, "who is inside is put out"
    assert not by_sftp(outside, open_hosting, bot_key, "pwd\n")
    assert (await open_hosting.verify()).failed == ()
    open_hosting.spec = dataclasses.replace(open_hosting.spec, cleaning=True)
    await resumed(open_hosting)
    assert (await open_hosting.verify()).failed == ()


def by_sftp(outside: Outside, hosting: Hosting, key: Secret, commands: str) -> bool:
    """Return whether the owner's commands were done over a session of their own."""
    session = outside.conversation(hosting.account, key, "sftp", "-b", "-")
    session.communicate(commands, timeout=ENDS)
    return session.returncode == 0

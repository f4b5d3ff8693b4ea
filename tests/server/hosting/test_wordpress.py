"""WordPress out of the distribution's own archive stands, its administrator gets in, and nothing is done twice."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import uuid
from collections.abc import Iterator

import pytest

from provisioning.agent.wordpress.wire import Installation
from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.scan_report import Suspect
from provisioning.spec import CronJob, HostingSecrets, Secret
from tests.server.hosting import debian_archive
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside

PASSWORD = "Rahasia7LangitBiru"
ORDER = Installation(
    title='Dinas "Uji" & O\'Hara \\ <b>', user="redaksi.uji", email="redaksi@uji.test", password=Secret(PASSWORD)
)
CRON = CronJob(script="public/wp-cron.php", minutes=15)
POST = re.compile(r'href="(https://[^"]+/20[0-9]{2}/[0-9]{2}/[^"/]+/)"')
WHEN = {
    "being copied": "[ -d $home/public/.wordpress-layanan ]",
    "making its tables": "mariadb -N -e 'SHOW TABLES' $database | grep -q wp_options",
    "being moved": "grep -q '.phase.:.move.' /var/lib/layanan/wordpress/$slug.json",
    "moved in part": "[ -d $home/public/wp-includes ]",
}
KILL = """slug={slug}; home=/srv/hosting/{slug}; database={database}
until {condition}; do [ $SECONDS -lt 90 ] || exit 1; done 2>/dev/null; pkill -KILL -f layanan-agent; true"""


@pytest.fixture(scope="module")
def archive(web: LabServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    debian_archive.give(web, debian_archive.fetch(tmp_path_factory.mktemp("arsip")))
    yield
    debian_archive.take_away(web)


async def install(hosting: Hosting, request_id: str = "", order: Installation = ORDER) -> str:
    asked = request_id or str(uuid.uuid4())
    return await hosting.fleet.install(hosting.server, hosting.spec, order, request_id=asked)


def logged_in(outside: Outside, hosting: Hosting, password: str, page: str = "/wp-admin/") -> str:
    """Log in as a browser does; return a page of the administrator's, as it is shown then."""
    jar = str(outside.folder / f"kue-{uuid.uuid4().hex}")
    cookies = ("--cookie-jar", jar, "--cookie", jar)
    site = f"https://{hosting.name}"
    outside.curl(f"{site}/wp-login.php", *cookies)
    fields = (f"log={ORDER.user}", f"pwd={password}", "testcookie=1", "wp-submit=Log+In")
    outside.curl(f"{site}/wp-login.php", *cookies, *(part for one in fields for part in ("--data-urlencode", one)))
    return outside.curl(f"{site}{page}", *cookies).body


async def suspects(hosting: Hosting) -> list[Suspect]:
    found, after = list[Suspect](), ""
    while True:
        report = await hosting.fleet.scan(hosting.server, hosting.spec, since=0.0, after=after)
        found += report.suspects
        if report.next is None:
            return found
        after = report.next


def works(outside: Outside, web: LabServer, hosting: Hosting) -> None:
    site, home = f"https://{hosting.name}", f"/srv/hosting/{hosting.spec.slug}"
    front = outside.curl(f"{site}/")
    assert (front.status, 'lang="id-ID"' in front.body) == (200, True)
    post = POST.search(front.body)
    assert post is not None, front.body[:2000]
    assert outside.curl(post[1]).status == 200
    assert outside.curl(f"{site}/tidak/ada/").status == 404
    assert "wpadminbar" in logged_in(outside, hosting, PASSWORD)
    assert "wpadminbar" not in logged_in(outside, hosting, "bukan kata sandinya")
    strangers = f"find {home}/public \\( ! -user {hosting.account} -o -type l \\)"
    assert web.run(strangers).stdout == ""
    assert web.run(f"ls -A {home}/public").stdout.split().count(".wordpress-layanan") == 0
    users = "SELECT user_login, user_email FROM wp_users"
    assert web.run(f"mariadb -N {hosting.database}", stdin=users).stdout.split() == [ORDER.user, ORDER.email]


async def test_it_stands_and_its_administrator_alone_gets_in(
    archive: None, hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    home, site = f"/srv/hosting/{hosting.spec.slug}", f"https://{hosting.name}"
    hosting.spec = dataclasses.replace(hosting.spec, cron=(CRON,))
    await hosting.apply()
    request = str(uuid.uuid4())
    release = await install(hosting, request)
    assert release in (await hosting.fleet.updates(hosting.server)).wordpress.partition("+")[0]  # type: ignore[union-attr]
    works(outside, web, hosting)
    assert await install(hosting, request) == release
    with pytest.raises(ProvisioningError) as refused:
        await install(hosting, order=dataclasses.replace(ORDER, password=Secret("Lain7LangitMerah")))
    assert refused.value.code is ErrorCode.NOT_EMPTY
    works(outside, web, hosting)

    assert "theme-editor" not in logged_in(outside, hosting, PASSWORD, "/wp-admin/themes.php")
    assert "Dinas &quot;Uji&quot; &amp; O&#039;Hara" in logged_in(
        outside, hosting, PASSWORD, "/wp-admin/options-general.php"
    )
    links = logged_in(outside, hosting, PASSWORD, "/wp-admin/options-permalink.php")
    assert "/index.php/%year%" not in links
    assert web.run(f"test ! -e {home}/public/index.html; stat -c %a {home}/public/wp-config.php").stdout == "600\n"
    assert outside.curl(f"{site}/wp-config.php").body == ""
    assert outside.curl(f"{site}/wp-includes/css/dashicons.min.css").status == 200

    web.run(f"systemctl start layanan-cron-{hosting.spec.slug}.1.service")
    logs = web.run(f"cat {home}/logs/cron.log {home}/logs/php.log").stdout  # of wordpress.org, which is out of reach
    assert [line for line in logs.splitlines() if "WordPress.org" not in line] == []
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty
    assert await suspects(hosting) == []
    web.run(f"echo >>{home}/public/wp-includes/embed.php")
    assert [one.path for one in await suspects(hosting)] == ["public/wp-includes/embed.php"]
    told = web.run(
        "grep -rlF " + PASSWORD + " /var/lib/layanan /var/log /etc/layanan /run/systemd 2>/dev/null", check=False
    )
    assert told.stdout == ""


async def test_neither_files_nor_tables_are_put_over(
    archive: None, hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    with_file, with_table = await hostings.make(), await hostings.make()
    public = f"/srv/hosting/{with_file.spec.slug}/public"
    web.run(f"echo milik-kami >{public}/index.html; chown {with_file.account}: {public}/index.html")
    web.run(f"mariadb {with_table.database} -e 'CREATE TABLE warga (nama TEXT)'")
    for hosting, what in ((with_file, "index.html"), (with_table, "1 tables")):
        with pytest.raises(ProvisioningError) as refused:
            await install(hosting)
        assert (refused.value.code, what in refused.value.detail) == (ErrorCode.NOT_EMPTY, True)
        assert (await hosting.verify()).failed == ()  # with the old password of the database too
    assert web.run(f"ls -A {public}").stdout.split() == ["index.html"]


@pytest.mark.parametrize("moment", WHEN)
async def test_an_agent_killed_meanwhile_ends_in_one_whole_wordpress(
    moment: str, archive: None, hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    asking = asyncio.create_task(install(hosting))
    script = KILL.format(slug=hosting.spec.slug, database=hosting.database, condition=WHEN[moment])
    await asyncio.to_thread(web.run, "bash -s", stdin=script)
    for page in (".wordpress-layanan/wp-admin/install.php", "wp-admin/install.php", "wp-admin/setup-config.php"):
        assert "<form" not in outside.curl(f"https://{hosting.name}/{page}").body
    await asking
    works(outside, web, hosting)


async def test_where_it_fails_nothing_is_left_and_the_same_order_may_be_tried_again(
    archive: None, hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    web.run("mv /usr/bin/php8.2 /usr/bin/php8.2.asli")
    try:
        with pytest.raises(ProvisioningError) as failed:
            await install(hosting)
        assert failed.value.step == "wordpress"
    finally:
        web.run("mv /usr/bin/php8.2.asli /usr/bin/php8.2")
    assert web.run(f"ls -A /srv/hosting/{hosting.spec.slug}/public").stdout.split() == ["index.html"]
    assert (await hosting.verify()).failed == ()
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty
    await install(hosting)
    works(outside, web, hosting)


async def test_a_change_of_the_hosting_that_sets_an_older_password_is_made_good(
    archive: None, hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    request = str(uuid.uuid4())
    await install(hosting, request)
    hosting.passwords = HostingSecrets(database_password=hosting.passwords.database_password)
    await hosting.apply()  # as a bot does that died before it noted the installation
    assert outside.curl(f"https://{hosting.name}/").status == 500
    await install(hosting, request)
    works(outside, web, hosting)


async def test_where_the_archive_has_none_it_is_said_and_nothing_is_touched(hosting: Hosting, web: LabServer) -> None:
    debian_archive.take_away(web)
    assert (await hosting.fleet.updates(hosting.server)).wordpress == ""
    with pytest.raises(ProvisioningError) as refused:
        await install(hosting)
    assert refused.value.code is ErrorCode.PACKAGE_UNAVAILABLE
    assert web.run(f"ls -A /srv/hosting/{hosting.spec.slug}/public").stdout.split() == ["index.html"]
    assert (await hosting.verify()).failed == ()

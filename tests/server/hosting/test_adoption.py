"""A site that somebody made by hand comes under management: it answers as before, and nobody else notices."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from provisioning.adopt import Adoption
from provisioning.agent.adopt_look import OldSite
from provisioning.connection import Endpoint
from provisioning.enrolment.enroll import root_on
from provisioning.enrolment.root_shell import RootShell
from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind, Secret
from tests.server.hosting.command_line import Office
from tests.server.hosting.conftest import PHP, Hosting, Hostings, engineers_access
from tests.server.hosting.outside import Outside
from tests.server.visitors import Page, Visitors

PAGE = """<?php
require __DIR__ . '/config.php';
$db = new mysqli('localhost', DB_USER, DB_PASSWORD, DB_NAME);
echo "Arsip: ", $db->query('SELECT judul FROM surat_baru')->fetch_row()[0], ', ', basename(__DIR__);
"""
CONFIG = "<?php\ndefine('DB_NAME', '{name}');\ndefine('DB_USER', '{name}');\ndefine('DB_PASSWORD', '{password}');\n"
VHOST = """<VirtualHost *:80>
    ServerName {domain}
    Redirect permanent / https://{domain}/
</VirtualHost>
<VirtualHost *:443>
    ServerName {domain}
    DocumentRoot {files}/public
    SSLEngine on
    SSLCertificateFile /etc/layanan/tls/wildcard-{zone}.pem
    SSLCertificateKeyFile /etc/layanan/tls/wildcard-{zone}.key
    DirectoryIndex index.php
    <FilesMatch "\\.php$">
        SetHandler "proxy:unix:/run/php/php{php}-fpm.sock|fcgi://localhost"
    </FilesMatch>
</VirtualHost>
"""
SQL = """
CREATE DATABASE `{name}`; CREATE USER '{name}'@'localhost' IDENTIFIED BY '{password}';
GRANT ALL ON `{name}`.* TO '{name}'@'localhost'; USE `{name}`;
CREATE TABLE surat (judul VARCHAR(40)); INSERT INTO surat VALUES ('Naskah `root`@`x` lama');
CREATE DEFINER=root@localhost SQL SECURITY DEFINER VIEW surat_baru AS SELECT judul FROM surat;
"""


@dataclasses.dataclass
class ByHand:
    """The site as its maker left it."""

    server: LabServer
    name: str
    password: str

    @property
    def domain(self) -> str:
        return f"{self.name}.{self.server.zone}"

    @property
    def files(self) -> str:
        return f"/var/www/{self.name}"

    @property
    def vhost(self) -> str:
        return f"/etc/apache2/sites-enabled/{self.name}.conf"

    @property
    def url(self) -> str:
        return f"https://{self.domain}/"

    def make(self) -> None:
        server, config = self.server, CONFIG.format(name=self.name, password=self.password)
        server.put(PAGE, f"{self.files}/public/index.php")
        server.put(config, f"{self.files}/public/config.php", mode=0o640)
        server.run(f"ln -s /etc/passwd {self.files}/public/keluar; chown -R www-data: {self.files}")
        vhost = VHOST.format(domain=self.domain, files=self.files, zone=server.zone, php=PHP)
        server.put(vhost, f"/etc/apache2/sites-available/{self.name}.conf")
        server.run("mariadb", stdin=SQL.format(name=self.name, password=self.password))
        server.run(f"a2ensite -q {self.name}; systemctl start php{PHP}-fpm; systemctl reload apache2")
        self.dns(f"update add {self.domain} 300 A {server.address}")

    def dns(self, change: str) -> None:
        city = self.server.city
        key = f"key {city.tsig.algorithm}:{city.tsig.name} {city.tsig.secret.reveal()}"
        lines = f"server {city.dns_address}\n{key}\nzone {city.zone}\n{change}\nsend\n"
        subprocess.run(["nsupdate"], input=lines, text=True, check=True)

    def traces(self) -> str:
        """Return all there is of it, as it was made."""
        look = (
            f"find {self.files} -printf '%p %m %u %T@ %s\\n' | sort; ls -l {self.vhost};"
            f" mariadb-dump --skip-dump-date {self.name}"
        )
        return self.server.run(look).stdout

    def clear(self) -> None:
        drop = f"DROP DATABASE IF EXISTS `{self.name}`; DROP USER IF EXISTS '{self.name}'@'localhost';"
        self.server.run("mariadb", stdin=drop)
        self.server.run(
            f"rm -rf {self.files} {self.vhost}* /etc/apache2/sites-available/{self.name}.conf; systemctl reload apache2"
        )
        self.dns(f"update delete {self.domain}\nupdate delete _layanan.{self.domain}")


@pytest.fixture
def old(web: LabServer, address: ServerAddress) -> Iterator[ByHand]:
    site = ByHand(web, f"lama{secrets.token_hex(3)}", secrets.token_hex(12))
    site.make()
    yield site
    site.clear()


@pytest.fixture
async def root(web: LabServer) -> AsyncIterator[RootShell]:
    access = engineers_access(web)
    at = Endpoint(host=web.address, port=22, host_key=web.host_key, user=access.user)
    async with root_on(at, access) as shell:
        yield shell


def adoption(root: RootShell, old: ByHand, becomes: Hosting, **given: object) -> Adoption:
    becomes.spec = HostingSpec(
        slug=becomes.spec.slug,
        domains=(old.domain,),
        kind=Kind.PHP,
        php_version=PHP,
        database=True,
        document_root="public/public",
        owner="Dinas Arsip",
    )
    source = OldSite(
        files=old.files,
        database=old.name,
        database_user=old.name,
        database_password=Secret(old.password),
        configuration=("public/config.php",),
        take_names=True,
    )
    return Adoption(
        root=root,
        spec=becomes.spec,
        source=dataclasses.replace(source, **given),  # type: ignore[arg-type]
        secrets=becomes.passwords,
    )


async def test_it_answers_as_before_and_is_managed_from_now_on(
    root: RootShell, old: ByHand, hostings: Hostings, outside: Outside, fleet: Fleet
) -> None:
    neighbour = await hostings.make(kind=Kind.STATIC)
    becomes = hostings.want()
    before, made = outside.curl(old.url), old.traces()
    assert before.body == "Arsip: Naskah `root`@`x` lama, public"
    taking = adoption(root, old, becomes)
    plan = await taking.plan()
    assert old.traces() == made, "to plan changes nothing"
    with Visitors(old.server, Page(old.domain), Page(neighbour.name)) as seen:
        applied = await taking.apply(plan)
        await asyncio.sleep(0.5)
    assert seen.wrong == [], "not one visitor noticed"
    assert len(seen.seconds) > 10
    assert applied.facts["account"] == becomes.account
    await taking.settle()

    assert outside.curl(old.url).body == before.body
    server = old.server
    server.run("mariadb", stdin=f"UPDATE {becomes.database}.surat SET judul = 'Baru';")
    assert outside.curl(old.url).body == "Arsip: Baru, public", "it reads its new database"
    assert server.run(f"mariadb -Ne 'SELECT judul FROM {old.name}.surat'").stdout == "Naskah `root`@`x` lama\n"
    home = f"/srv/hosting/{becomes.spec.slug}"
    assert server.run(f"find {home}/public -type l -o ! -user {becomes.account}").stdout == ""
    definers = f"SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = '{becomes.database}'"
    assert server.run(f'mariadb -Ne "{definers}"').stdout.split() == [f"{becomes.database}@localhost"]
    assert (await fleet.plan(becomes.server, becomes.spec)).is_empty, "from now on the agent keeps it so"
    found = await becomes.verify(addresses=(server.address,), neighbours=(neighbour.spec.slug,))
    assert found.ok, str(found.failed)


async def test_what_fails_leaves_the_old_site_as_it_was(
    root: RootShell, old: ByHand, hostings: Hostings, outside: Outside
) -> None:
    becomes, made = hostings.want(), old.traces()
    taking = adoption(root, old, becomes)
    plan = await taking.plan()
    server = old.server
    program = f"/usr/sbin/php-fpm{PHP}"
    with Visitors(old.server, Page(old.domain)) as seen:
        server.run(f"mv {program} {program}.gone; ln -s /bin/false {program}")  # the last steps fail
        try:
            with pytest.raises(ServerError):
                await taking.apply(plan)
        finally:
            server.run(f"mv -f {program}.gone {program}")
    assert seen.wrong == []
    assert old.traces() == made
    assert outside.dig(old.domain) == [server.address]
    left = f"getent passwd {becomes.account}; ls -d /srv/hosting/{becomes.spec.slug}; ls /var/lib/layanan/adoptions"
    assert server.run(left, check=False).stdout == ""

    applied = await taking.apply(await taking.plan())  # mended, it is adopted; then the engineer thinks better of it
    assert applied.changed
    await taking.undo()
    assert old.traces() == made
    assert outside.curl(old.url).status == 200
    assert outside.dig(old.domain) == [server.address]


async def test_a_kill_at_any_moment_loses_nothing_and_the_same_command_goes_on(
    root: RootShell, old: ByHand, hostings: Hostings, outside: Outside
) -> None:
    becomes, server = hostings.want(), old.server
    taking = adoption(root, old, becomes)
    before, plan = outside.curl(old.url).body, await taking.plan()
    killer = "until pid=$(pgrep -f '[a]gent.adopt import'); do :; done; sleep {pause}; kill -9 $pid"
    cut = 0
    for pause in ("0.2", "0.5", "0.9", "1.2"):
        killing = asyncio.create_task(asyncio.to_thread(server.run, killer.format(pause=pause), check=False))
        try:
            await taking.apply(plan)
        except ServerError:
            cut += 1
        await killing
        assert outside.curl(old.url).body == before, f"killed after {pause} s"
    assert cut, "at least one was cut off before its end"
    await taking.apply(plan)
    await taking.settle()
    assert outside.curl(old.url).body == before
    assert (await becomes.fleet.plan(becomes.server, becomes.spec)).is_empty


async def test_nothing_is_taken_from_others_nor_without_the_engineers_word(
    root: RootShell, old: ByHand, hostings: Hostings
) -> None:
    becomes = hostings.want()
    with pytest.raises(ServerError) as unasked:
        await adoption(root, old, becomes, take_names=False).plan()
    assert unasked.value.code is ErrorCode.DNS_NAME_TAKEN
    old.server.run(f"sed -i 's/^    ServerName .*/&\\n    ServerAlias lain.{old.server.zone}/' {old.vhost}")
    with pytest.raises(ServerError) as shared:
        await adoption(root, old, becomes).plan()
    assert shared.value.code is ErrorCode.DOMAIN_TAKEN
    with pytest.raises(ServerError) as managed:
        adoption(root, old, becomes, files="/srv/hosting/lain")
    assert managed.value.code is ErrorCode.BAD_REQUEST


async def test_a_name_that_the_zones_wildcard_led_to_the_old_site_becomes_one_of_its_own(
    root: RootShell, old: ByHand, hostings: Hostings, outside: Outside
) -> None:
    old.dns(f"update delete {old.domain}\nupdate add *.{old.server.zone} 60 A {old.server.address}")
    try:
        taking = adoption(root, old, hostings.want(), take_names=False)  # there is no name to be taken
        await taking.apply(await taking.plan())
        await taking.settle()
    finally:
        old.dns(f"update delete *.{old.server.zone}")
    assert outside.dig(old.domain) == [old.server.address]
    assert outside.curl(old.url).body.startswith("Arsip:")


async def test_an_engineer_adopts_it_by_command_and_the_office_has_it_without_a_case(
    old: ByHand, outside: Outside, bot_key: Secret, hostings: Hostings, tmp_path: Path
) -> None:
    web, office, becomes = old.server, Office(tmp_path, old.server, bot_key), hostings.want()
    await office.adds_its_server()
    before, logins = outside.curl(old.url), tmp_path / "logins"
    logins.touch(mode=0o644)  # anybody could have it open
    said = await office.run(
        *("hosting", "adopt", web.name, becomes.spec.slug, "--domain", old.domain, "--opd", "DINKES"),
        *("--files", old.files, "--root", "public", "--php", PHP, "--package", "kecil", "--take-names"),
        *("--database", old.name, "--database-user", old.name, "--configuration", "public/config.php"),
        *("--logins", str(logins)),
        given=f"{old.password}\ny\n",
    )
    assert f"Copy database {old.name} (2 tables)" in said
    assert old.password not in said
    becomes.spec = dataclasses.replace(becomes.spec, domains=(old.domain,))
    assert outside.curl(old.url).body == before.body
    kept = office.rows("SELECT case_id, state, wanted_revision, applied_revision, domain FROM hostings")
    assert kept == [(None, "wanted", 1, 1, old.domain)]
    assert office.rows("SELECT action FROM ledger ORDER BY sequence DESC LIMIT 1") == [("hosting.adopted",)]
    assert logins.stat().st_mode & 0o777 == 0o600
    account, password = logins.read_text().split()[1:3]
    assert outside.sftp(account, Secret(password), "ls public").returncode == 0

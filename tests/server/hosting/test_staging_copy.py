"""A staging copy on a real server: the site's content under logins of its own, and never a way into the site's data."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import secrets
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from provisioning.agent.staging.wire import Copied, Copy, Step
from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSecrets, Limits, Secret, State
from tests.server.hosting.backup_place import fill, held, sql
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside, Page
from tests.server.hosting.test_backups import CLIENT_THAT_FAILS_ONCE
from workflows.hosting.opening import PASSWORD_ALPHABET, PASSWORD_LENGTH

CONFIG = "<?php define('DB_NAME', '{name}'); define('DB_USER', '{name}'); define('DB_PASSWORD', '{password}');"
ENV = "DB_DATABASE={name}\nDB_USERNAME={name}\nDB_PASSWORD={password}\n"
PAGE = """<?php require 'wp-config.php'; mysqli_report(MYSQLI_REPORT_OFF);
$own = new mysqli('localhost', DB_USER, DB_PASSWORD, DB_NAME);
echo $own->query('SELECT judul FROM surat ORDER BY id')->fetch_row()[0], '|';
echo isset($_GET['lain']) && @$own->select_db($_GET['lain']) ? 'terbuka' : DB_NAME;"""
CLIENT_THAT_LOADS_NOTHING = """#!/bin/sh
case "$*" in *--binary-mode*) head -c 900 >/dev/null; echo 'ERROR 1064: gagal' >&2; exit 1;; esac
exec /usr/bin/mariadb.asli "$@"
"""
DIES_MIDWAY = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import config, database_dump, mariadb, verbs, protocol
from provisioning.agent.backup import moving
from provisioning.agent.staging import copying
from provisioning.agent.staging.wire import Copy
from provisioning.spec import HostingSpec
put = moving.put
def one_folder(*given):
    put(*given)
    os._exit(9)
def no_table(dump, login, definers):
    mariadb.ask(f"DROP DATABASE {mariadb.identifier(login.database)}")
    os._exit(9)
if sys.argv[1] == "folder":
    moving.put = one_folder
else:
    database_dump.load_anew = no_table
site = verbs._site(HostingSpec.from_data(json.loads(sys.argv[2])), config.load(Path(protocol.CONFIG_FILE)))
copying.carry_out(sys.argv[3], site, Copy.from_data(json.loads(sys.argv[4])), print)
"""
DIES_WHILE_IT_CLEARS = """
import json, os, subprocess, sys
from pathlib import Path
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import config, homes, verbs, protocol
from provisioning.agent.staging import copying
from provisioning.agent.staging.wire import Copy
from provisioning.spec import HostingSpec
def half_of_it(tree):
    subprocess.run(["rm", "-rf", tree / "public"], check=True)
    os._exit(9)
def nothing_of_it(tree):
    raise OSError(5, "Input/output error")
homes.delete = half_of_it if sys.argv[1] == "killed" else nothing_of_it
site = verbs._site(HostingSpec.from_data(json.loads(sys.argv[2])), config.load(Path(protocol.CONFIG_FILE)))
copying.carry_out(sys.argv[3], site, Copy.from_data(json.loads(sys.argv[4])), print)
"""
DIES_WHILE_IT_RESTORES = """
import os, sys
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent.backup import login
with login.borrowed(sys.argv[1]):
    os._exit(9)
"""
TRACES = "ls -d /srv/hosting/.copying-* /srv/hosting/.copied-* /etc/layanan/page-logins/* 2>/dev/null"


def password() -> Secret:
    """As the office makes them."""
    return Secret("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_LENGTH)))


def in_home(hosting: Hosting, command: str) -> str:
    return hosting.lab_server.run(f"cd /srv/hosting/{hosting.spec.slug}; {command}").stdout


def write(hosting: Hosting, path: str, text: str) -> None:
    place = f"/srv/hosting/{hosting.spec.slug}/{path}"
    hosting.lab_server.run(f"runuser -u {hosting.account} -- tee {place} >/dev/null", stdin=text)


@pytest.fixture
async def site(hostings: Hostings) -> Hosting:
    """A site whose program reads its database's login from a file, and has it in another one too."""
    site = hostings.want()
    site.passwords = HostingSecrets(sftp_password=password(), database_password=password())
    await site.apply()
    fill(site)
    login = {"name": site.database, "password": revealed(site)}
    write(site, "public/wp-config.php", CONFIG.format(**login))
    write(site, "private/.env", ENV.format(**login))
    return site


@pytest.fixture
async def copy(site: Hosting, hostings: Hostings) -> AsyncIterator[Hosting]:
    """An empty copy beside it."""
    copy = hostings.want()
    copy.spec = dataclasses.replace(copy.spec, team_only=True, owner=site.spec.owner)
    copy.passwords = HostingSecrets(sftp_password=password(), database_password=password(), page_password=password())
    await copy.apply()
    write(site, "public/index.php", PAGE)
    yield copy
    await copy.becomes(State.REMOVED)
    assert copy.lab_server.run(f"{TRACES} | grep {copy.spec.slug}", check=False).stdout == "", "something is left of it"


def revealed(hosting: Hosting) -> str:
    assert hosting.passwords.database_password is not None
    return hosting.passwords.database_password.reveal()


async def step(into: Hosting, asked: Copy, request_id: str = "") -> dict[str, Any]:
    return await into.fleet.copy(into.server, into.spec, asked, request_id=request_id or str(uuid.uuid4()))


async def copied(source: Hosting, into: Hosting, *, database: bool = True, tells: bool = True) -> Copied:
    """Copy as the office does; where it `tells` it says the new database's password."""
    known = into.passwords.database_password if tells else None
    made = await step(into, Copy(step=Step.PREPARE, source=source.spec.slug, database=database, password=known))
    await step(into, Copy(step=Step.PUT, source=source.spec.slug, database=database))
    return Copied.from_data(made)


def visited(outside: Outside, hosting: Hosting, path: str = "/", *, login: bool = True) -> Page:
    known = hosting.passwords.page_password
    said = ("-u", f"{hosting.spec.slug}:{known.reveal()}") if login and known else ()
    return outside.curl(f"https://{hosting.name}{path}", *said)


async def test_a_copy_shows_its_own_data_to_its_team_alone(site: Hosting, copy: Hosting, outside: Outside) -> None:
    made = await copied(site, copy)
    assert made.adapted == ("private/.env", "public/wp-config.php")
    assert (made.unsure, made.files > 5, made.size_bytes > 300_000) == ((), True, True)
    assert visited(outside, site).body == f"Naskah Ü 😀 `x`|{site.database}"
    assert visited(outside, copy).body == f"Naskah Ü 😀 `x`|{copy.database}"
    for one, other in ((site, copy), (copy, site)):
        assert visited(outside, one, f"/?lain={other.database}").body.endswith(f"|{one.database}"), "it is shut"
    sql(copy, "UPDATE surat SET judul='Coba' WHERE id=1")
    assert visited(outside, copy).body.startswith("Coba|")
    assert visited(outside, site).body.startswith("Naskah")

    for path in ("/", "/index.php", "/unggah/", "/tidak-ada", "/wp-config.php"):
        assert visited(outside, copy, path, login=False).status == 401, path
    shown = visited(outside, copy)
    assert (shown.status, "x-robots-tag: noindex" in shown.headers) == (200, True)
    assert "x-robots-tag" not in visited(outside, site).headers
    assert (await copy.verify(neighbours=(site.spec.slug,))).failed == ()
    assert (await site.verify(neighbours=(copy.spec.slug,))).failed == ()
    for hosting in (site, copy):
        assert not (await hosting.apply()).changed, "both are still as they are wanted"


async def test_nothing_of_the_sites_logins_is_in_the_copys_reach(
    site: Hosting, copy: Hosting, web: LabServer, outside: Outside
) -> None:
    write(site, "public/tembolok.ser", f's:20:"{revealed(site)}";s:{len(site.database)}:"{site.database}";')
    write(site, "private/lain.php", f"<?php $db = '{site.database}';")
    made = await copied(site, copy)
    assert made.unsure == ("private/lain.php",)
    home = f"/srv/hosting/{copy.spec.slug}"
    assert web.run(f"grep -rl {revealed(site)} {home}", check=False).stdout == ""
    assert in_home(copy, "cat public/tembolok.ser") == (
        f's:20:"{revealed(copy)}";s:{len(copy.database)}:"{copy.database}";')  # fmt: skip
    kept = "SELECT JSON_VALUE(Priv,'$.authentication_string') FROM mysql.global_priv WHERE User='{}'"
    hashes = {web.run("mariadb -N", stdin=kept.format(one.database)).stdout for one in (site, copy)}
    assert len(hashes) == 2
    assert {*sql(copy, "SHOW DATABASES").split()} == {"information_schema", copy.database}
    for mine, other in ((site, copy), (copy, site)):
        assert mine.passwords.sftp_password is not None
        assert outside.sftp(other.account, mine.passwords.sftp_password, "ls").returncode != 0
    files = web.run(f"find {home}/public {home}/private -printf '%U %G %y\\n' | sort -u").stdout.splitlines()
    uid = web.run(f"id -u {copy.account}").stdout.strip()
    assert files == [f"{uid} {uid} d", f"{uid} {uid} f"]


@pytest.mark.parametrize("into", ["copy", "site"])
async def test_a_login_that_a_killed_restore_has_borrowed_is_given_back_before_it_is_looked_for(
    site: Hosting, copy: Hosting, web: LabServer, outside: Outside, into: str
) -> None:
    await copied(site, copy)
    assert web.run(f"python3 - {site.spec.slug}", stdin=DIES_WHILE_IT_RESTORES, check=False).returncode == 9
    made = await (copied(site, copy) if into == "copy" else copied(copy, site, tells=False))
    assert made.adapted == ("private/.env", "public/wp-config.php")
    home = f"/srv/hosting/{copy.spec.slug}"
    assert web.run(f"grep -rl {revealed(site)} {home}", check=False).stdout == ""
    for each in (site, copy):
        assert visited(outside, each).body == f"Naskah Ü 😀 `x`|{each.database}"


async def test_what_was_tried_on_the_copy_comes_to_the_site_and_the_site_keeps_its_own_login(
    site: Hosting, copy: Hosting, outside: Outside
) -> None:
    await copied(site, copy)
    before = held(site)
    in_home(copy, "rm -r public/unggah; mkdir public/baru; echo '<?php // versi 2' >public/baru/versi.php")
    in_home(copy, f"chown -R {copy.account}: public/baru")
    sql(copy, "UPDATE surat SET judul='Versi 2' WHERE id=1; DROP TABLE jejak; ")
    await copied(copy, site, database=False, tells=False)
    assert in_home(site, "ls public").split() == [
        "baru", "index.html", "index.php", "kembar.php", "kosong", "wp-config.php"]  # fmt: skip
    assert visited(outside, site).body == f"Naskah Ü 😀 `x`|{site.database}", "the data is still the site's"
    assert in_home(site, "cat public/wp-config.php") == CONFIG.format(name=site.database, password=revealed(site))
    assert held(site).database == before.database

    await copied(copy, site, tells=False)
    assert visited(outside, site).body == f"Versi 2|{site.database}"
    assert sql(site, "SHOW TABLES").split() == ["ringkas", "surat"]
    assert (await site.verify()).failed == ()
    assert (await copy.verify()).failed == ()
    assert not (await site.apply()).changed


async def test_a_site_that_cannot_be_led_to_its_own_database_is_left_as_it_is(site: Hosting, copy: Hosting) -> None:
    await copied(site, copy)
    in_home(site, "rm public/wp-config.php private/.env")
    before = held(site)
    with pytest.raises(ProvisioningError) as refused:
        await copied(copy, site, tells=False)
    assert refused.value.code is ErrorCode.FILE_UNFIT
    assert held(site) == before


@pytest.mark.parametrize("moment", ["folder", "database"])
async def test_a_copy_that_is_cut_off_midway_ends_whole(
    site: Hosting, copy: Hosting, web: LabServer, outside: Outside, moment: str
) -> None:
    await copied(site, copy)
    for path in ("public/versi.txt", "private/versi.txt"):
        write(site, path, "2")
    sql(site, "UPDATE surat SET judul='Versi 2' WHERE id=1")
    source, request_id = site.spec.slug, str(uuid.uuid4())
    await step(copy, Copy(step=Step.PREPARE, source=source, database=True))
    put = Copy(step=Step.PUT, source=source, database=True)
    given = f"{moment} '{copy.spec.to_json()}' {request_id} '{json.dumps(put.to_data())}'"
    assert web.run(f"python3 - {given}", stdin=DIES_MIDWAY, check=False).returncode == 9
    await step(copy, put, request_id)
    await step(copy, put, request_id)  # its answer was lost
    assert in_home(copy, "cat public/versi.txt private/versi.txt") == "22"
    assert visited(outside, copy).body == f"Versi 2|{copy.database}"
    assert not (await copy.apply()).changed
    assert (await copy.verify()).failed == ()


@pytest.mark.parametrize("fault", ["killed", "disk"])
@pytest.mark.parametrize("next_step", [Step.BACK, Step.PREPARE])
async def test_what_was_put_stays_where_the_old_could_be_deleted_in_part_only(
    site: Hosting, copy: Hosting, web: LabServer, fault: str, next_step: Step
) -> None:
    await copied(site, copy)
    write(copy, "public/versi.txt", "2")
    sql(copy, "UPDATE surat SET judul='Versi 2' WHERE id=1")
    asked = Copy(step=Step.PREPARE, source=copy.spec.slug, database=True)
    await step(site, asked)
    put = json.dumps(dataclasses.replace(asked, step=Step.PUT).to_data())
    given = f"{fault} '{site.spec.to_json()}' {uuid.uuid4()} '{put}'"
    ended = web.run(f"python3 - {given}", stdin=DIES_WHILE_IT_CLEARS, check=False).returncode
    assert ended == (9 if fault == "killed" else 0), "what was put is put, whatever becomes of the old"
    await step(site, dataclasses.replace(asked, step=next_step))
    assert in_home(site, "cat public/versi.txt") == "2"
    assert sql(site, "SELECT judul FROM surat WHERE id=1").strip() == "Versi 2"
    assert (await site.fleet.tidy(site.server)) == []
    assert not web.run(f"ls -d /srv/hosting/.copied-{site.spec.slug}", check=False).stdout
    await step(site, dataclasses.replace(asked, step=Step.BACK))


async def test_what_could_not_be_deleted_goes_by_night(site: Hosting, copy: Hosting, web: LabServer) -> None:
    await copied(site, copy)
    web.run(f"mkdir -p /srv/hosting/.copied-{site.spec.slug}/public")
    assert await site.fleet.tidy(site.server) == [site.spec.slug]
    assert not web.run(f"ls -d /srv/hosting/.copied-{site.spec.slug}", check=False).stdout


async def test_a_late_request_takes_nothing_away_that_a_later_one_put_aside(
    site: Hosting, copy: Hosting, web: LabServer
) -> None:
    await copied(site, copy)
    source, earlier = copy.spec.slug, str(uuid.uuid4())
    asked = Copy(step=Step.PREPARE, source=source, database=False)
    put = dataclasses.replace(asked, step=Step.PUT)
    await step(site, asked)
    await step(site, put, earlier)
    before = held(site)
    write(copy, "public/versi.txt", "3")
    await step(site, asked)
    given = f"folder '{site.spec.to_json()}' {uuid.uuid4()} '{json.dumps(put.to_data())}'"
    assert web.run(f"python3 - {given}", stdin=DIES_MIDWAY, check=False).returncode == 9
    await step(site, put, earlier)
    await step(site, dataclasses.replace(asked, step=Step.BACK))
    assert held(site) == before


async def test_what_cannot_be_loaded_leaves_the_site_as_it_was(
    site: Hosting, copy: Hosting, web: LabServer, outside: Outside
) -> None:
    await copied(site, copy)
    before = held(site)
    write(copy, "public/versi.txt", "2")
    web.run("cp /usr/bin/mariadb /usr/bin/mariadb.asli; rm -f /tmp/sekali")
    web.put(CLIENT_THAT_FAILS_ONCE, "/usr/bin/mariadb", mode=0o755)
    try:
        with pytest.raises(ProvisioningError) as failed:
            await copied(copy, site, tells=False)
    finally:
        web.run("mv /usr/bin/mariadb.asli /usr/bin/mariadb; rm -f /tmp/sekali")
    assert failed.value.code is ErrorCode.MARIADB_REFUSED
    assert held(site) == before
    assert visited(outside, site).body == f"Naskah Ü 😀 `x`|{site.database}"
    assert web.run(f"ls -d /srv/hosting/.copying-{site.spec.slug}", check=False).stdout == ""
    assert not (await site.apply()).changed


@pytest.mark.parametrize("asked", [Step.PREPARE, Step.BACK])
async def test_where_the_way_back_fails_too_nothing_is_lost_and_the_next_request_goes_it(
    site: Hosting, copy: Hosting, web: LabServer, outside: Outside, asked: Step
) -> None:
    await copied(site, copy)
    before = held(site)
    write(copy, "public/versi.txt", "2")
    web.run("cp /usr/bin/mariadb /usr/bin/mariadb.asli")
    web.put(CLIENT_THAT_LOADS_NOTHING, "/usr/bin/mariadb", mode=0o755)
    try:
        with pytest.raises(ProvisioningError):
            await copied(copy, site, tells=False)
    finally:
        web.run("mv /usr/bin/mariadb.asli /usr/bin/mariadb")
    stage = f"/srv/hosting/.copying-{site.spec.slug}"
    assert web.run(f"ls {stage}/before.sql; touch -d '3 days ago' {stage}").stdout
    assert await site.fleet.tidy(site.server) == [], "nothing else has what the site held"
    await step(site, Copy(step=asked, source=copy.spec.slug, database=True))
    assert held(site) == before
    assert (web.run(f"ls -d {stage}", check=False).stdout == "") is (asked is Step.BACK)
    assert visited(outside, site).body == f"Naskah Ü 😀 `x`|{site.database}"


async def test_what_waits_aside_counts_to_no_open_site_and_goes_in_time(
    site: Hosting, copy: Hosting, web: LabServer
) -> None:
    await copied(site, copy)
    write(copy, "public/besar.bin", "x" * 4_000_000)
    before, stage = held(site), f"/srv/hosting/.copying-{site.spec.slug}"
    asked = Copy(step=Step.PREPARE, source=copy.spec.slug, database=True)
    await step(site, asked)
    assert web.run(f"ls {stage}/public/besar.bin && find {stage} ! -user root").stdout.strip().endswith("besar.bin")
    assert await site.fleet.tidy(site.server) == [], "it is on its way"
    await step(site, dataclasses.replace(asked, step=Step.BACK))
    assert web.run(f"ls -d {stage}", check=False).stdout == ""

    await step(site, asked)
    at_work = f"flock --close /run/layanan-backup/{site.spec.slug} sleep 60"
    number = web.run(f"touch -d '25 hours ago' {stage}; {at_work} >/dev/null 2>&1 & echo $!; sleep 0.5").stdout
    assert await site.fleet.tidy(site.server) == [], "somebody is at work on it"
    web.run(f"pkill -P {number.strip()} sleep; sleep 0.2")
    assert await site.fleet.tidy(site.server) == [site.spec.slug]
    assert web.run(f"ls -d {stage}", check=False).stdout == ""
    with pytest.raises(ProvisioningError) as late:
        await step(site, dataclasses.replace(asked, step=Step.PUT))
    assert late.value.detail == "nothing was made ready"
    assert held(site) == before


async def test_thousands_of_sockets_keep_no_copy_from_its_end(site: Hosting, copy: Hosting, web: LabServer) -> None:
    """Tar complains of each of them."""
    folder = f"/srv/hosting/{site.spec.slug}/private/soket"
    program = f"import os, socket\nos.makedirs('{folder}', exist_ok=True)\nos.chdir('{folder}')\n"
    program += "for n in range(3000):\n    socket.socket(socket.AF_UNIX).bind(f'soket-{n}')\n"
    web.run(f"runuser -u {site.account} -- python3 -", stdin=program)
    async with asyncio.timeout(60):
        await copied(site, copy)


async def test_what_does_not_fit_and_what_is_no_copy_is_refused(
    site: Hosting, copy: Hosting, hostings: Hostings
) -> None:
    neighbour = await hostings.make()
    await copied(site, copy)
    before = held(site), in_home(copy, "find . -type f -not -path './logs/*'")
    disguised = dataclasses.replace(neighbour, spec=dataclasses.replace(neighbour.spec, team_only=True))
    for into, source in ((neighbour, site), (neighbour, copy), (copy, neighbour), (disguised, site)):
        with pytest.raises(ProvisioningError) as stranger:
            await step(into, Copy(step=Step.PREPARE, source=source.spec.slug, database=True))
        assert stranger.value.code is ErrorCode.NOT_OURS
    with pytest.raises(ProvisioningError) as nowhere:
        await step(hostings.want(), Copy(step=Step.BACK, source=site.spec.slug, database=False))
    assert nowhere.value.code is ErrorCode.NOT_OURS
    async with asyncio.timeout(20):  # and not for ever, with every backup waiting behind it
        with pytest.raises(ProvisioningError) as itself:
            await step(copy, Copy(step=Step.BACK, source=copy.spec.slug, database=False))
    assert itself.value.code is ErrorCode.BAD_REQUEST
    copy.spec = dataclasses.replace(copy.spec, limits=Limits(inodes=5))
    with pytest.raises(ProvisioningError) as too_much:
        await copied(site, copy)
    assert too_much.value.code is ErrorCode.OVER_QUOTA
    with pytest.raises(ProvisioningError):
        await step(copy, Copy(step=Step.PUT, source=site.spec.slug, database=True))
    assert before == (held(site), in_home(copy, "find . -type f -not -path './logs/*'"))

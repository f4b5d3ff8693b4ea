"""A database goes into a file of its owner's and back, whatever the owner puts in the file's place."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import shlex
import uuid

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import State
from tests.server.hosting.conftest import Hosting, Hostings

MOST = 45_000_000
PROCEDURE = "CREATE PROCEDURE isi() BEGIN CREATE TABLE w (x INT); INSERT INTO w VALUES (1); END"
EDITOR = "#!/bin/sh\ntouch /tmp/bocor-editor\n"  # what `\\e` would start, whatever it were told
IN_A_HURRY = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import verbs, config, deadline, imports, protocol
from provisioning.errors import ServerError
from provisioning.spec import HostingSpec
deadline.SECONDS = 3
site = verbs._site(HostingSpec.from_data(json.loads(sys.argv[1])), config.load(Path(protocol.CONFIG_FILE)))
try:
    print(imports.load(site, SimpleNamespace(verb="load", file=sys.argv[2], id=sys.argv[3])))
except ServerError as error:
    print(error.code)
"""
VIEW = """
CREATE TABLE warga (nama TEXT);
INSERT INTO warga VALUES ('Siti'), ('Budi; DROP TABLE warga; --');
CREATE VIEW ringkas AS SELECT count(*) AS jumlah FROM warga;
CREATE TRIGGER catat BEFORE INSERT ON warga FOR EACH ROW SET NEW.nama = UPPER(NEW.nama);
"""


def private(hosting: Hosting, name: str = "") -> str:
    return f"/srv/hosting/{hosting.spec.slug}/private/{name}"


def put(web: LabServer, hosting: Hosting, name: str, text: str) -> None:
    web.run(f"cat >{private(hosting, name)}; chown {hosting.account}: {private(hosting, name)}", stdin=text)


def rows(web: LabServer, hosting: Hosting, query: str) -> list[str]:
    return web.run(f"mariadb -N {hosting.database}", stdin=query).stdout.splitlines()


def passwords(web: LabServer, hosting: Hosting) -> list[str]:
    """Return the owner's own password (its hash), and how many others open the account."""
    kept = "JSON_VALUE(Priv, '$.authentication_string'), COALESCE(JSON_LENGTH(JSON_QUERY(Priv, '$.auth_or')), 1) - 1"
    query = f"SELECT {kept} FROM mysql.global_priv WHERE User='{hosting.database}'"
    return web.run("mariadb -N", stdin=query).stdout.split()


async def load(hosting: Hosting, file: str, request_id: str = "") -> str:
    asked = request_id or str(uuid.uuid4())
    return (await hosting.fleet.load(hosting.server, hosting.spec, file, request_id=asked)).before


async def test_a_database_goes_out_and_comes_back_as_it_was(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "awal.sql", VIEW)
    known = passwords(web, hosting)
    await load(hosting, "awal.sql")
    assert passwords(web, hosting) == known, "only the owner's own password opens the account again"
    assert rows(web, hosting, "SELECT jumlah FROM ringkas") == ["2"]

    request = str(uuid.uuid4())
    made = await hosting.fleet.dump(hosting.server, hosting.spec, request_id=request)
    again = await hosting.fleet.dump(hosting.server, hosting.spec, request_id=request)
    assert made == again
    owner = web.run(f"stat -c '%U %a %s' {private(hosting, made.file)}").stdout.split()
    assert owner == [hosting.account, "600", str(made.bytes)]
    content = await hosting.fleet.fetch(hosting.server, hosting.spec, made.file, most=MOST)
    assert content is not None
    assert b"Siti" in gzip.decompress(content)
    assert await hosting.fleet.fetch(hosting.server, hosting.spec, made.file, most=10) is None

    rows(web, hosting, "DROP TABLE warga; DROP VIEW ringkas; CREATE TABLE rusak (x INT)")
    before = await load(hosting, made.file)
    assert before.startswith("sebelum-impor-")
    assert rows(web, hosting, "SELECT nama FROM warga") == ["Siti", "Budi; DROP TABLE warga; --"]
    assert rows(web, hosting, "SELECT jumlah FROM ringkas") == ["2"]
    assert rows(web, hosting, "INSERT INTO warga VALUES ('adi'); SELECT nama FROM warga WHERE nama='adi'") == ["ADI"]
    assert "rusak" in web.run(f"zcat {private(hosting, before)}").stdout
    assert (await hosting.verify()).failed == ()
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty


async def test_an_import_that_is_asked_for_twice_is_done_once(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "tambah.sql", "CREATE TABLE IF NOT EXISTS t (x INT); INSERT INTO t VALUES (1);")
    request = str(uuid.uuid4())
    first, second = await asyncio.gather(load(hosting, "tambah.sql", request), load(hosting, "tambah.sql", request))
    assert first == second
    assert rows(web, hosting, "SELECT count(*) FROM t") == ["1"]


async def test_a_file_does_nothing_beyond_its_owners_rights(hostings: Hostings, web: LabServer) -> None:
    hosting, neighbour = await hostings.make(), await hostings.make()
    put(web, neighbour, "isi.sql", "CREATE TABLE rahasia (x TEXT); INSERT INTO rahasia VALUES ('tetangga');")
    await load(neighbour, "isi.sql")
    web.run(
        "[ ! -e /usr/bin/vi ] || mv /usr/bin/vi /usr/bin/vi.asli; cat >/usr/bin/vi; chmod +x /usr/bin/vi", stdin=EDITOR
    )
    for sql in (
        f"USE {neighbour.database}; DROP TABLE rahasia;",
        f"INSERT INTO {neighbour.database}.rahasia VALUES ('x');",
        "CREATE DATABASE bocor;",
        "GRANT ALL ON *.* TO CURRENT_USER();",
        "SELECT 'x' INTO OUTFILE '/tmp/bocor';",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;",
        "CREATE DEFINER=`root`@`localhost` PROCEDURE p() SELECT 1;",
        "\\! touch /tmp/bocor-shell\n",
        "system touch /tmp/bocor-shell\n",
        "tee /tmp/bocor-tee\nSELECT 1;\n",
        "source /etc/passwd\n",
        "pager touch /tmp/bocor-shell\nSELECT 1;\n",
        "SELECT 1\\! touch /tmp/bocor-shell\n;",
        "SELECT 1\\e\n:!touch /tmp/bocor-editor\n:q!\n",
        "edit\n:!touch /tmp/bocor-editor\n:q!\n",
        "\\P touch /tmp/bocor-shell\nSELECT 1;\n",
        "\\T /tmp/bocor-tee\nSELECT 1;\n",
    ):
        put(web, hosting, "jahat.sql", sql)
        with contextlib.suppress(ProvisioningError):
            await load(hosting, "jahat.sql")
    web.run("rm /usr/bin/vi; [ ! -e /usr/bin/vi.asli ] || mv /usr/bin/vi.asli /usr/bin/vi")
    assert web.run("ls -A /tmp | grep bocor; mariadb -Ne \"SHOW DATABASES LIKE 'bocor'\"", check=False).stdout == ""
    assert rows(web, neighbour, "SELECT x FROM rahasia") == ["tetangga"]
    assert passwords(web, hosting)[1] == "0"


@pytest.mark.parametrize("sql", ["DO SLEEP(1e8);", "SELECT BENCHMARK(1e13, SHA2('x', 512));"])
async def test_an_import_without_an_end_is_ended_and_keeps_nobody_waiting(
    sql: str, hostings: Hostings, web: LabServer
) -> None:
    hosting, neighbour = await hostings.make(), await hostings.make()
    put(web, hosting, "abadi.sql", sql)
    arguments = shlex.join([hosting.spec.to_json(), "abadi.sql", str(uuid.uuid4())])
    assert web.run(f"python3 -B - {arguments}", stdin=IN_A_HURRY, timeout=60).stdout.split() == ["file_unfit"]
    running = f"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='{hosting.database}'"
    for _ in range(50):
        if rows(web, hosting, running) == ["0"]:
            break
        await asyncio.sleep(0.1)
    assert rows(web, hosting, running) == ["0"], "the statement still runs"
    assert passwords(web, hosting)[1] == "0"
    await neighbour.fleet.dump(neighbour.server, neighbour.spec, request_id=str(uuid.uuid4()))


async def test_a_file_with_the_line_ends_of_windows_is_carried_out(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "windows.sql", f"DELIMITER $$\n{PROCEDURE}$$\nDELIMITER ;\nCALL isi();\n".replace("\n", "\r\n"))
    await load(hosting, "windows.sql")
    assert rows(web, hosting, "SELECT x FROM w") == ["1"]


async def test_what_is_no_plain_file_of_the_owners_is_not_read(hostings: Hostings, web: LabServer) -> None:
    hosting, neighbour = await hostings.make(), await hostings.make()
    put(web, neighbour, "isi.sql", "CREATE TABLE rahasia (x TEXT);")
    folder = private(hosting)
    web.run(f"ln -s {private(neighbour, 'isi.sql')} {folder}tautan.sql; ln -s /etc/passwd {folder}sandi.sql")
    web.run(f"ln {private(neighbour, 'isi.sql')} {folder}keras.sql; mkfifo {folder}pipa.sql; mkdir {folder}map.sql")
    web.run(f"echo 'SELECT 1' >{folder}milik-root.sql; chown -h {hosting.account}: {folder}tautan.sql {folder}pipa.sql")
    for name in ("tautan.sql", "sandi.sql", "keras.sql", "pipa.sql", "map.sql", "milik-root.sql", "tidak-ada.sql"):
        with pytest.raises(ProvisioningError) as refused:
            await load(hosting, name)
        assert refused.value.code is ErrorCode.FILE_UNFIT, name
        with pytest.raises(ProvisioningError) as refused:
            await hosting.fleet.fetch(hosting.server, hosting.spec, name, most=MOST)
        assert refused.value.code is ErrorCode.FILE_UNFIT, name
    for name in ("../../x.sql", "a/b.sql", "x.php", "x.sql\n", ".sql", ""):
        with pytest.raises(ProvisioningError) as refused:
            await load(hosting, name)
        assert refused.value.code is ErrorCode.BAD_REQUEST, name


async def test_where_private_is_a_link_nothing_is_written_beyond_it(hosting: Hosting, web: LabServer) -> None:
    """Its owner cannot put one there: the folder above is root's. A root's slip would."""
    folder = private(hosting).rstrip("/")
    web.run(f"mv {folder} {folder}.asli; ln -s /etc {folder}")
    with pytest.raises(ProvisioningError):
        await hosting.fleet.dump(hosting.server, hosting.spec, request_id=str(uuid.uuid4()))
    web.run(f"rm {folder}; mv {folder}.asli {folder}; ls /etc | grep basisdata", check=False)
    assert web.run("ls -A /etc | grep -E 'basisdata|sql.gz'", check=False).stdout == ""


async def test_an_import_cut_off_leaves_no_second_password(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "lama.sql", "CREATE TABLE lama (x INT); SELECT SLEEP(600); INSERT INTO lama VALUES (1);")
    asking = asyncio.create_task(load(hosting, "lama.sql"))
    while passwords(web, hosting)[1] == "0":
        assert not asking.done(), asking
        await asyncio.sleep(0.1)
    asking.cancel()
    web.run("pkill -KILL -f '[l]ayanan-agent'; pkill -KILL mariadb$; true", check=False)
    await asyncio.sleep(1)
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert [(change.part, change.key) for change in plan.pending] == [("database", "guest")]
    await hosting.apply()
    assert passwords(web, hosting)[1] == "0"
    assert (await hosting.verify()).failed == ()


async def test_a_closed_hosting_gives_and_takes_no_database(hosting: Hosting) -> None:
    await hosting.becomes(State.SUSPENDED)
    with pytest.raises(ProvisioningError) as refused:
        await hosting.fleet.dump(hosting.server, hosting.spec, request_id=str(uuid.uuid4()))
    assert refused.value.code is ErrorCode.NOT_OURS

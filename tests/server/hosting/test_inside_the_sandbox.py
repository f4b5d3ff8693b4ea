"""A tenant whose code has got round all of PHP's own hurdles: the unit's sandbox is the border, and it holds."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.connection import Endpoint, Login, connect
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import Loaded
from provisioning.spec import State
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside

PROGRAM = Path(__file__).parent / "attacks" / "inside.py"
AS_THE_AGENT_DOES = """
import sys
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import command
command.run(["sleep", "300"], account=sys.argv[1], seconds=400)
"""


@pytest.fixture(scope="module")
async def shared(
    fleet: Fleet, address: ServerAddress, web: LabServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Hosting, Hosting]]:
    """Two neighbours, for attacks that leave nothing behind where they fail."""
    hostings = Hostings(fleet, address, web, tmp_path_factory.mktemp("berdua"))
    yield await hostings.make(), await hostings.make()
    for hosting in hostings.made:
        await hosting.becomes(State.REMOVED)


def as_the_units_own_code(web: LabServer, hosting: Hosting, program: str, scene: dict[str, Any]) -> dict[str, Any]:
    """Run `program` with every setting of the hosting's PHP unit, in place of PHP: what an exploit of PHP would be."""
    slug, home = hosting.spec.slug, f"/srv/hosting/{hosting.spec.slug}"
    unit, answer = f"/run/systemd/system/serangan@{slug}.service", f"{home}/private/jawaban.json"
    web.put(program, f"{home}/private/serangan.py", mode=0o644)
    web.put(json.dumps(scene), f"{home}/private/adegan.json", mode=0o644)
    command = f"/usr/bin/python3 -I {home}/private/serangan.py"
    kept = r"grep -vE '^(Type|ExecStart|ExecReload|Restart|RestartSec|Environment)='"
    web.run(
        f"{kept} /etc/systemd/system/layanan-php8.2@.service > {unit} && "
        f"printf '[Service]\\nType=oneshot\\nExecStart={command}\\nStandardInput=file:{home}/private/adegan.json\\n"
        f"StandardOutput=truncate:{answer}\\nStandardError=journal\\n' >> {unit} && systemctl daemon-reload && "
        f"systemctl start serangan@{slug}.service"
    )
    found: dict[str, Any] = json.loads(web.run(f"cat {answer}").stdout)
    web.run(f"rm {unit} {answer} {home}/private/serangan.py {home}/private/adegan.json && systemctl daemon-reload")
    return found


async def test_code_inside_the_sandbox_gets_hold_of_nothing(
    hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    mine, other = await hostings.make(), await hostings.make()
    for hosting in (mine, other):
        outside.curl(f"https://{hosting.name}/bangun.php")  # both have PHP running, the usual state
    home = f"/srv/hosting/{other.spec.slug}"
    paths = [f"{home}{below}" for below in ("", "/public", "/public/index.html", "/private", "/logs", "/tmp")]
    web.run(f"systemd-run --unit=agen python3 -c '{AS_THE_AGENT_DOES}' {mine.account}")
    importing = await _an_import_that_takes_long(web, mine)
    endpoint = Endpoint(host=web.address, port=22, host_key=web.host_key, user=mine.account)
    session = await connect(endpoint, Login(password=mine.sftp_password))
    async with session.files() as files:
        await files.names("public")
        running = web.run(f"pgrep -l -u {mine.account} -x 'sleep|sshd|mariadb|cat'").stdout.split()
        assert {"sleep", "sshd", "mariadb", "cat"} == {*running[1::2]}
        scene: dict[str, Any] = {"slug": mine.spec.slug, "home": f"/srv/hosting/{mine.spec.slug}", "theirs": paths}
        scene["outside"] = [int(pid) for pid in running[::2]]
        found = as_the_units_own_code(web, mine, PROGRAM.read_text(), scene)
    await session.close()
    web.run(f"systemctl stop agen; mariadb -e 'KILL USER {mine.database}@localhost'")
    with pytest.raises(ProvisioningError):
        await importing
    assert found["uid"] == int(web.run(f"id -u {mine.account}").stdout)
    assert found["took"] == {}, json.dumps(found["took"], indent=1)
    assert web.run("ls /dev/mqueue /dev/shm /tmp /var/tmp").stdout.count("tanda") == 0, "what it left, others see"


async def _an_import_that_takes_long(web: LabServer, hosting: Hosting) -> asyncio.Task[Loaded]:
    """Let the agent carry out a file of the tenant's own, which says for how long: its client is at work on return."""
    place = f"/srv/hosting/{hosting.spec.slug}/private/lama.sql"
    web.run(f"echo 'DO SLEEP(600);' >{place}; chown {hosting.account}: {place}")
    load = hosting.fleet.load(hosting.server, hosting.spec, "lama.sql", request_id=str(uuid.uuid4()))
    importing = asyncio.create_task(load)
    for _ in range(300):
        if web.run(f"pgrep -u {hosting.account} -x mariadb", check=False).stdout:
            return importing
        await asyncio.sleep(0.1)
    pytest.fail("the import did not begin")


STATEMENTS = (
    "SELECT LOAD_FILE('/etc/passwd') IS NOT NULL AND LENGTH(LOAD_FILE('/etc/passwd')) > 0",
    "SELECT 1 INTO OUTFILE '/tmp/keluar'",
    "SELECT COUNT(*) FROM mysql.user",
    "SELECT COUNT(*) FROM mysql.global_priv",
    "SELECT SUM(user <> SUBSTRING_INDEX(CURRENT_USER(), '@', 1)) FROM information_schema.processlist",
    "SELECT SUM(schema_name NOT IN (DATABASE(), 'information_schema')) FROM information_schema.schemata",
    "CREATE USER kawan@localhost IDENTIFIED BY 'x'",
    "CREATE DATABASE lain",
    "GRANT ALL ON *.* TO CURRENT_USER()",
    "SET GLOBAL max_connections = 1",
    "SET GLOBAL general_log_file = '/srv/hosting/x'",
    "KILL 1",
    "SHUTDOWN",
    "FLUSH TABLES WITH READ LOCK",
    "INSTALL SONAME 'ha_example'",
    "CREATE FUNCTION sys_exec RETURNS INT SONAME 'udf.so'",
    "CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1",
    "CREATE DEFINER=root@localhost VIEW v AS SELECT 1",
    "CREATE TABLE t (a INT) DATA DIRECTORY='/tmp'",
    "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO SELECT SLEEP(1)",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'localhost')",
)


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_sql_of_a_tenant_stays_in_their_database(
    shared: tuple[Hosting, Hosting], web: LabServer, statement: str
) -> None:
    mine, _ = shared
    said = _sql(web, mine, statement)
    assert said in {"", "0", "NULL", "refused"}, said


async def test_the_neighbours_database_is_as_if_it_were_not_there(
    shared: tuple[Hosting, Hosting], web: LabServer
) -> None:
    mine, other = shared
    assert _sql(web, other, "CREATE TABLE rahasia (a INT)") == ""
    near = other.database.replace("_", "%")
    tries = (
        f"USE `{other.database}`",
        f"SELECT * FROM `{other.database}`.rahasia",
        f"DROP DATABASE `{other.database}`",
        f"CREATE TABLE `{mine.database}x`.t (a INT)",  # the grant's name is exact: no pattern, no longer name
        f"CREATE DATABASE `{mine.database.replace('_', 'x')}`",
    )
    assert [_sql(web, mine, statement) for statement in tries] == ["refused"] * len(tries)
    listed = f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE '{near}'"
    assert _sql(web, mine, listed) == "0"
    as_other = f"SET PASSWORD FOR `{other.database}`@localhost = PASSWORD('x')"
    assert _sql(web, mine, as_other) == "refused"


def _sql(web: LabServer, hosting: Hosting, statement: str) -> str:
    """Return what MariaDB gives the tenant, or "refused"."""
    assert hosting.passwords.database_password is not None
    options = f"[client]\nuser={hosting.database}\npassword={hosting.passwords.database_password.reveal()}\n"
    command = f'mariadb --defaults-extra-file=/dev/stdin -N -B {hosting.database} -e "$STATEMENT"'
    done = web.run(f"STATEMENT={_quoted(statement)}; {command}", stdin=options, check=False)
    if done.returncode != 0:
        assert "ERROR" in done.stderr, done.stderr
        return "refused"
    return done.stdout.strip()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


SFTP = (
    "ls /../", "ls /etc", "get /etc/passwd -", "ls /../../srv/hosting", "cd /..\nls ../{other}",
    "ln public/index.html a", "ln -s /etc/passwd a", "put {file} /a", "put {file} /logs/a", "mkdir /private/../a",
    "rename public /lama", "rename logs private/logs", "chmod 777 /", "chmod 777 /logs",
    "chown 0 public/index.html", "rm logs/access.log", "rmdir logs", "symlink ../../../../etc/passwd public/a",
    "copy /etc/passwd public/a",
)  # fmt: skip


@pytest.mark.parametrize("tried", SFTP)
async def test_sftp_of_a_tenant_stays_in_their_folder(
    shared: tuple[Hosting, Hosting], outside: Outside, tried: str, tmp_path: Path
) -> None:
    mine, other = shared
    file = tmp_path / "a"
    file.write_text("a")
    commands = tried.format(other=other.spec.slug, file=file).split("\n")
    done = outside.sftp(mine.account, mine.sftp_password, *commands)
    if tried.startswith("ls /../") and done.returncode == 0:
        listed = set(done.stdout.split()) - {"sftp>", *tried.split()}
        assert listed <= {"/../logs", "/../private", "/../public", "/../tmp", "logs", "private", "public", "tmp"}, (
            listed
        )
        return
    assert done.returncode != 0, done.stdout
    assert "root:" not in done.stdout

"""An import that dies at any instant is carried out once in the end, and loses nobody's data."""

from __future__ import annotations

import asyncio
import shlex
import uuid

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import State
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.test_sql_files import passwords, private, put, rows

TWO_ROWS = "CREATE TABLE t (x INT); INSERT INTO t VALUES (1); DO SLEEP(1); INSERT INTO t VALUES (2);"
KILLED = """
import json, os, signal, sys
from pathlib import Path
from types import SimpleNamespace
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import config, database_dump, imports, verbs, journal, protocol
from provisioning.spec import HostingSpec
site = verbs._site(HostingSpec.from_data(json.loads(sys.argv[1])), config.load(Path(protocol.CONFIG_FILE)))
owner, name = {places}[sys.argv[4]]
setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
imports.load(site, SimpleNamespace(verb=protocol.Verb.LOAD, file=sys.argv[2], id=sys.argv[3]))
"""
PLACES = """{
    "before it begins": (database_dump, "write"),
    "while it runs": (imports, "_first_error"),
    "before it is noted": (journal.Journal, "finish"),
    "while it is put back": (database_dump, "load"),
}"""


def kill(web: LabServer, hosting: Hosting, file: str, request: str, place: str) -> None:
    """Let the agent carry a file out and die by SIGKILL at a place of its program."""
    arguments = shlex.join([hosting.spec.to_json(), file, request, place])
    done = web.run(f"python3 -B - {arguments}", stdin=KILLED.replace("{places}", PLACES), check=False)
    assert done.returncode == 137, done


def kept(web: LabServer, hosting: Hosting) -> str:
    """Return what the agent keeps of imports, and what lies in `private` beside what was put there."""
    slug = hosting.spec.slug
    return web.run(f"ls /var/lib/layanan/imports/{slug} 2>/dev/null; ls {private(hosting)}", check=False).stdout


@pytest.mark.parametrize("place", ["before it begins", "while it runs", "before it is noted"])
async def test_a_file_is_carried_out_once_wherever_the_agent_dies(place: str, hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "isi.sql", TWO_ROWS)
    request = str(uuid.uuid4())
    kill(web, hosting, "isi.sql", request, place)
    loaded = await hosting.fleet.load(hosting.server, hosting.spec, "isi.sql", request_id=request)
    await asyncio.sleep(1.2)  # what the killed one's client might still do
    assert rows(web, hosting, "SELECT x FROM t") == ["1", "2"]
    assert bool(loaded.cut) is (place != "before it begins")
    assert passwords(web, hosting)[1] == "0"
    again = await hosting.fleet.load(hosting.server, hosting.spec, "isi.sql", request_id=request)
    assert again == loaded
    assert rows(web, hosting, "SELECT x FROM t") == ["1", "2"]
    assert sorted(kept(web, hosting).split()) == sorted({"isi.sql", loaded.before, loaded.cut} - {""})
    assert (await hosting.verify()).failed == ()
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty


async def test_what_visitors_wrote_after_the_cut_is_kept_for_the_owner(hosting: Hosting, web: LabServer) -> None:
    rows(web, hosting, "CREATE TABLE lama (x TEXT); INSERT INTO lama VALUES ('sebelum')")
    put(web, hosting, "isi.sql", TWO_ROWS)
    request = str(uuid.uuid4())
    kill(web, hosting, "isi.sql", request, "before it is noted")
    rows(web, hosting, "INSERT INTO lama VALUES ('pengunjung')")
    kill(web, hosting, "isi.sql", request, "while it is put back")
    loaded = await hosting.fleet.load(hosting.server, hosting.spec, "isi.sql", request_id=request)
    assert rows(web, hosting, "SELECT x FROM lama") == ["sebelum"]
    assert rows(web, hosting, "SELECT x FROM t") == ["1", "2"]
    assert "pengunjung" in web.run(f"zcat {private(hosting, loaded.cut)}").stdout
    assert "CREATE TABLE `t`" not in web.run(f"zcat {private(hosting, loaded.before)}").stdout


async def test_a_file_that_fails_changes_nothing(hosting: Hosting, web: LabServer) -> None:
    rows(web, hosting, "CREATE TABLE lama (x TEXT); INSERT INTO lama VALUES ('sebelum')")
    put(web, hosting, "rusak.sql", "DELETE FROM lama; CREATE TABLE baru (x INT); INI BUKAN SQL;")
    with pytest.raises(ProvisioningError) as refused:
        await hosting.fleet.load(hosting.server, hosting.spec, "rusak.sql", request_id=str(uuid.uuid4()))
    assert refused.value.code is ErrorCode.MARIADB_REFUSED
    assert rows(web, hosting, "SHOW TABLES; SELECT x FROM lama") == ["lama", "sebelum"]
    assert kept(web, hosting).split() == ["rusak.sql"]
    assert (await hosting.verify()).failed == ()


async def test_a_hosting_that_goes_leaves_nothing_of_an_import_cut_off(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "isi.sql", TWO_ROWS)
    kill(web, hosting, "isi.sql", str(uuid.uuid4()), "before it is noted")
    assert kept(web, hosting).split()[0].endswith(".sql")
    await hosting.becomes(State.REMOVED)
    assert web.run(f"ls -A /var/lib/layanan/imports | grep {hosting.spec.slug}", check=False).stdout == ""

"""Databases for tests: a file, or one of a PostgreSQL cluster that is made for the session and gone after it.

A test that takes `database_url` (newest tables) or `empty_database_url` runs once on each; `postgresql_url` is for
what several processes share. Needs Debian's package postgresql; nothing else of the machine is touched.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from workflows.store import migrations

KINDS = tuple(os.environ.get("DATABASES", "sqlite postgresql").split())  # fewer while writing
EACH_ON_ALL = "DATABASES" in os.environ  # also what else takes turns
QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 128MB
"""
IN_MEMORY = Path("/dev/shm")
ROOMY = 2 << 30  # bytes
ALWAYS = """
max_connections = 300
listen_addresses = ''
"""
TEMPLATE = "newest"
START_SECONDS = 60.0


@dataclasses.dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL of our own, reached through a socket in `folder`."""

    folder: Path
    process: int
    _numbers: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def new_database(self, template: str) -> str:
        """Make a database like another; return its URL."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def run(self, statement: str) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster(QUICK, _quickest_place()) as cluster:
        _make_template(cluster)
        yield cluster


def _quickest_place() -> Path | None:
    """Return the memory's own file system where there is one with room: each test has a database made and dropped."""
    return IN_MEMORY if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOMY else None


@contextlib.contextmanager
def running_cluster(tuning: str, place: Path | None = None) -> Iterator[Cluster]:
    """Run a PostgreSQL of our own, tuned by these lines of its configuration, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="layanan-postgresql-", dir=place) as name:
        folder, data = Path(name), Path(name) / "data"
        if os.geteuid() == 0:  # PostgreSQL never runs as root
            shutil.chown(folder, "postgres")
        options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        subprocess.run([*_postgresql("initdb"), *options, "-D", str(data)], check=True, stdout=subprocess.DEVNULL)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"{ALWAYS}{tuning}unix_socket_directories = '{folder}'\n")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([*_postgresql("postgres"), "-D", str(data)], stdout=log, stderr=log)
        try:
            cluster = Cluster(folder, process.pid)
            _until_it_answers(cluster, process)
            yield cluster
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


def _until_it_answers(cluster: Cluster, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.run("SELECT")
        except psycopg.OperationalError:
            assert process.poll() is None, (cluster.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < give_up, (cluster.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        else:
            return


def _make_template(cluster: Cluster) -> None:
    """Make the database with the newest tables that others are made like."""
    cluster.run(f"CREATE DATABASE {TEMPLATE}")
    _migrate(cluster.url(TEMPLATE))


@functools.cache
def _newest_tables() -> bytes:
    with tempfile.TemporaryDirectory(prefix="layanan-newest-") as name:
        _migrate(file_url(Path(name)))
        return (Path(name) / "layanan.db").read_bytes()


def _migrate(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url)
        with ThreadPoolExecutor(max_workers=1) as apart:  # Alembic begins a loop of its own; a test's may run already
            apart.submit(command.upgrade, config, "head").result()


def in_turn(nodeid: str) -> tuple[str, ...]:
    """Return on what a test runs that takes turns: one half of such tests on each database, all on both if told so."""
    return KINDS if EACH_ON_ALL else (KINDS[zlib.crc32(nodeid.encode()) % len(KINDS)],)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the newest tables."""
    yield from newest_database(request, tmp_path)


def newest_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Have a database with the newest tables, of the kind that is the parameter."""
    yield from _database(request, folder, TEMPLATE)


def newest_file(folder: Path) -> str:
    """Put a file with the newest tables into a folder; return its URL. (All migrations take a second each time.)"""
    (folder / "layanan.db").write_bytes(_newest_tables())
    return file_url(folder)


def file_url(folder: Path) -> str:
    """Return the URL of the file that a bot with this data folder makes."""
    return f"sqlite+aiosqlite:///{folder}/layanan.db"


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    yield from _database(request, tmp_path, "template0")


def session_database(cluster: Cluster, kind: str) -> str | None:
    """Return the URL of a database for the rest of the session; None for SQLite, which its town puts where it likes."""
    return None if kind == "sqlite" else cluster.new_database(TEMPLATE)


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    """A database that several processes may share, with the newest tables."""
    url = cluster.new_database(TEMPLATE)
    yield url
    cluster.drop(url)


def _database(request: pytest.FixtureRequest, folder: Path, template: str) -> Iterator[str]:
    if request.param == "sqlite":
        yield newest_file(folder) if template == TEMPLATE else file_url(folder)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.new_database(template)
    yield url
    cluster.drop(url)


def _postgresql(program: str) -> tuple[str, ...]:
    """Return how to start a program of PostgreSQL, which ends when we do; Debian keeps them out of the search path."""
    found = list(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    assert found, "PostgreSQL is missing here: apt-get install postgresql"
    user = ("--reuid=postgres", "--regid=postgres", "--clear-groups") if os.geteuid() == 0 else ()
    newest = max(found, key=lambda path: int(path.parts[4]))
    return ("setpriv", "--pdeathsig=QUIT", *user, str(newest))

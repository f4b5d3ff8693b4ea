"""A repository for tests on a second server of the lab, by SFTP; and what a hosting holds."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence

from provisioning.agent.backup.repository import Repository
from provisioning.connection import public_key_of
from provisioning.enrolment.backup import BackupPlace
from provisioning.enrolment.enroll import set_repository
from provisioning.lab import LabServer
from provisioning.lab.seed import make_key
from provisioning.spec import Secret
from tests.server.hosting.conftest import Hosting, engineers_access

FILES = (
    "find {top} -printf '%P|%y|%m|%U|%G|%l|%s\\n' | sort; find {top} -type f -print0 | sort -z | xargs -0r sha256sum"
)
ACLS = "find {top} -print0 | sort -z | xargs -0r getfacl --numeric --absolute-names"
SCHEMA = """
CREATE TABLE surat (id INT PRIMARY KEY, judul VARCHAR(80) CHARACTER SET utf8mb4, isi LONGBLOB);
INSERT INTO surat VALUES (1, 'Naskah Ü 😀 `x`', 0x00ff5c27220a0d1a), (2, 'kedua', NULL);
CREATE TABLE jejak (apa VARCHAR(20));
CREATE TRIGGER catat AFTER INSERT ON surat FOR EACH ROW INSERT INTO jejak VALUES ('masuk');
CREATE VIEW ringkas AS SELECT judul FROM surat;
CREATE FUNCTION jumlah() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM surat);
"""


async def kept_on(server: LabServer, other: LabServer) -> str:
    """Let a server keep its backups on another one, by SFTP as an account of its own there; return the place."""
    key = make_key()
    other.run("useradd --create-home --shell /bin/bash cadangan; install -d -o cadangan -m 700 ~cadangan/.ssh")
    public = public_key_of(Secret(key.private))
    other.put(f'restrict,command="internal-sftp" {public}\n', "/home/cadangan/.ssh/authorized_keys")
    other.run("sed -i 's#^Subsystem.*#Subsystem sftp internal-sftp#' /etc/ssh/sshd_config; systemctl reload ssh")
    repository = Repository(place=f"sftp://cadangan@{other.address}/gudang")
    known = f"{other.address} {other.host_key}\n"
    place = BackupPlace(
        repository=repository, password=Secret(secrets.token_urlsafe(32)), ssh_key=Secret(key.private),
        known_hosts=known,
    )  # fmt: skip
    await set_place(server, place)
    return repository.place


async def set_place(server: LabServer, place: BackupPlace) -> None:
    """Set a place as the engineer does."""
    await set_repository(engineers_access(server), host=server.address, host_key=server.host_key, place=place)


def sql(hosting: Hosting, statements: str) -> str:
    """Ask as the owner does, with the issued password."""
    password = hosting.passwords.database_password
    assert password is not None
    client = f"mariadb -N --default-character-set=utf8mb4 -u {hosting.database} {hosting.database}"
    return hosting.lab_server.run(f"MYSQL_PWD={password.reveal()} {client}", stdin=statements).stdout


def fill(hosting: Hosting) -> None:
    """Put files and tables into a hosting as its owner would."""
    top, account = f"/srv/hosting/{hosting.spec.slug}", hosting.account
    hosting.lab_server.run(
        f"""cd {top}; runuser -u {account} -- sh -ec '
        mkdir -p public/unggah/2026 private/kunci
        echo "<?php echo 40 + 2, PHP_EOL;" >public/index.php
        head -c 300000 /dev/urandom >public/unggah/2026/"foto [1] *?.bin"
        printf "nama: %s" "tab\there" >"private/kunci/café.ini"
        chmod 640 public/index.php; chmod 600 private/kunci/*; mkdir public/kosong
        ln public/index.php public/kembar.php'"""
    )
    if hosting.spec.database:
        sql(hosting, SCHEMA)


@dataclasses.dataclass(frozen=True)
class Held:
    """All that a hosting holds: files with owners, rights, lists and content; the database as its owner sees it."""

    files: str
    lists: str
    database: str


def held(hosting: Hosting, tops: Sequence[str] = ("public", "private")) -> Held:
    """Look at it."""
    server, home = hosting.lab_server, f"/srv/hosting/{hosting.spec.slug}"
    places = " ".join(f"{home}/{top}" for top in tops)
    asked = "SELECT * FROM surat; SELECT * FROM ringkas; SELECT jumlah(); SELECT * FROM jejak; SHOW FULL TABLES;"
    definers = "SELECT DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA=DATABASE();"
    return Held(
        files=server.run(FILES.format(top=places)).stdout,
        lists=server.run(ACLS.format(top=places)).stdout,
        database=sql(hosting, asked + definers) if hosting.spec.database else "",
    )


def at_work(deed: str) -> str:
    """Return a shell's question whether restic is at this now; the brackets keep the asking shell itself out."""
    return f"pgrep -f '[r]estic.*{deed}' >/dev/null"


def wait_for_restic(server: LabServer, deed: str) -> None:
    """Return when restic is at it."""
    server.run(f"until {at_work(deed)}; do sleep 0.02; done")

"""What a hosting loses comes back from its backups: whole, in part, in place and beside, and nobody else is touched."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from provisioning.agent.backup.wire import (
    BackupAction,
    BackupOrder,
    KeepRule,
    Restored,
    RestorePart,
    SnapshotReason,
    TakenSnapshot,
)
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.lab.seed import make_key
from provisioning.plan import ErrorCode
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.backup_place import Held, at_work, fill, held, kept_on, sql, wait_for_restic
from tests.server.hosting.command_line import Office
from tests.server.hosting.conftest import BACKUPS, Hosting, Hostings, enrolled
from tests.server.hosting.outside import Outside

MB = 1024 * 1024
CLIENT_THAT_FAILS = """#!/bin/sh
case "$*" in *--binary-mode*) cat >/dev/null; echo 'ERROR 1064: gagal' >&2; exit 1;; esac
exec /usr/bin/mariadb.asli "$@"
"""
CLIENT_THAT_FAILS_ONCE = """#!/bin/sh
case "$*" in *--binary-mode*)
    [ -e /tmp/sekali ] || { touch /tmp/sekali; head -c 900 >/dev/null; echo 'ERROR 1064: gagal' >&2; exit 1; };;
esac
exec /usr/bin/mariadb.asli "$@"
"""
BESIDE = "pulihan-20261126-010203"


@pytest.fixture
async def filled(kept: str, hostings: Hostings) -> AsyncIterator[Hosting]:
    hosting = await hostings.make()
    fill(hosting)
    yield hosting
    if hosting.spec.state is State.ACTIVE:
        assert not (await hosting.apply()).changed, "the hosting is no longer as it is wanted"


async def taken(
    hosting: Hosting, reason: SnapshotReason = SnapshotReason.ASKED, order_id: str | None = None
) -> TakenSnapshot:
    return await hosting.fleet.backups.snapshot(
        hosting.server, hosting.spec, reason, order_id=order_id or str(uuid.uuid4())
    )


async def restored(
    hosting: Hosting,
    snapshot: str,
    part: RestorePart = RestorePart.WHOLE,
    *,
    path: str = "",
    beside: str = "",
    order_id: str = "",
) -> Restored:
    order = BackupOrder(deed=BackupAction.RESTORE, snapshot=snapshot, part=part, path=path, beside=beside)
    return await hosting.fleet.backups.restore(
        hosting.server, hosting.spec, order, order_id=order_id or str(uuid.uuid4())
    )


def in_home(hosting: Hosting, command: str) -> str:
    return hosting.lab_server.run(f"cd /srv/hosting/{hosting.spec.slug}; {command}").stdout


def traces(server: LabServer) -> str:
    """Return what an order may not leave behind: stages, dumps, scratch databases and accounts."""
    return server.run(
        "ls -d /srv/hosting/.restoring-* /var/lib/layanan/backup/* 2>/dev/null;"
        " mariadb -N -e \"SHOW DATABASES LIKE 'layanan-uji%';"
        " SELECT User FROM mysql.user WHERE User LIKE 'layanan-%'\"",
        check=False,
    ).stdout


async def test_what_is_lost_comes_back_whole_and_what_replaced_it_is_kept(filled: Hosting, outside: Outside) -> None:
    before, snapshot = held(filled), await taken(filled)
    assert snapshot.files >= 5
    assert snapshot.size_bytes > 300_000
    in_home(filled, "rm -rf public/unggah private/kunci; echo '<?php echo 13;' >public/index.php; echo x >public/baru")
    sql(filled, "DROP TABLE surat; DROP VIEW ringkas; CREATE TABLE penyusup (x INT)")
    spoilt = await restored(filled, snapshot.snapshot)
    assert held(filled) == before
    assert outside.curl(f"https://{filled.name}/").body.strip() == "42"
    sql(filled, "INSERT INTO surat VALUES (3, 'ketiga', NULL)")
    assert sql(filled, "SELECT jumlah(); SELECT COUNT(*) FROM jejak").split() == ["3", "1"]
    assert traces(filled.lab_server) == ""

    await restored(filled, spoilt.before)
    assert "<?php echo 13;" in in_home(filled, "ls public/baru; cat public/index.php")
    assert sql(filled, "SHOW TABLES").split() == ["jejak", "penyusup"]


async def test_what_a_repository_holds_is_asked_of_itself(filled: Hosting) -> None:
    held = await filled.fleet.backups.snapshots(filled.server, filled.spec)
    assert (held.count, held.newest_at) == (0, None)
    await taken(filled)
    held = await filled.fleet.backups.snapshots(filled.server, filled.spec)
    assert held.count == 1
    assert held.newest_at is not None
    assert abs(dt.datetime.now(dt.UTC) - held.newest_at) < dt.timedelta(minutes=2)
    filled.lab_server.run(f"mv {BACKUPS} {BACKUPS}.pergi")
    try:
        with pytest.raises(ProvisioningError) as refused:
            await filled.fleet.backups.snapshots(filled.server, filled.spec)
    finally:
        filled.lab_server.run(f"mv {BACKUPS}.pergi {BACKUPS}")
    assert refused.value.code is ErrorCode.BACKUP_UNREACHABLE


@pytest.mark.parametrize(
    "trick",
    [
        "truncate -s 4T private/{n}.img",
        "truncate -s 100M private/{n}.img; for n in $(seq 60); do ln private/{n}.img private/{n}-$n.img; done",
    ],
)
async def test_files_that_cost_nothing_keep_nobody_elses_backup_waiting(
    trick: str, filled: Hosting, hostings: Hostings
) -> None:
    in_home(filled, f"runuser -u {filled.account} -- sh -c '{trick.format(n='jarang')}'")
    began = time.monotonic()
    with pytest.raises(ProvisioningError, match="holes or hard links") as refused:
        await taken(filled, SnapshotReason.NIGHTLY)
    assert refused.value.code is ErrorCode.OVER_QUOTA
    assert time.monotonic() - began < 30
    assert (await taken(await hostings.make(), SnapshotReason.NIGHTLY)).snapshot
    in_home(filled, "rm private/jarang*")
    assert (await taken(filled, SnapshotReason.NIGHTLY)).snapshot


async def test_one_file_one_folder_or_the_database_alone(filled: Hosting) -> None:
    snapshot = (await taken(filled)).snapshot
    in_home(filled, "rm -rf public/unggah; echo rusak >public/index.php; echo tetap >private/kunci/baru.ini")
    sql(filled, "DELETE FROM surat")
    await restored(filled, snapshot, RestorePart.PATH, path="public/unggah/2026/foto [1] *?.bin")
    assert in_home(filled, "stat -c '%U %s' public/unggah/2026/foto*; stat -c %U public/unggah").split() == [
        filled.account, "300000", filled.account]  # fmt: skip
    assert in_home(filled, "cat public/index.php private/kunci/baru.ini").split() == ["rusak", "tetap"]
    await restored(filled, snapshot, RestorePart.PATH, path="private/kunci")
    assert in_home(filled, "ls private/kunci").split() == ["café.ini"]
    assert sql(filled, "SELECT COUNT(*) FROM surat").strip() == "0"
    await restored(filled, snapshot, RestorePart.DATABASE)
    assert sql(filled, "SELECT COUNT(*) FROM surat").strip() == "2"
    assert in_home(filled, "cat public/index.php").strip() == "rusak"


async def test_beside_touches_nothing_and_belongs_to_the_owner(filled: Hosting, outside: Outside) -> None:
    snapshot = (await taken(filled)).snapshot
    in_home(filled, "echo baru >public/index.php")
    before = held(filled)
    done = await restored(filled, snapshot, beside=BESIDE)
    assert done.before == ""
    found = in_home(filled, f"cd private/{BESIDE}; ls; cat public/index.php; stat -c %U . public basis-data.sql")
    assert found.split()[:3] == ["basis-data.sql", "private", "public"]
    assert "40 + 2" in found
    assert found.split()[-3:] == [filled.account] * 3
    in_home(filled, f"rm -rf private/{BESIDE}")
    assert held(filled) == before
    assert filled.passwords.sftp_password is not None
    got = outside.sftp(filled.account, filled.passwords.sftp_password, "ls -l private", "ls -l public")
    assert got.returncode == 0


async def test_no_link_of_a_tenants_leads_a_restore_elsewhere(filled: Hosting, hostings: Hostings) -> None:
    neighbour = await hostings.make(kind=Kind.STATIC)
    target = f"/srv/hosting/{neighbour.spec.slug}/public"
    in_home(
        filled, f"ln -s /etc/shadow public/bayangan; ln -s {target} public/luar; chown -h {filled.account} public/*"
    )
    snapshot = (await taken(filled)).snapshot
    guarded = f"stat -c '%U %G %a' /etc/shadow {target}; ls {target}; sha256sum /etc/shadow"
    before = filled.lab_server.run(guarded).stdout
    in_home(filled, f"rm -rf public/unggah && ln -s {target} public/unggah")
    with pytest.raises(ProvisioningError) as refused:
        await restored(filled, snapshot, RestorePart.PATH, path="public/unggah/2026/foto [1] *?.bin")
    assert (refused.value.code, "no folder" in refused.value.detail) == (ErrorCode.STEP_FAILED, True)
    await restored(filled, snapshot)
    assert in_home(filled, "readlink public/bayangan; stat -c %F public/unggah").split("\n")[:2] == [
        "/etc/shadow", "directory"]  # fmt: skip
    assert filled.lab_server.run(guarded).stdout == before
    assert traces(filled.lab_server) == ""


async def test_a_suspended_hosting_is_restored_and_stays_closed(filled: Hosting) -> None:
    snapshot = (await taken(filled)).snapshot
    sql(filled, "DELETE FROM surat")
    await filled.becomes(State.SUSPENDED)
    await restored(filled, snapshot)
    closed = filled.lab_server.run(f'mariadb -N -e "SHOW CREATE USER {filled.database}@localhost"').stdout
    assert "ACCOUNT LOCK" in closed
    assert not (await filled.apply()).changed
    await filled.becomes(State.ACTIVE)
    assert sql(filled, "SELECT COUNT(*) FROM surat").strip() == "2"


@contextlib.contextmanager
def client_that_fails(server: LabServer, script: str) -> Iterator[None]:
    """Let MariaDB's client fail at loading dumps meanwhile."""
    server.run("mv /usr/bin/mariadb /usr/bin/mariadb.asli")
    server.put(script, "/usr/bin/mariadb", mode=0o755)
    try:
        yield
    finally:
        server.run("mv /usr/bin/mariadb.asli /usr/bin/mariadb; rm -f /tmp/sekali")


async def spoilt_since(hosting: Hosting) -> tuple[Held, str]:
    """Return what a hosting holds after files and rows were changed, and a snapshot of before that."""
    snapshot = (await taken(hosting)).snapshot
    sql(hosting, "INSERT INTO surat VALUES (7, 'sesudah', NULL)")
    in_home(hosting, f"runuser -u {hosting.account} -- sh -c 'rm -r public/unggah; echo baru >public/index.php'")
    return held(hosting), snapshot


@pytest.mark.parametrize("part", [RestorePart.WHOLE, RestorePart.DATABASE])
async def test_a_dump_that_does_not_load_leaves_files_and_database_as_they_were(
    filled: Hosting, part: RestorePart
) -> None:
    before, snapshot = await spoilt_since(filled)
    with client_that_fails(filled.lab_server, CLIENT_THAT_FAILS_ONCE), pytest.raises(ProvisioningError) as failed:
        await restored(filled, snapshot, part)
    assert (failed.value.code, failed.value.left) == (ErrorCode.MARIADB_REFUSED, ())
    assert held(filled) == before
    assert traces(filled.lab_server) == ""


async def test_files_that_cannot_be_exchanged_leave_files_and_database_as_they_were(filled: Hosting) -> None:
    before, snapshot = await spoilt_since(filled)
    private = f"/srv/hosting/{filled.spec.slug}/private"
    filled.lab_server.run(f"mount --bind {private} {private}")
    try:
        with pytest.raises(ProvisioningError) as failed:
            await restored(filled, snapshot)
    finally:
        filled.lab_server.run(f"umount {private}")
    assert (failed.value.code, failed.value.left) == (ErrorCode.STEP_FAILED, ())
    assert held(filled) == before
    assert traces(filled.lab_server) == ""


async def test_what_cannot_be_put_back_is_named_and_lies_in_the_snapshot_that_was_taken_first(filled: Hosting) -> None:
    before, snapshot = await spoilt_since(filled)
    with client_that_fails(filled.lab_server, CLIENT_THAT_FAILS), pytest.raises(ProvisioningError) as failed:
        await restored(filled, snapshot)
    assert failed.value.left == ("the database is not as it was before",)
    assert in_home(filled, "cat public/index.php").strip() == "baru"
    await restored(filled, failed.value.kept)
    assert held(filled) == before
    assert traces(filled.lab_server) == ""


async def test_nobody_else_reads_the_repository_and_no_order_reaches_anothers_snapshot(
    filled: Hosting, hostings: Hostings
) -> None:
    other, server = await hostings.make(), filled.lab_server
    snapshot = (await taken(filled)).snapshot
    for order in (RestorePart.WHOLE, RestorePart.DATABASE):
        with pytest.raises(ProvisioningError) as refused:
            await restored(other, snapshot, order)
        assert refused.value.code is ErrorCode.SNAPSHOT_MISSING
    with pytest.raises(ProvisioningError) as refused:
        await other.fleet.backups.drill(other.server, other.spec, snapshot, order_id=str(uuid.uuid4()))
    assert refused.value.code is ErrorCode.SNAPSHOT_MISSING
    for secret in (BACKUPS, f"{BACKUPS}/config", "/etc/layanan/backup/password", "/var/cache/layanan-restic"):
        seen = server.run(f"runuser -u {other.account} -- cat {secret}; runuser -u {other.account} -- ls {secret}",
            check=False)  # fmt: skip
        assert (seen.stdout, seen.returncode != 0) == ("", True)
    password = server.get("/etc/layanan/backup/password").decode().strip()
    assert server.run(f"grep -rl -- {password} /var/lib/layanan /var/log /srv/hosting", check=False).stdout == ""


async def test_a_drill_finds_what_differs_and_leaves_nothing(filled: Hosting) -> None:
    snapshot = (await taken(filled)).snapshot
    before = held(filled)
    report = await filled.fleet.backups.drill(filled.server, filled.spec, snapshot, order_id=str(uuid.uuid4()))
    assert (report.ok, report.changed_since, report.tables, report.rows) == (True, 0, 2, 2)
    assert report.same >= 4
    assert held(filled) == before
    in_home(filled, "echo ubah >>private/kunci/café.ini; f=public/index.php;"
        " touch -r $f /tmp/jam; tr 0 1 <$f >/tmp/isi; cat /tmp/isi >$f; touch -r /tmp/jam $f")  # fmt: skip
    report = await filled.fleet.backups.drill(filled.server, filled.spec, snapshot, order_id=str(uuid.uuid4()))
    assert (report.ok, report.changed_since, report.different_count) == (False, 1, 2)
    assert report.different == ("public/index.php", "public/kembar.php")
    assert traces(filled.lab_server) == ""


RESTIC = f"RESTIC_PASSWORD_FILE=/etc/layanan/backup/password restic --quiet -r {BACKUPS}"


def older(hosting: Hosting, *days: int) -> None:
    """Let a hosting have snapshots of so many days ago."""
    slug = hosting.spec.slug
    for ago in days:
        moment = (dt.datetime.now(dt.UTC) - dt.timedelta(days=ago)).strftime("%Y-%m-%d %H:%M:%S")
        command = f"{RESTIC} backup --host layanan --tag hosting:{slug} --tag order:lama{ago} --time '{moment}'"
        hosting.lab_server.run(f"{command} /srv/hosting/{slug}/public")


async def test_old_snapshots_go_young_ones_stay_and_the_hostings_that_are_not_named_lose_none(
    filled: Hosting, hostings: Hostings, fleet: Fleet
) -> None:
    other = await hostings.make(kind=Kind.STATIC)
    slug, others = filled.spec.slug, (await taken(other)).snapshot
    older(filled, 400, 100, 60, 59, 20, 12, 11, 3)
    newest = (await taken(filled)).snapshot
    left = (await fleet.backups.forget(filled.server, [KeepRule(slug=slug, daily=3, weekly=2, monthly=2)]))[slug]
    assert left[-1] == newest
    assert 4 <= len(left) <= 6, "today, 3 and 11 days ago; two weeks; two months: some of them are the same"
    await restored(filled, newest)
    await restored(other, others)
    stayed = (await fleet.backups.forget(filled.server, [KeepRule(slug=slug)]))[slug]
    assert set(left[-3:]) <= set(stayed), "a request to keep none takes nothing that is younger than a month"
    with pytest.raises(ProvisioningError) as gone:
        await restored(filled, "0" * 64)
    assert gone.value.code is ErrorCode.SNAPSHOT_MISSING


@pytest.mark.parametrize("deed", ["snapshot", "restore"])
async def test_an_agent_killed_in_the_middle_ends_at_the_same_and_does_nothing_twice(
    filled: Hosting, web: LabServer, deed: str
) -> None:
    in_home(filled, f"runuser -u {filled.account} -- sh -c 'head -c {60 * MB} /dev/urandom >public/besar.bin'")
    before, order_id = held(filled), str(uuid.uuid4())
    first = (await taken(filled)).snapshot if deed == "restore" else ""
    in_home(filled, "rm public/besar.bin" if deed == "restore" else ":")
    strike = asyncio.create_task(_kill_agents_once(web, "restore" if deed == "restore" else "backup"))
    if deed == "snapshot":
        snapshot = await taken(filled, order_id=order_id)
        in_home(filled, "rm public/besar.bin")
        await restored(filled, snapshot.snapshot)
    else:
        await restored(filled, first, order_id=order_id)
    assert await strike, "nothing was killed"
    assert held(filled) == before
    assert traces(web) == ""
    assert web.run(f"{RESTIC} snapshots --json --tag order:{order_id}").stdout.count('"short_id"') == 1


async def _kill_agents_once(server: LabServer, deed: str) -> bool:
    """Kill the agents while restic is at work for one; whether there was one, and restic died with it."""
    wait = f"for i in $(seq 600); do {at_work(deed)} && break; sleep 0.05; done"
    kill = "children=$(pgrep -x restic) && kill -9 $(pgrep -f '^/usr/bin/python3 -I /usr/lib/layanan-agent')"
    dead = "sleep 0.5; for child in $children; do ! kill -0 $child || exit 1; done"
    done = await asyncio.to_thread(server.run, f"{wait}; {kill} && {dead}", check=False)
    return done.returncode == 0


async def test_the_same_order_is_answered_and_not_done_again(filled: Hosting) -> None:
    snapshot, order_id = (await taken(filled)).snapshot, str(uuid.uuid4())
    first = await restored(filled, snapshot, order_id=order_id)
    in_home(filled, "echo sesudah >public/index.php")
    assert await restored(filled, snapshot, order_id=order_id) == first
    assert in_home(filled, "cat public/index.php").strip() == "sesudah"
    with pytest.raises(ProvisioningError) as reused:
        await restored(filled, snapshot, RestorePart.FILES, order_id=order_id)
    assert reused.value.code is ErrorCode.REQUEST_REUSED


async def test_a_backup_keeps_no_change_of_the_server_waiting(filled: Hosting, hostings: Hostings) -> None:
    in_home(filled, f"head -c {150 * MB} /dev/urandom >public/besar.bin; chown {filled.account} public/besar.bin")
    copying = asyncio.create_task(taken(filled))
    await asyncio.to_thread(wait_for_restic, filled.lab_server, "backup")
    filled.lab_server.run("pkill -STOP -x restic")  # it goes on for as long as it has to
    try:
        begun = time.monotonic()
        await hostings.make(kind=Kind.STATIC)
        waited = time.monotonic() - begun
        assert not copying.done(), "the copy was over before"
    finally:
        filled.lab_server.run("pkill -CONT -x restic")
    assert (await copying).size_bytes > 150 * MB
    assert waited < 15.0


async def test_a_repository_on_another_server_and_what_happens_when_that_is_away(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    near, far = new_server(), new_server()
    address = await enrolled(near, bot_key)
    await kept_on(near, far)
    hosting = await Hostings(fleet, address, near, tmp_path).make()
    fill(hosting)
    before, snapshot = held(hosting), (await taken(hosting)).snapshot
    assert "config" in far.run("ls /home/cadangan/gudang").stdout.split()
    in_home(hosting, "rm -rf public/unggah")
    lost = held(hosting)
    await asyncio.to_thread(far.run, "systemctl stop ssh")
    for ask in (restored(hosting, snapshot), taken(hosting)):
        with pytest.raises(ProvisioningError) as unreachable:
            await ask
        assert unreachable.value.code is ErrorCode.BACKUP_UNREACHABLE
    assert (held(hosting), traces(near)) == (lost, "")
    await asyncio.to_thread(far.run, "systemctl start ssh")
    await restored(hosting, snapshot)
    assert held(hosting) == before


async def test_a_server_without_a_repository_says_so(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet
) -> None:
    server = new_server()
    address = await enrolled(server, bot_key)
    with pytest.raises(ProvisioningError) as refused:
        await fleet.backups.forget(address, [])
    assert refused.value.code is ErrorCode.BACKUP_NOT_SET


async def test_the_command_sets_a_place_and_puts_the_former_one_back_where_the_new_one_does_not_open(
    new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    office = Office(tmp_path, new_server(), bot_key)
    await office.adds_its_server()
    server, name = office.server, office.server.name
    assert "backups go to" in await office.run("server", "backup", name, BACKUPS)
    assert "already" in await office.run("server", "backup", name, BACKUPS)
    assert office.rows("SELECT backup_place FROM servers") == [(BACKUPS,)]
    kept = server.get("/etc/layanan/backup/password").decode().strip()
    assert (await office.asks("server", "backup-password", name)).strip() == kept
    assert kept not in str(office.rows("SELECT value FROM settings"))
    rights = server.run("stat -c '%a %U' /etc/layanan/backup /etc/layanan/backup/* /var/backups/layanan").stdout
    assert set(rights.splitlines()) == {"700 root", "600 root"}

    before = server.run("cat /etc/layanan/backup/*").stdout
    key, known = office.file("kunci", make_key().private), office.file("tuan", f"127.0.0.1 {server.host_key}\n")
    away = ("server", "backup", name, "sftp://siapa@127.0.0.1/x", "--ssh-key", key, "--known-hosts", known)
    assert "backup_unreachable" in await office.fails(*away)
    assert "--ssh-key" in await office.fails("server", "backup", name, "sftp://siapa@127.0.0.1/x")
    assert "Nothing was sent" in await office.fails("server", "backup", name, "/srv/hosting/x")
    assert server.run("cat /etc/layanan/backup/*").stdout == before
    assert office.rows("SELECT backup_place FROM servers") == [(BACKUPS,)]

    address = ServerAddress(name=name, host=server.address, port=22, host_key=server.host_key)
    hosting = await Hostings(fleet, address, server, tmp_path).make()
    fill(hosting)
    assert (await taken(hosting)).files >= 5
    await hosting.becomes(State.REMOVED)
    assert traces(server) == ""
    await office.asks("server", "backup-keep", "--daily", "3")
    assert '"daily": 3' in str(office.rows("SELECT value FROM settings WHERE key = 'backup.keep'"))

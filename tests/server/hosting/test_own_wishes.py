"""What owners change of their hosting themselves, judged from outside: old logins end, PHP and the clock obey."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import subprocess
import time

import asyncssh

from provisioning.agent.protocol import Log
from provisioning.connection import public_key_of
from provisioning.lab import LabServer
from provisioning.spec import CronJob, HostingSecrets, PhpSettings, Secret, State
from tests.server.hosting.conftest import Hosting, Hostings, a_password
from tests.server.hosting.outside import Outside

SETTINGS = """<?php
$names = ['upload_max_filesize', 'post_max_size', 'memory_limit', 'max_execution_time', 'date.timezone'];
echo json_encode(array_map('ini_get', array_combine($names, $names)));
"""
CLOCK_SECONDS = 110.0  # a whole minute, and what the timer may be late


def a_key() -> Secret:
    return Secret(asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())


def database_login(web: LabServer, hosting: Hosting, password: Secret | None) -> int:
    assert password is not None
    options = f"[client]\nuser={hosting.database}\npassword={password.reveal()}\n"
    command = f"mariadb --defaults-extra-file=/dev/stdin {hosting.database} -e 'SELECT 1'"
    return web.run(command, stdin=options, check=False).returncode


def put(web: LabServer, hosting: Hosting, path: str, text: str) -> None:
    file = f"/srv/hosting/{hosting.spec.slug}/{path}"
    web.run(f"cat >{file}; chown {hosting.account}: {file}", stdin=text)


def ended(session: subprocess.Popen[str]) -> bool:
    try:
        session.wait(10)
    except subprocess.TimeoutExpired:
        session.kill()
        return False
    return True


async def change_only(hosting: Hosting, passwords: HostingSecrets) -> None:
    hosting.passwords = passwords
    await hosting.apply()


async def test_a_new_password_of_the_files_ends_the_old_one_and_what_it_had_opened(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    key = a_key()
    hosting.spec = dataclasses.replace(hosting.spec, ssh_keys=(public_key_of(key),))
    await hosting.apply()
    before, new = hosting.passwords, a_password()
    with outside.conversation(hosting.account, key) as session:
        await change_only(hosting, HostingSecrets(sftp_password=new))
        assert ended(session)
    assert outside.sftp(hosting.account, new, "ls").returncode == 0
    assert before.sftp_password is not None
    assert outside.sftp(hosting.account, before.sftp_password, "ls").returncode != 0
    assert database_login(web, hosting, before.database_password) == 0
    assert (await hosting.verify()).failed == ()
    assert not (await hosting.apply()).changed


async def test_a_new_password_of_the_database_ends_the_old_one_alone(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    before, new = hosting.passwords, a_password()
    await change_only(hosting, HostingSecrets(database_password=new))
    assert database_login(web, hosting, new) == 0
    assert database_login(web, hosting, before.database_password) != 0
    assert before.sftp_password is not None
    assert outside.sftp(hosting.account, before.sftp_password, "ls").returncode == 0
    assert [check.name for check in (await hosting.verify()).checks] == ["dns", "http", "https"]


async def test_a_key_opens_the_files_until_it_is_taken_away(hosting: Hosting, outside: Outside) -> None:
    key = a_key()
    plain = hosting.spec
    hosting.spec = dataclasses.replace(plain, ssh_keys=(public_key_of(key),))
    await hosting.apply()
    assert outside.with_key("sftp", hosting.account, key, "-b", "/dev/null", "@").returncode == 0
    with outside.conversation(hosting.account, key) as session:
        hosting.spec = plain
        await hosting.apply()
        assert ended(session)
    assert outside.with_key("sftp", hosting.account, key, "-b", "/dev/null", "@").returncode != 0


async def test_php_obeys_its_owner_within_the_package(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    put(web, hosting, "public/atur.php", SETTINGS)
    address = f"https://{hosting.name}/atur.php"
    plain = {
        "upload_max_filesize": "64M",
        "post_max_size": "68M",
        "memory_limit": "128M",
        "max_execution_time": "30",
        "date.timezone": "Asia/Makassar",
    }
    assert json.loads(outside.curl(address).body) == plain
    wish = PhpSettings(upload_mb=256, memory_mb=1024, seconds=90, timezone="Asia/Jayapura")
    hosting.spec = dataclasses.replace(hosting.spec, php=wish)
    plan = await hosting.fleet.plan(hosting.server, hosting.spec)
    assert {change.part for change in plan.pending} == {"php_fpm"}
    await hosting.apply()
    assert json.loads(outside.curl(address).body) == {
        "upload_max_filesize": "256M",
        "post_max_size": "260M",
        "memory_limit": "256M",  # of 1024 wished for: the package has no more
        "max_execution_time": "90",
        "date.timezone": "Asia/Jayapura",
    }
    assert (await hosting.verify()).failed == ()


async def test_another_folder_is_shown(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    hosting.spec = dataclasses.replace(hosting.spec, document_root="public/app/public")
    await hosting.apply()
    put(web, hosting, "public/app/public/index.html", "dari dalam")
    put(web, hosting, "public/app/rahasia.txt", "bukan untuk umum")
    assert outside.curl(f"https://{hosting.name}/").body == "dari dalam"
    assert "bukan untuk umum" not in outside.curl(f"https://{hosting.name}/../rahasia.txt", "--path-as-is").body


SCRIPT = """<?php
$foreign = '/srv/hosting/{neighbour}/private/rahasia.txt';
file_put_contents('{home}/private/hasil.json', json_encode([
    'uid' => posix_geteuid(), 'zone' => date_default_timezone_get(), 'seen' => @file_get_contents($foreign),
    'root' => @scandir('/srv/hosting'), 'shell' => function_exists('exec'), 'memory' => ini_get('memory_limit'),
]));
echo "selesai\\n";
"""


async def test_a_script_runs_by_the_clock_as_its_owner_in_the_sandbox_and_not_when_suspended(
    hostings: Hostings, web: LabServer
) -> None:
    hosting, neighbour = await hostings.make(database=False), await hostings.make(database=False)
    put(web, neighbour, "private/rahasia.txt", "rahasia tetangga")
    home = f"/srv/hosting/{hosting.spec.slug}"
    text = SCRIPT.replace("{neighbour}", neighbour.spec.slug).replace("{home}", home)
    put(web, hosting, "private/tugas.php", text)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=75)
    job = CronJob(script="private/tugas.php", at=f"{soon:%H:%M}")
    settings = PhpSettings(timezone="UTC")
    hosting.spec = dataclasses.replace(hosting.spec, cron=(job,), php=settings)
    assert (await hosting.apply()).changed
    assert not (await hosting.apply()).changed
    result = await appears(web, f"{home}/private/hasil.json")
    assert result == {
        "uid": int(web.run(f"id -u {hosting.account}").stdout),
        "zone": "UTC",
        "seen": False,
        "root": False,  # open_basedir
        "shell": False,
        "memory": "128M",
    }
    log = await hosting.fleet.log(hosting.server, hosting.spec, log=Log.CRON, lines=5)
    assert log == "selesai"
    assert web.run(f"stat -c %U {home}/logs/cron.log").stdout.strip() == hosting.account

    units = (
        "systemctl list-units --all --plain --no-legend 'layanan-cron-*'; ls /etc/systemd/system | grep layanan-cron"
    )
    assert hosting.spec.slug in web.run(units, check=False).stdout
    await hosting.becomes(State.SUSPENDED)
    assert web.run(units, check=False).stdout == ""
    await hosting.becomes(State.ACTIVE)
    assert hosting.spec.slug in web.run(units, check=False).stdout
    hosting.spec = dataclasses.replace(hosting.spec, cron=())
    await hosting.apply()
    assert web.run(units, check=False).stdout == ""


async def appears(web: LabServer, path: str) -> object:
    limit = time.monotonic() + CLOCK_SECONDS
    while time.monotonic() < limit:
        found = web.run(f"cat {path}", check=False)
        if found.returncode == 0 and found.stdout:
            return json.loads(found.stdout)
        await asyncio.sleep(1)
    raise AssertionError(f"{path} did not appear in {CLOCK_SECONDS} s")


async def test_laravel_is_asked_for_its_own_schedule(hosting: Hosting, web: LabServer) -> None:
    folder = f"/srv/hosting/{hosting.spec.slug}/public/app"
    web.run(f"mkdir {folder}; chown {hosting.account}: {folder}")
    put(
        web,
        hosting,
        "public/app/artisan",
        "#!/usr/bin/env php\n<?php echo 'artisan ', implode(' ', array_slice($argv, 1));",
    )
    hosting.spec = dataclasses.replace(hosting.spec, cron=(CronJob(script="public/app/artisan", minutes=5),))
    await hosting.apply()
    web.run(f"systemctl start layanan-cron-{hosting.spec.slug}.1.service")
    assert await hosting.fleet.log(hosting.server, hosting.spec, log=Log.CRON, lines=5) == "artisan schedule:run"


async def test_a_script_that_hangs_or_fails_hurts_nobody(hosting: Hosting, web: LabServer) -> None:
    put(web, hosting, "private/gagal.php", "<?php exit(3);")
    put(web, hosting, "private/diam.php", "<?php sleep(600);")
    jobs = (CronJob(script="private/gagal.php", minutes=60), CronJob(script="private/diam.php", minutes=60))
    hosting.spec = dataclasses.replace(hosting.spec, cron=jobs)
    await hosting.apply()
    unit = f"layanan-cron-{hosting.spec.slug}"
    assert web.run(f"systemctl start {unit}.1.service", check=False).returncode == 0
    web.run(f"systemctl start --no-block {unit}.2.service")
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty
    limit = web.run(f"systemctl show -P TimeoutStartUSec {unit}.2.service").stdout.strip()
    assert limit == "5min"
    hosting.spec = dataclasses.replace(hosting.spec, cron=jobs[:1])
    await hosting.apply()
    assert web.run(f"pgrep -u {hosting.account} -f diam.php", check=False).stdout == ""
    assert web.run("systemctl list-units --failed --plain --no-legend").stdout == ""


async def test_a_log_shows_what_happened_and_no_secret(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    put(web, hosting, "public/rusak.php", "<?php error_log('sandi=Rahasia99 gagal'); throw new Error('rusak');")
    outside.curl(f"https://{hosting.name}/rusak.php?token=Rahasia99&hal=2")
    access, php = [
        await hosting.fleet.log(hosting.server, hosting.spec, log=log, lines=50) for log in (Log.ACCESS, Log.PHP)
    ]
    assert "/rusak.php?token=***&hal=2" in access
    assert "Uncaught Error: rusak" in php
    assert "Rahasia99" not in access + php
    other = dataclasses.replace(hosting.spec, slug="layanan", domains=(f"layanan.{web.zone}",))
    assert await hosting.fleet.log(hosting.server, other, log=Log.ACCESS, lines=50) == ""

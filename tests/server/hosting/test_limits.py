"""What holds one site's PHP to its share, and what of it this machine's kernel enforces."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

from provisioning.lab import LabServer
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.outside import Outside


def _wakes_php(hosting: Hosting, outside: Outside) -> str:
    outside.curl(f"https://{hosting.name}/x.php")
    return f"layanan-php8.2@{hosting.spec.slug}.service"


def test_systemd_is_told_every_limit_of_a_running_site(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    unit, limits = _wakes_php(hosting, outside), hosting.spec.limits
    names = "MemoryMax,MemorySwapMax,CPUQuotaPerSecUSec,TasksMax,LimitNPROC,LimitNOFILE,LimitFSIZE,LimitCORE"
    shown = web.run(f"systemctl show --property={names} {unit}").stdout
    assert dict(line.split("=") for line in shown.split()) == {
        "MemoryMax": str(limits.memory_mb * 1024 * 1024),
        "MemorySwapMax": "0",
        "CPUQuotaPerSecUSec": f"{limits.cpu_percent // 100}s",
        "TasksMax": str(limits.tasks),
        "LimitNPROC": str(limits.tasks),
        "LimitNOFILE": "4096",
        "LimitFSIZE": str(limits.disk_mb * 1024 * 1024),
        "LimitCORE": "0",
    }


def test_the_running_php_has_no_more_processes_than_its_account_may(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    unit, tasks = _wakes_php(hosting, outside), hosting.spec.limits.tasks
    pid = web.run(f"systemctl show -P MainPID {unit}").stdout.strip()
    assert f"Max processes             {tasks} " in web.run(f"cat /proc/{pid}/limits").stdout
    bomb = f"i=0; while [ $i -lt {2 * tasks} ]; do sleep 60 >/dev/null 2>&1 & i=$((i+1)); done"
    limited = f"runuser -u {hosting.account} -- prlimit --nproc={tasks} sh -c '{bomb}'"
    refused = web.run(limited, check=False)
    assert "fork" in refused.stderr
    web.run(f"pkill -KILL -u {hosting.account} sleep", check=False)
    assert outside.curl(f"https://{hosting.name}/").status == 200


def test_php_goes_on_writing_the_log_that_is_rotated(
    hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    unit, log = _wakes_php(hosting, outside), f"/srv/hosting/{hosting.spec.slug}/logs/php.log"
    page = tmp_path / "galat.php"
    page.write_text("<?php error_log('sebelum dan sesudah'); file_put_contents('php://stderr', \"dari stderr\\n\");")
    put = outside.sftp(hosting.account, hosting.sftp_password, f"put {page} public/galat.php")
    assert put.returncode == 0, put.stderr
    outside.curl(f"https://{hosting.name}/galat.php")
    web.run("logrotate --force /etc/logrotate.d/layanan")
    outside.curl(f"https://{hosting.name}/galat.php")
    pid = web.run(f"systemctl show -P MainPID {unit}").stdout.strip()
    assert "sebelum dan sesudah" in web.run(f"cat {log}").stdout
    assert f"{log}.1" not in web.run(f"ls -l /proc/{pid}/fd").stdout


def test_who_greets_and_says_no_more_is_sent_away(hosting: Hosting, web: LabServer) -> None:
    began = time.monotonic()
    with socket.create_connection((web.address, 443), timeout=25) as slow:
        slow.sendall(b"\x16")  # the first byte of a TLS handshake
        with contextlib.suppress(ConnectionResetError):
            while slow.recv(100):
                pass
    assert 3 < time.monotonic() - began < 20

"""What a site's log shows in a chat opens nothing and names no visitor."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from provisioning.agent import names, site_logs
from provisioning.agent.protocol import Log

SECRET = "Rahasia7Sekali"
ACCESS = 'x.kota.test 203.0.113.77 [26/Nov/2026:09:00:00 +0800] "{}" 200 300 400 1200 "-" "curl/8"'


@pytest.mark.parametrize(
    "line",
    [
        ACCESS.format(f"GET /masuk?user=budi&password={SECRET}&hal=2 HTTP/1.1"),
        ACCESS.format(f"GET /reset?reset_token={SECRET} HTTP/1.1"),
        ACCESS.format(f"GET /?a=1;PHPSESSID={SECRET} HTTP/1.1"),
        ACCESS.format(f"GET /?data%5Bapi_key%5D={SECRET} HTTP/1.1"),
        ACCESS.format(f"GET /atur-ulang/{'a1' * 20}{SECRET} HTTP/1.1"),
        f"[php:notice] Authorization: Basic {SECRET}==",
        f"[core:trace] Cookie: wordpress_logged_in={SECRET}; lain=1",
        f'{{"cookie":"{SECRET}"}}',
        f"curl gagal: https://budi:{SECRET}@api.kota.test/",
        f"#0 /srv/hosting/x/public/db.php(3): PDO->__construct('mysql:host=localhost', 'h_x', '{SECRET}')",
        f"#1 mysqli_connect('localhost', 'h_x', '{SECRET}', strtolower('X')) in db.php",
        f"#2 Koneksi::sambungkan_connect_ulang('h_x', '{SECRET}') in db.php",
        f"#3 mysqli->real_connect('localhost', 'h_x', '{SECRET}')",
        f"Bearer {SECRET}",
    ],
)
def test_a_secret_is_masked_and_the_rest_stays_readable(line: str) -> None:
    shown = site_logs.masked(line)
    assert SECRET not in shown
    assert site_logs.MASK in shown


def test_an_ordinary_line_is_shown_as_it_is_but_for_the_visitors_address() -> None:
    line = ACCESS.format("GET /berita?hal=2&cari=sekolah+dasar HTTP/1.1")
    assert site_logs.masked(line) == line.replace("203.0.113.77", "203.0.113.x")
    error = (
        "[26/Nov] [proxy_fcgi:error] [client 203.0.113.77:51234] AH01071: PHP Fatal error:  Uncaught Error in a.php:3"
    )
    assert site_logs.masked(error) == error.replace("203.0.113.77:51234", "203.0.113.x")
    assert "2001:db8:x" in site_logs.masked(ACCESS.format("GET / HTTP/1.1").replace("203.0.113.77", "2001:db8:1:2::9"))


def test_the_newest_lines_come_last_and_a_log_that_is_not_there_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "HOSTING_ROOT", tmp_path)
    logs = tmp_path / "contoh" / "logs"
    logs.mkdir(parents=True)
    (logs / "php.log").write_text("".join(f"baris {n}\n" for n in range(100_000)) + "warna \x1b[31m merah\n")
    assert site_logs.tail("contoh", Log.PHP, 3) == ["baris 99998", "baris 99999", "warna ·[31m merah"]
    assert site_logs.tail("contoh", Log.CRON, 3) == []
    (logs / "error.log").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match=r"error\.log"):
        site_logs.tail("contoh", Log.ERROR, 3)


HOSTILE = (
    "pass", "(", "connect(", "connect", "login", "pdo", "mysqli::", "a=", "1a-", "x-", "x-key", "://a:", "login(a)",
    "pdo->(",
    "x" * 100 + "connect", "login(" + "(a)" * 30, "authorization" + " " * 100, "[client 1",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_no_line_of_a_tenant_keeps_the_agent_busy(part: str) -> None:
    line = (part * 2400)[: 4 * site_logs.LINE_MAX]
    quickest = min(_seconds(line) for _ in range(3))
    assert quickest < 0.05


def _seconds(line: str) -> float:
    began = time.process_time()
    assert len(site_logs.masked(line)) <= site_logs.LINE_MAX
    return time.process_time() - began

"""Two hostings on one server: neither can read, see or disturb the other."""

from __future__ import annotations

import json
from pathlib import Path

from provisioning.lab import LabServer
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside

THIEF = """<?php
ini_set('display_errors', '0');
$took = [];
foreach (json_decode($_POST['paths']) as $path) {
    if (@file_get_contents($path) !== false || @scandir($path) !== false) { $took[] = $path; }
}
$link = __DIR__ . '/tautan'; @unlink($link);
foreach (json_decode($_POST['paths']) as $path) {
    if (@symlink($path, $link) && @file_get_contents($link) !== false) { $took[] = "link to $path"; }
    @unlink($link);
}
foreach (glob('/run/layanan-php/*.sock') ?: [] as $socket) {
    if (@stream_socket_client("unix://$socket", $code, $words, 2)) { $took[] = $socket; }
}
$sql = new mysqli('localhost', $_POST['user'], $_POST['password']);
try { $sql->query('USE ' . $_POST['other']); $took[] = 'database'; } catch (Throwable $error) { }
echo json_encode($took);
"""


async def test_two_hostings_do_not_see_each_other(
    hostings: Hostings, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    mine, other = await hostings.make(), await hostings.make()
    _puts_a_secret(other, outside, tmp_path)
    thief = tmp_path / "pencuri.php"
    thief.write_text(THIEF)
    put = outside.sftp(mine.account, mine.sftp_password, f"put {thief} public/pencuri.php")
    assert put.returncode == 0, put.stderr

    home = f"/srv/hosting/{other.spec.slug}"
    paths = ["/srv/hosting", home, f"{home}/public", f"{home}/public/rahasia.txt", f"{home}/private/config.php"]
    form = {
        "paths": json.dumps([*paths, f"{home}/logs", "/etc/layanan/agent.json", "/etc/shadow"]),
        "user": mine.database,
    }
    assert mine.passwords.database_password is not None
    form |= {"password": mine.passwords.database_password.reveal(), "other": other.database}
    fields = [part for key, value in form.items() for part in ("--data-urlencode", f"{key}={value}")]
    assert json.loads(outside.curl(f"https://{mine.name}/pencuri.php", *fields).body) == []

    for slugs in ((mine, other), (other, mine)):
        assert (await slugs[0].verify(neighbours=(slugs[1].spec.slug,))).failed == ()
    as_account = f"runuser -u {mine.account} --"
    assert web.run(f"{as_account} ls /srv/hosting", check=False).returncode != 0
    assert web.run(f"{as_account} ls {home}", check=False).returncode != 0


async def test_a_link_to_a_neighbours_page_is_not_served(
    hostings: Hostings, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    mine, other = await hostings.make(), await hostings.make()
    _puts_a_secret(other, outside, tmp_path)
    target = f"/srv/hosting/{other.spec.slug}/public/rahasia.txt"
    linked = outside.sftp(mine.account, mine.sftp_password, f"symlink {target} public/tautan.txt")
    assert "Permission denied" in linked.stderr
    web.run(f"ln -s {target} /srv/hosting/{mine.spec.slug}/public/tautan.txt")  # should one come to be all the same
    assert outside.curl(f"https://{mine.name}/tautan.txt").status in {403, 404}
    assert outside.curl(f"https://{other.name}/rahasia.txt").body == "rahasia"


def _puts_a_secret(hosting: Hosting, outside: Outside, folder: Path) -> None:
    file = folder / "rahasia.txt"
    file.write_text("rahasia")
    password = hosting.sftp_password
    done = outside.sftp(hosting.account, password, f"put {file} public/rahasia.txt", f"put {file} private/config.php")
    assert done.returncode == 0, done.stderr


async def test_a_name_that_nobody_has_shows_no_tenant(hosting: Hosting, outside: Outside, web: LabServer) -> None:
    mine = outside.curl(f"https://{hosting.name}/").body
    for name in ("entah.hosting.test", "layanan.test", web.address):
        for scheme in ("http", "https"):
            page = outside.curl(f"{scheme}://{name}/", "--insecure")
            assert (page.status, page.body == mine) == (404, False)

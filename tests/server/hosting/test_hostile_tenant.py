"""A tenant who runs code under their own account: it stays theirs, and what the office decides still happens."""

from __future__ import annotations

import dataclasses
import secrets
from pathlib import Path

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.spec import Kind, State
from tests.server.hosting.conftest import Hosting, Hostings, visitors_of
from tests.server.hosting.outside import Outside

NEST = "import os\nfor _ in range(2600):\n    os.mkdir('ddd'); os.chdir('ddd')\n"


def _nests_folders(hosting: Hosting, web: LabServer) -> None:
    """Make folders deeper than a path can name and than Python recurses."""
    home = f"/srv/hosting/{hosting.spec.slug}"
    web.run(f"cd {home}/private && runuser -u {hosting.account} -- python3 -", stdin=NEST)


async def test_folders_nested_without_end_do_not_keep_a_hosting_from_going(
    hostings: Hostings, web: LabServer, outside: Outside
) -> None:
    neighbour, hosting = await hostings.make(), await hostings.make()
    _nests_folders(hosting, web)
    assert (await hosting.fleet.usage(hosting.server, hosting.spec)).inodes > 1000
    with visitors_of(neighbour) as seen:
        await hosting.becomes(State.REMOVED)
    assert seen.wrong == []
    assert web.run(f"ls -A /srv/hosting | grep -c {hosting.spec.slug}", check=False).stdout.strip() == "0"
    assert outside.dig(hosting.name) == []


async def test_a_removal_that_fails_leaves_the_neighbours_their_web_server(hostings: Hostings, web: LabServer) -> None:
    neighbour, hosting = await hostings.make(), await hostings.make()
    inner = f"private/{secrets.token_hex(4)}"  # a mount that an engineer forgot there
    web.run(f"cd /srv/hosting/{hosting.spec.slug} && mkdir {inner} && mount -t tmpfs none {inner}")
    with visitors_of(neighbour) as seen:
        with pytest.raises(ProvisioningError, match="rm ended with"):
            await hosting.becomes(State.REMOVED)
        web.run(f"umount /srv/hosting/.removing-{hosting.spec.slug}/{inner}")
    assert seen.wrong == []
    await hosting.becomes(State.REMOVED)


async def test_a_site_is_suspended_whatever_its_owner_made_of_the_document_root(
    hostings: Hostings, outside: Outside, tmp_path: Path
) -> None:
    hosting = hostings.want(kind=Kind.STATIC)
    hosting.spec = dataclasses.replace(hosting.spec, document_root="public/web")
    await hosting.apply()
    page = tmp_path / "berkas.txt"
    page.write_text("bukan folder")
    moved = outside.sftp(hosting.account, hosting.sftp_password, "rename public/web public/w", f"put {page} public/web")
    assert moved.returncode == 0, moved.stderr
    await hosting.becomes(State.SUSPENDED)
    assert outside.curl(f"https://{hosting.name}/").status == 503


async def test_php_cannot_write_where_every_account_of_the_server_may(
    hosting: Hosting, outside: Outside, web: LabServer
) -> None:
    outside.curl(f"https://{hosting.name}/x.php")  # wakes PHP
    unit = f"layanan-php8.2@{hosting.spec.slug}.service"
    inside = f"nsenter -t $(systemctl show -P MainPID {unit}) -m -- runuser -u {hosting.account} -- sh -c"
    for folder in ("/run/lock", "/var/lock", "/dev/mqueue/x", "/srv/hosting"):
        assert web.run(f"{inside} 'touch {folder}/mark'", check=False).returncode != 0, folder
    web.run(f"{inside} 'touch /dev/shm/mark /tmp/mark'")
    assert web.run("ls /dev/shm /tmp").stdout.count("mark") == 0
    filled = web.run(f"{inside} 'head -c 20M /dev/zero >/dev/shm/full'", check=False)
    assert "No space left" in filled.stderr


async def test_sources_and_leftovers_are_not_shown_whatever_their_case(
    hosting: Hosting, outside: Outside, tmp_path: Path
) -> None:
    leftover = tmp_path / "sandi.txt"
    leftover.write_text("rahasia")
    names = ("dump.sql", "DUMP.SQL", "config.PHP", "config.php~", "config.Bak", "a.phtml", ".env", ".ENV")
    puts = [f"put {leftover} public/{name}" for name in names]
    done = outside.sftp(
        hosting.account,
        hosting.sftp_password,
        *puts,
        "mkdir public/.git",
        f"put {leftover} public/.git/config",
    )
    assert done.returncode == 0, done.stderr
    for name in (*names, ".git/config", "%2egit/config"):
        page = outside.curl(f"https://{hosting.name}/{name}")
        assert (page.status, "rahasia" in page.body) == (403, False), name


async def test_no_link_can_be_made_to_race_the_web_servers_look_at_its_owner(
    hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    page, password = tmp_path / "buat.php", hosting.sftp_password
    page.write_text("<?php var_dump(@symlink(__DIR__ . '/index.html', __DIR__ . '/tautan')); echo PHP_OS;")
    assert outside.sftp(hosting.account, password, f"put {page} public/buat.php").returncode == 0
    assert outside.curl(f"https://{hosting.name}/buat.php").body == "bool(false)\nLinux"
    for request in ("symlink /etc/passwd public/tautan", "ln public/buat.php public/salinan.php"):
        assert outside.sftp(hosting.account, password, request).returncode != 0
    assert web.run(f"ls /srv/hosting/{hosting.spec.slug}/public").stdout.split() == ["buat.php", "index.html"]

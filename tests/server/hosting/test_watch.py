"""A real hosting as the watch sees it: whether it is there, what its pages show to whom, and what lies in its files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from provisioning.lab import LabServer
from provisioning.pages import rules
from provisioning.uptime import Availability, Cause
from tests.server.hosting.conftest import Hosting
from tests.server.hosting.outside import Outside

SHELL = "<?php @eval($_POST['x']);"
CLOAK = (
    "<?php if (strpos($_SERVER['HTTP_USER_AGENT'], 'Googlebot') !== false) {"
    " echo '<title>SLOT GACOR</title>slot gacor maxwin rtp live togel online situs slot'; } else { echo 'Dinas'; }"
)


async def reach(hosting: Hosting) -> Availability:
    return await hosting.fleet.outside.availability(
        hosting.server, hosting.spec, dns=hosting.lab_server.city.dns_address
    )


def put(hosting: Hosting, outside: Outside, folder: Path, content: str, name: str) -> None:
    file = folder / "berkas"
    file.write_text(content)
    done = outside.sftp(hosting.account, hosting.sftp_password, f"put {file} {name}")
    assert done.returncode == 0, done.stderr


async def test_a_site_that_is_there_and_each_way_not_to_be(
    hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    there = await reach(hosting)
    assert there.cause is None, there.detail
    assert there.expires is not None
    put(hosting, outside, tmp_path, "<?php http_response_code(500);", "public/index.php")
    outside.sftp(hosting.account, hosting.sftp_password, "rm public/index.html")
    assert (await reach(hosting)).cause is Cause.BROKEN
    unknown = dataclasses.replace(hosting.spec, domains=(f"tidak-ada.{web.zone}",))
    nameless = await hosting.fleet.outside.availability(hosting.server, unknown, dns=web.city.dns_address)
    assert nameless.cause is Cause.NAME
    elsewhere = await hosting.fleet.outside.availability(
        hosting.server, hosting.spec, dns=web.city.dns_address, addresses=("192.0.2.99",)
    )
    assert elsewhere.cause is Cause.NAME


async def test_a_page_that_search_engines_alone_get(hosting: Hosting, outside: Outside, tmp_path: Path) -> None:
    put(hosting, outside, tmp_path, CLOAK, "public/index.php")
    outside.sftp(hosting.account, hosting.sftp_password, "rm public/index.html")
    (first, *_) = await hosting.fleet.outside.tour(hosting.server, hosting.spec)
    assert first.visitor.body == "Dinas"
    traits = rules.judge(first)
    assert "beda_untuk_mesin_pencari" in {trait.id for trait in traits}
    assert rules.score(traits) >= rules.rules().alarm


async def test_a_file_that_somebody_left_is_found_once_it_is_new_and_with_all(
    hosting: Hosting, outside: Outside, web: LabServer, tmp_path: Path
) -> None:
    whole = await hosting.fleet.scan(hosting.server, hosting.spec, since=0, after="")
    assert whole.suspects == ()
    assert whole.next is None
    assert whole.files >= 1
    put(hosting, outside, tmp_path, SHELL, "public/baru.php")
    web.run(f"touch -d 2020-01-01 /srv/hosting/{hosting.spec.slug}/public/baru.php")
    changed = await hosting.fleet.scan(hosting.server, hosting.spec, since=whole.began, after="")
    (found,) = changed.suspects
    assert found.path == "public/baru.php"
    assert found.sha256 == web.run(f"sha256sum /srv/hosting/{hosting.spec.slug}/public/baru.php").stdout.split()[0]
    assert "perintah_dari_masukan" in {trait.id for trait in found.traits}
    again = await hosting.fleet.scan(hosting.server, hosting.spec, since=changed.began + 60, after="")
    assert again.suspects == ()
    assert (await hosting.fleet.scan(hosting.server, hosting.spec, since=0, after="")).suspects == (found,)


async def test_what_is_not_the_tenants_is_not_opened(hosting: Hosting, web: LabServer) -> None:
    home = f"/srv/hosting/{hosting.spec.slug}"
    web.put(SHELL, f"{home}/public/akar.php", mode=0o600)
    web.run(f"ln -s /etc/shadow {home}/public/bayangan.php && mkfifo {home}/public/pipa.php")
    report = await hosting.fleet.scan(hosting.server, hosting.spec, since=0, after="")
    assert report.closed == 1
    assert report.suspects == ()

"""A real application that answers 500 until its database is there: every order ends, and the import mends the site."""

from __future__ import annotations

import asyncio

import pytest

from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets
from tests.server.hosting.backup_place import sql
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside
from tests.server.hosting.test_staging_copy import password, revealed, write
from tests.server.hosting.test_staging_office import Desk, desk
from workflows.hosting import databases, passwords
from workflows.hosting.front_page import FrontPages
from workflows.hosting.orders import THE_OFFICE
from workflows.store.tables import Hosting as HostingRow
from workflows.store.tables import Job

__all__ = ["desk"]

APPLICATION = """<?php
require __DIR__.'/../private/konfigurasi.php';
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$database = new mysqli('localhost', NAMA, SANDI, NAMA);
echo $database->query('SELECT judul FROM berita')->fetch_row()[0];
"""
CONTENT = "CREATE TABLE berita (judul VARCHAR(40)); INSERT INTO berita VALUES ('Musrenbang 2027');"


@pytest.fixture
async def site(hostings: Hostings) -> Hosting:
    """A site of an OPD's own making, uploaded before its database is filled."""
    site = hostings.want()
    site.passwords = HostingSecrets(sftp_password=password(), database_password=password())
    await site.apply()
    write(site, "public/index.php", APPLICATION)
    configure(site, revealed(site))
    return site


def configure(site: Hosting, secret: str) -> None:
    write(site, "private/konfigurasi.php", f"<?php const NAMA = '{site.database}', SANDI = '{secret}';")


async def ended(desk: Desk, job: Job) -> FrontPages:
    """Have an order carried out; return what visitors met before it and after it."""
    await desk.at_work(desk.rests)
    async with desk.database.read() as work:
        done = await work.session.get_one(Job, job.id)
    assert (done.state, done.error) == ("done", {})
    return FrontPages.of(done)


async def test_what_its_database_lacks_is_brought_by_orders_that_end_well(
    desk: Desk, site: Hosting, outside: Outside, web: LabServer
) -> None:
    address = f"https://{site.name}/"
    assert outside.curl(address).status == 500
    strict = await site.fleet.outside.verify(site.server, site.spec, None, dns=web.city.dns_address, is_new=True)
    assert [check.name for check in strict.failed] == ["https"], "a new hosting is looked at as strictly as ever"

    write(site, "private/salinan.sql", CONTENT)
    async with desk.database.write() as work:
        row = await work.session.get_one(HostingRow, 1)
        job = await databases.want_load(desk.office, work, row, "salinan.sql", by=THE_OFFICE)
    front = await ended(desk, job)
    assert (front.before, front.after, front.is_wrong) == (500, 200, False)
    assert outside.curl(address).body == "Musrenbang 2027"

    async with desk.database.write() as work:
        row = await work.session.get_one(HostingRow, 1)
        job = await passwords.change(desk.office, work, row, ("database",), by=THE_OFFICE)
    front = await ended(desk, job)
    assert (front.before, front.after, front.is_broken) == (200, 500, True)
    made = (await desk.passwords(await desk.row(site.spec.slug))).database_password
    site.passwords = HostingSecrets(sftp_password=site.passwords.sftp_password, database_password=made)
    assert sql(site, "SELECT judul FROM berita").strip() == "Musrenbang 2027", "the new password opens the database"
    configure(site, revealed(site))
    assert await read_anew(outside, address) == "Musrenbang 2027"


async def read_anew(outside: Outside, address: str) -> str:
    """Return the page once PHP has seen that a file changed: it looks every two seconds (opcache.revalidate_freq)."""
    for _ in range(20):
        if (page := outside.curl(address)).status == 200:
            break
        await asyncio.sleep(0.5)
    return page.body

"""What a server counts of its hostings, against traffic that is known to the byte."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from zoneinfo import ZoneInfo

from provisioning.lab import LabServer
from provisioning.spec import Kind, State
from provisioning.usage_report import DayTraffic, HostingMeasurement
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.metered import Metered
from tests.server.hosting.outside import Outside

WITA = ZoneInfo("Asia/Makassar")
SIZE = 2_000_003
ROTATE = "logrotate --force --state /var/tmp/uji-rotasi /etc/logrotate.d/layanan"
NONE = DayTraffic()


def today() -> dt.date:
    return dt.datetime.now(WITA).date()


async def measured(hosting: Hosting, since: dt.date | None = None) -> HostingMeasurement:
    found = await hosting.fleet.measure(hosting.server, since or today() - dt.timedelta(days=1))
    assert found.whole
    return next(each for each in found.hostings if each.slug == hosting.spec.slug)


async def counted(hosting: Hosting, requests: int) -> DayTraffic:
    """Wait until so many requests are in the log: Apache writes a line when the last byte has left."""
    for _ in range(100):
        found = total(await measured(hosting))
        if found.requests >= requests:
            break
        await asyncio.sleep(0.1)
    assert found.requests == requests
    return found


def total(found: HostingMeasurement) -> DayTraffic:
    """Add the days up: a test may run over midnight."""
    return DayTraffic(**{name: sum(getattr(day, name) for day in found.days.values()) for name in vars(NONE)})


async def with_a_large_file(hostings: Hostings) -> Hosting:
    hosting = await hostings.make(kind=Kind.STATIC)
    account = hosting.account
    path = f"/srv/hosting/{hosting.spec.slug}/public/besar.bin"
    hosting.lab_server.run(
        f"head -c {SIZE} /dev/urandom > /tmp/besar && install -o {account} -g {account} -m 640 /tmp/besar {path}"
        f" && setfacl -m u:www-data:r {path} && rm /tmp/besar"
    )
    return hosting


def visit(
    server: LabServer, hosting: Hosting, method: str, path: str, *headers: str, tls: bool = True
) -> tuple[Metered, bytes]:
    visitor = Metered(server, hosting.name, tls=tls)
    visitor.ask(method, path, *headers)
    return visitor, visitor.whole()


async def test_every_byte_is_counted_once_of_whole_partial_empty_and_refused_answers(
    hostings: Hostings, web: LabServer
) -> None:
    hosting = await with_a_large_file(hostings)
    before = await counted(hosting, 0)
    assert before == NONE
    asked: list[tuple[str, str, tuple[str, ...], bool, bytes]] = [
        ("GET", "/besar.bin", (), True, b"200"),
        ("HEAD", "/besar.bin", (), True, b"200"),
        ("GET", "/besar.bin", ("Range: bytes=1000-50999",), True, b"206"),
        ("GET", "/besar.bin", ("Range: bytes=9999999-",), True, b"416"),
        ("GET", "/tidak-ada", (), True, b"404"),
        ("GET", "/", (), False, b"301"),
        ("HEAD", "/", (), False, b"301"),
    ]
    received = sent = 0
    for number, (method, path, headers, tls, status) in enumerate(asked, start=1):
        visitor, answer = visit(web, hosting, method, path, *headers, tls=tls)
        assert answer.split()[1] == status
        visitor.close()
        found = await counted(hosting, number)
        seen = (found.received_bytes - received, found.sent_bytes - sent)
        known = (visitor.sent + visitor.peeked, visitor.received - visitor.farewell)
        assert seen == known, (method, path, headers, tls)
        received, sent = found.received_bytes, found.sent_bytes
    assert (found.client_errors, found.server_errors) == (2, 0)


async def test_what_goes_over_http_2_is_counted_too(hostings: Hostings, outside: Outside, web: LabServer) -> None:
    hosting = await with_a_large_file(hostings)
    url = f"https://{hosting.name}/besar.bin"
    assert outside.curl(url, "--http2", "-o", "/dev/null").status == 200
    whole = await counted(hosting, 1)
    assert SIZE <= whole.sent_bytes < SIZE * 1.02  # frames and TLS records around it
    assert outside.curl(url, "--http2", "--head").status == 200
    both = await counted(hosting, 2)
    assert 0 < both.sent_bytes - whole.sent_bytes < 5000
    assert "HTTP/2.0" in web.run(f"cat /srv/hosting/{hosting.spec.slug}/logs/access.log").stdout


async def test_what_a_killed_count_left_behind_is_taken_away(hostings: Hostings, web: LabServer) -> None:
    hosting = await hostings.make(kind=Kind.STATIC)
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    await counted(hosting, 1)
    folder = "/var/lib/layanan/counted"
    web.run(f"cd {folder} && touch {hosting.spec.slug}.4711 pergi.json && echo '{{\"logs\"' > {hosting.spec.slug}.json")
    assert (await counted(hosting, 1)).requests == 1
    left = web.run(f"ls {folder}").stdout.split()
    assert f"{hosting.spec.slug}.json" in left
    assert not {f"{hosting.spec.slug}.4711", "pergi.json"} & set(left)


async def test_a_download_that_is_given_up_counts_what_had_left(hostings: Hostings, web: LabServer) -> None:
    hosting = await with_a_large_file(hostings)
    visitor = Metered(web, hosting.name, tls=True)
    visitor.ask("GET", "/besar.bin")
    visitor.read(100_000)
    visitor.hang_up()
    found = await counted(hosting, 1)
    assert found.received_bytes == visitor.sent
    assert 100_000 <= visitor.received <= found.sent_bytes < SIZE


async def test_rotating_in_the_middle_of_a_download_loses_nothing(hostings: Hostings, web: LabServer) -> None:
    hosting = await with_a_large_file(hostings)
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    before = await counted(hosting, 1)
    visitor = Metered(web, hosting.name, tls=True)
    visitor.ask("GET", "/besar.bin")
    visitor.read(1000)
    web.run(ROTATE)
    assert await counted(hosting, 1) == before
    visitor.whole()
    visitor.close()
    after = await counted(hosting, 2)
    assert after.sent_bytes - before.sent_bytes >= SIZE
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    await counted(hosting, 3)
    web.run(ROTATE)
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    last = await counted(hosting, 4)
    logs = web.run(f"ls /srv/hosting/{hosting.spec.slug}/logs").stdout.split()
    assert {"access.log", "access.log.1", "access.log.2.gz"} <= set(logs)
    web.run(f"rm /var/lib/layanan/counted/{hosting.spec.slug}.json")
    assert await counted(hosting, 4) == last


async def test_a_request_belongs_to_the_day_of_tarakan_on_which_it_began(hostings: Hostings, web: LabServer) -> None:
    hosting = await hostings.make(kind=Kind.STATIC)
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    await counted(hosting, 1)
    midnight = dt.datetime.combine(today(), dt.time(), WITA).astimezone(dt.UTC)
    path = f"/srv/hosting/{hosting.spec.slug}/logs/access.log"
    line = web.get(path).decode()
    for moment in (midnight - dt.timedelta(seconds=1), midnight, midnight + dt.timedelta(seconds=1)):
        stamp = moment.strftime("[%d/%b/%Y:%H:%M:%S +0000]")
        web.run(f"cat >> {path}", stdin=re.sub(r"\[[^]]*\]", stamp, line, count=1))
    days = (await measured(hosting)).days
    assert {day: traffic.requests for day, traffic in days.items()} == {today() - dt.timedelta(days=1): 1, today(): 3}
    assert list((await measured(hosting, today())).days) == [today()]


async def test_counting_several_times_at_once_counts_once(hostings: Hostings, web: LabServer) -> None:
    hosting = await hostings.make(kind=Kind.STATIC)
    for _ in range(3):
        visit(web, hosting, "GET", "/", tls=False)[0].close()
    await counted(hosting, 3)
    web.run(f"rm /var/lib/layanan/counted/{hosting.spec.slug}.json")
    found = await asyncio.gather(*(measured(hosting) for _ in range(4)))
    assert {total(each).requests for each in found} == {3}


async def test_files_and_database_are_counted_and_nothing_stays_of_a_hosting_that_is_gone(
    hostings: Hostings, hosting: Hosting, web: LabServer
) -> None:
    empty = await measured(hosting)
    assert (empty.disk_bytes > 0, empty.inodes > 5, empty.database_bytes) == (True, True, 0)
    web.run(f"mariadb {hosting.database} -e 'CREATE TABLE isi (nomor INT PRIMARY KEY)'")
    assert (await measured(hosting)).database_bytes == 16_384  # one page of InnoDB's
    static = await with_a_large_file(hostings)
    found = await measured(static)
    assert SIZE <= found.disk_bytes < SIZE + 1_000_000
    assert found.database_bytes == 0
    kept = f"{hosting.spec.slug}.json"
    assert kept in web.run("ls /var/lib/layanan/counted").stdout.split()
    await hosting.becomes(State.REMOVED)
    assert kept not in web.run("ls /var/lib/layanan/counted").stdout.split()


async def test_a_database_that_is_down_hides_neither_files_nor_traffic(hosting: Hosting, web: LabServer) -> None:
    visit(web, hosting, "GET", "/", tls=False)[0].close()
    await counted(hosting, 1)
    web.run("systemctl stop mariadb")
    try:
        found = await measured(hosting)
    finally:
        web.run("systemctl start mariadb")
    assert found.database_bytes is None
    assert total(found).requests == 1
    assert found.disk_bytes > 0

"""A hosting's content goes from one server to another: files, database and logins, whatever is cut off on the way."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dns.asyncquery
import dns.message
import pytest

from provisioning.agent.move_request import Move as Asked
from provisioning.agent.move_request import Piece
from provisioning.agent.protocol import Verb
from provisioning.agent_fleet import AgentFleet
from provisioning.connection import Endpoint, Login, connect
from provisioning.enrolment.settings import EnrollSettings
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.lab import LabServer
from provisioning.moving import ContentTransfer
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSpec, Secret, State
from provisioning.verification.http import Visitor, WebServer
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, settings_for
from workflows.moving import steps
from workflows.moving.rules import Phase
from workflows.store.tables import Hosting as HostingRow
from workflows.store.tables import Move, Server

FILLED = """cd /srv/hosting/{slug} && runuser -u h_{slug} -- sh -c '
mkdir -p public/gambar/2026 private/kunci && head -c 3000000 /dev/urandom >public/gambar/2026/besar.bin &&
truncate -s 200M private/jarang.img &&
echo lama >public/hapus.txt && echo tetap >public/tetap.txt && echo rahasia >private/kunci/app.key &&
chmod 600 private/kunci/app.key && printf "<?php echo 1+1;" >public/hitung.php'"""
BROKEN = """cd /srv/hosting/{slug} && runuser -u h_{slug} -- sh -c '
rm -f public/index.html && printf "<?php http_response_code(500);" >public/index.php'"""
CHANGED = """cd /srv/hosting/{slug} && runuser -u h_{slug} -- sh -c '
rm public/hapus.txt && echo baru >public/baru.txt && echo berubah >public/tetap.txt'"""
SQL = """mariadb {database} -e "CREATE TABLE surat (id INT PRIMARY KEY, isi TEXT);
INSERT INTO surat VALUES (1, 'Tarakan'); CREATE VIEW ringkas AS SELECT isi FROM surat" """
SEEN = """cd /srv/hosting/{slug} && find public private -type f | sort | xargs sha256sum &&
find public private -type f -printf '%p %m %u\\n' | sort"""


def seen(server: LabServer, slug: str) -> str:
    return server.run(SEEN.format(slug=slug)).stdout


class Cut(AgentFleet):
    """A fleet whose line breaks once at a verb."""

    breaks_at: Verb | None = None

    async def move(self, server: Any, verb: Verb, spec: HostingSpec, move: Asked) -> dict[str, Any]:
        answer = await super().move(server, verb, spec, move)
        if verb is self.breaks_at and (verb is not Verb.TAKE or move.data):
            self.breaks_at = None
            raise RuntimeError("killed")
        return answer


async def moving(
    hostings: Hostings, new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet
) -> tuple[Hosting, LabServer, ContentTransfer]:
    source, server = await hostings.make(), new_server()
    address = await enrolled(server, bot_key)
    spec = dataclasses.replace(source.spec, elsewhere=True)
    archived = dataclasses.replace(spec, state=State.ARCHIVED)
    await fleet.apply(address, archived, None, request_id=str(uuid.uuid4()))
    way = ContentTransfer(fleet=fleet, move_id=str(uuid.uuid4()), spec=spec, source=source.server, target=address)
    return source, server, way


async def test_everything_arrives_and_what_was_cut_off_is_gone_on_with(
    hostings: Hostings, new_server: Callable[[], LabServer], bot_key: Secret, tmp_path: Path
) -> None:
    fleet = Cut(bot_key)
    source, server, way = await moving(hostings, new_server, bot_key, fleet)
    slug, home = source.spec.slug, source.lab_server
    assert home.run(FILLED.format(slug=slug)).returncode == 0
    assert home.run(SQL.format(database=source.database)).returncode == 0
    names_before = (await source.verify()).checks[0].facts
    for verb in (Verb.PACK, Verb.TAKE, Verb.UNPACK):
        fleet.breaks_at = verb
        with pytest.raises(RuntimeError):
            await way.carry(Piece.FILES)
    assert 3_000_000 < await way.carry(Piece.FILES) < 3_100_000, "holes take no room on the way"
    assert int(server.run(f"stat -c %b /srv/hosting/{slug}/private/jarang.img").stdout) < 100, "nor where they arrive"
    assert seen(server, slug) == seen(home, slug)
    assert home.run(CHANGED.format(slug=slug)).returncode == 0
    assert await way.carry(Piece.CHANGES) < 100_000, "only what changed comes"
    await way.carry(Piece.DATABASE)
    for one, events in ((home, ("pack", "give")), (server, ("unpack",))):
        written = one.run(f"cat /var/lib/layanan/log/{slug}.log").stdout
        assert all(f'"event":"{event}"' in written for event in events), "the log says that content was read"
    assert seen(server, slug) == seen(home, slug)
    rows = server.run(f"mariadb -N {source.database} -e 'SELECT isi FROM ringkas'").stdout
    assert rows.strip() == "Tarakan"
    assert (await source.verify()).checks[0].facts == names_before, "its names lead where they led"

    await fleet.apply(way.target, way.spec, None, request_id=str(uuid.uuid4()))
    await fleet.outside.check_page_served(way.target, way.spec)
    endpoint = Endpoint(host=server.address, port=22, host_key=server.host_key, user=source.account)
    session = await connect(endpoint, Login(password=source.passwords.sftp_password))
    await session.close()
    password = source.passwords.database_password
    assert password is not None
    login = f"MYSQL_PWD='{password.reveal()}' mariadb --no-defaults -N -u {source.database} {source.database}"
    assert server.run(f"{login} -e 'SELECT COUNT(*) FROM surat'").stdout.strip() == "1"
    assert (await fleet.plan(way.target, way.spec)).is_empty
    await way.forget()
    for one in (home, server):
        one.run(f"test ! -e /var/lib/layanan/moves/{slug}")
    await fleet.apply(
        way.target, dataclasses.replace(way.spec, state=State.REMOVED), None, request_id=str(uuid.uuid4())
    )
    await fleet.aclose()


async def test_a_hosting_that_does_not_stand_there_is_neither_packed_nor_taken(
    hostings: Hostings, new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet
) -> None:
    source, server = await hostings.make(), new_server()
    address = await enrolled(server, bot_key)
    stolen = json.dumps({"root": "/etc"}).encode()
    for verb in (Verb.PACK, Verb.GIVE, Verb.TAKE, Verb.UNPACK):
        asked = Asked(id=str(uuid.uuid4()), piece=Piece.FILES, data=stolen if verb is Verb.TAKE else b"")
        with pytest.raises(ProvisioningError) as refused:
            await fleet.move(address, verb, source.spec, asked)
        assert refused.value.code is ErrorCode.NOT_OURS, verb
    assert server.run("find /var/lib/layanan/moves -type f", check=False).stdout == ""
    archived = dataclasses.replace(source.spec, elsewhere=True, database=False, state=State.ARCHIVED)
    await fleet.apply(address, archived, None, request_id=str(uuid.uuid4()))
    with pytest.raises(ProvisioningError) as refused:
        await fleet.move(address, Verb.PACK, source.spec, Asked(id=str(uuid.uuid4()), piece=Piece.DATABASE))
    assert refused.value.code is ErrorCode.NOT_OURS, "its database is not ours there"
    removed = dataclasses.replace(archived, state=State.REMOVED)
    await fleet.apply(address, removed, None, request_id=str(uuid.uuid4()))


async def test_a_piece_that_was_spoilt_on_its_way_is_refused_and_comes_anew(
    hostings: Hostings, new_server: Callable[[], LabServer], bot_key: Secret, fleet: Fleet
) -> None:
    source, server, way = await moving(hostings, new_server, bot_key, fleet)
    asked = Asked(id=way.move_id, piece=Piece.FILES, data=b"something else")
    await fleet.move(way.target, Verb.TAKE, way.spec, asked)
    with pytest.raises(ProvisioningError, match="did not come whole"):
        await way.carry(Piece.FILES)
    await way.carry(Piece.FILES)
    assert seen(server, source.spec.slug) == seen(source.lab_server, source.spec.slug)


@dataclasses.dataclass
class Visits:
    """A visitor who asks the zone's name server where the site is, ten times a second, and opens it there."""

    site: Hosting
    seen: list[tuple[float, str, int]] = dataclasses.field(default_factory=list)

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        question = dns.message.make_query(self.site.name, "A")
        while True:
            answer = await dns.asyncquery.udp(question, self.site.lab_server.city.dns_address, timeout=10)
            address = next(item.to_text() for records in answer.answer for item in records)
            async with Visitor(WebServer(address=address)) as visitor:
                page = await visitor.get("https", self.site.name, "/hitung.php")
            self.seen.append((loop.time(), address, page.status if page.body.strip() != "2" else 200))
            await asyncio.sleep(0.1)

    @property
    def closed_seconds(self) -> float:
        """From the last page before to the first after."""
        first = next(place for place, one in enumerate(self.seen) if one[2] != 200)
        opened = next(one[0] for one in self.seen[first:] if one[2] == 200)
        return opened - self.seen[first - 1][0]


def beside(server: LabServer, web: LabServer, bot_key: Secret) -> EnrollSettings:
    """Return settings of a second server of the same office: zone, name server and wildcard are the first's."""
    first = settings_for(web, bot_key)
    return dataclasses.replace(first, addresses_shared=(server.address,))


async def test_a_site_with_visitors_is_closed_for_seconds_and_stands_on_the_other_server(
    hostings: Hostings, new_server: Callable[[], LabServer], web: LabServer, bot_key: Secret, fleet: Fleet
) -> None:
    site, server = await hostings.make(), new_server()
    target = await enrolled(server, bot_key, beside(server, web, bot_key))
    web.run(FILLED.format(slug=site.spec.slug))
    web.run(SQL.format(database=site.database))
    rows = {"zone": web.zone, "name_server": web.city.dns_address, "port": 22}
    task = steps.MoveInput(
        office=SimpleNamespace(fleet=fleet),  # type: ignore[arg-type]  # all that the steps ask of it
        move=Move(id=1, uuid=str(uuid.uuid4()), attempt=0),
        hosting=HostingRow(id=1, spec=site.spec, applied={}),
        source=Server(name=web.name, host=web.address, host_key=web.host_key, **rows),
        target=Server(name=server.name, host=server.address, host_key=server.host_key, **rows),
    )
    visits = Visits(site)
    watching = asyncio.create_task(visits.watch())
    await asyncio.sleep(1)
    for phase in (Phase.AGREED, Phase.PREPARED, Phase.COPIED, Phase.CLOSED, Phase.DELIVERED):
        await steps.STEPS[phase](task)
    async with asyncio.timeout(20):
        while not watching.done() and visits.seen[-1][1] != server.address:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.1)
    if watching.done():
        await watching  # it never ends but by an error of its own, which is to be seen
    watching.cancel()
    statuses = {status for _, _, status in visits.seen}
    print(f"closed for {visits.closed_seconds:.1f} s, {len(visits.seen)} visits")
    assert statuses == {200, 503}, "a visitor saw the site or the notice, nothing else"
    assert visits.seen[-1][1:] == (server.address, 200)
    assert visits.closed_seconds < 60
    assert seen(server, site.spec.slug) == seen(web, site.spec.slug)
    await steps.STEPS[Phase.RESTING](task)
    async with Visitor(WebServer(address=server.address)) as visitor:
        assert (await visitor.get("https", site.name, "/hitung.php")).body.strip() == "2"
    assert target.host in {one for _, one, _ in visits.seen}
    await fleet.apply(target, dataclasses.replace(site.spec, state=State.REMOVED), None, request_id=str(uuid.uuid4()))


async def test_a_site_with_an_error_of_its_own_arrives_and_a_move_that_is_taken_back_leaves_nothing(
    hostings: Hostings, new_server: Callable[[], LabServer], web: LabServer, bot_key: Secret, fleet: Fleet
) -> None:
    site, server = await hostings.make(), new_server()
    await enrolled(server, bot_key, beside(server, web, bot_key))
    rows = {"zone": web.zone, "name_server": web.city.dns_address, "port": 22}
    task = steps.MoveInput(
        office=SimpleNamespace(fleet=fleet),  # type: ignore[arg-type]  # all that the steps ask of it
        move=Move(id=1, uuid=str(uuid.uuid4()), attempt=0),
        hosting=HostingRow(id=1, spec=site.spec, applied={}),
        source=Server(name=web.name, host=web.address, host_key=web.host_key, **rows),
        target=Server(name=server.name, host=server.address, host_key=server.host_key, **rows),
    )
    web.run(BROKEN.format(slug=site.spec.slug))
    await steps.STEPS[Phase.AGREED](task)
    copied = await steps.STEPS[Phase.PREPARED](task)
    await steps.STEPS[Phase.COPIED](task)
    with pytest.raises(ProvisioningError, match="the page answers 500"):
        await steps.STEPS[Phase.CLOSED](task)
    assert copied == steps.Copied(500), "its own application answered so before it was closed"
    task.move.front_before = 500
    for phase in (Phase.CLOSED, Phase.UNDOING):
        await steps.STEPS[phase](task)
    assert (await site.verify()).ok
    for gone in (f"/srv/hosting/{site.spec.slug}", f"/var/lib/layanan/moves/{site.spec.slug}"):
        server.run(f"test ! -e {gone}")
    assert server.run(f"mariadb -N -e \"SHOW DATABASES LIKE '{site.database}'\"").stdout == ""

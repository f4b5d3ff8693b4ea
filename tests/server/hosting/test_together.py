"""Several hostings in one request: made together, refused and undone apart."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Iterator

import pytest

from provisioning.agent.apache_restart_stall import NUDGES
from provisioning.agent.protocol import Work
from provisioning.fleet import ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import Applied, ErrorCode, Progress
from provisioning.spec import Kind
from tests.server.hosting.conftest import Hosting, Hostings, visitors_of
from tests.server.hosting.test_interruptions import AGENTS

GRACEFUL = "grep -c 'Doing graceful restart' /var/log/apache2/error.log"
TRAP = "/etc/apache2/conf-enabled/zzz-jebakan.conf"


def work(hosting: Hosting) -> Work:
    return Work(id=str(uuid.uuid4()), spec=hosting.spec, secrets=hosting.passwords)


async def ask(*hostings: Hosting) -> list[Applied | ProvisioningError]:
    return await hostings[0].fleet.apply_many(hostings[0].server, [work(hosting) for hosting in hostings])


def refusals(answers: list[Applied | ProvisioningError]) -> list[tuple[ErrorCode, str] | None]:
    return [(answer.code, answer.step) if isinstance(answer, ProvisioningError) else None for answer in answers]


@pytest.fixture
def trap(web: LabServer) -> Iterator[None]:
    yield
    web.run(f"rm -f {TRAP}")


async def test_several_come_up_with_one_reload_and_each_is_told_how_far_it_is(
    hostings: Hostings, web: LabServer
) -> None:
    await hostings.make()  # what a server gets once
    wanted = [hostings.want(), hostings.want(database=False), hostings.want(kind=Kind.STATIC)]
    works = [work(hosting) for hosting in wanted]
    told: list[Progress] = []

    async def tell(progress: Progress) -> None:
        told.append(progress)

    before = int(web.run(GRACEFUL).stdout)
    answers = await wanted[0].fleet.apply_many(wanted[0].server, works, on_progress=tell)
    reloaded = int(web.run(GRACEFUL).stdout)
    assert reloaded - before <= 1 + NUDGES  # for three hostings: one, and more where Apache's parent had to be woken
    for hosting, one, answer in zip(wanted, works, answers, strict=True):
        assert isinstance(answer, Applied)
        assert answer.usage is not None
        assert answer.usage.inodes > 5
        of_it = [progress for progress in told if progress.work == one.id]
        assert of_it[-1].done == of_it[-1].total
        assert {progress.step for progress in of_it if progress.ended} == {c.part for c in answer.plan.pending}
        assert (await hosting.verify()).failed == ()
    again = await ask(*wanted)
    assert [isinstance(answer, Applied) and answer.changed for answer in again] == [False] * 3
    assert int(web.run(GRACEFUL).stdout) == reloaded


async def test_who_is_refused_or_fails_does_so_alone(hostings: Hostings, web: LabServer, trap: None) -> None:
    await hostings.make()  # what a server gets once
    neighbour = await hostings.make(kind=Kind.STATIC)
    good, abroad, breaker, stuck, last = (hostings.want(database=False) for _ in range(5))
    stranger = dataclasses.replace(abroad, spec=dataclasses.replace(abroad.spec, domains=("contoh.example.com",)))
    web.put(f'<IfFile "${{LAYANAN_SITES}}/{breaker.spec.slug}.conf">\nHosting Rusak\n</IfFile>\n', TRAP)
    pool = f"/etc/layanan/php/{stuck.spec.slug}.conf"
    web.run(f"mkdir {pool} && touch {pool}/penghalang")
    with visitors_of(neighbour) as seen:
        answers = await ask(good, stranger, breaker, stuck, last)
    assert refusals(answers) == [
        None,
        (ErrorCode.ZONE_NOT_ALLOWED, "dns"),
        (ErrorCode.APACHE_CONFIG_INVALID, "vhost"),
        (ErrorCode.STEP_FAILED, "php_fpm"),
        None,
    ]
    assert seen.wrong == []
    for hosting in (good, last):
        assert (await hosting.verify()).failed == ()
    for hosting in (abroad, breaker):  # refused before anything was touched
        assert web.run(f"getent passwd {hosting.account}", check=False).stdout == ""
    failure = answers[3]
    assert isinstance(failure, ProvisioningError)
    assert f"account {stuck.account}" in failure.left
    assert web.run(f"ls /etc/apache2/layanan-sites/{stuck.spec.slug}.conf", check=False).stdout == ""

    web.run(f"rm -r {pool} {TRAP}")
    assert refusals(await ask(breaker, stuck)) == [None, None]
    for hosting in (breaker, stuck):
        assert (await hosting.verify()).failed == ()


async def test_a_name_asked_for_twice_is_given_once(hostings: Hostings) -> None:
    first, second = hostings.want(kind=Kind.STATIC), hostings.want(kind=Kind.STATIC)
    second.answers_also(first.name)
    assert refusals(await ask(first, second)) == [None, (ErrorCode.DOMAIN_TAKEN, "request")]


@pytest.mark.parametrize("moment", range(3))
async def test_killed_midway_all_are_made_and_each_is_answered_once(
    hostings: Hostings, web: LabServer, moment: int
) -> None:
    wanted = [hostings.want(), hostings.want(kind=Kind.STATIC)]
    works = [work(hosting) for hosting in wanted]
    killed: list[str] = []

    async def kill(progress: Progress) -> None:
        if progress.done >= 2 * moment and not killed:
            killed.append(progress.step)
            await asyncio.to_thread(web.run, f"kill -9 $({AGENTS})", check=False)

    answers = await wanted[0].fleet.apply_many(wanted[0].server, works, on_progress=kill)
    assert killed
    assert refusals(answers) == [None, None]
    for hosting in wanted:
        assert (await hosting.verify()).failed == ()
    swapped = await wanted[0].fleet.apply_many(wanted[0].server, works[::-1])
    assert [isinstance(answer, Applied) and answer.replayed for answer in swapped] == [True, True]


async def test_a_statement_that_is_refused_stops_nobody_elses(address: ServerAddress, web: LabServer) -> None:
    script = """
import sys
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import mariadb
made = {f"uji_{n}": [f"CREATE DATABASE uji_{n}"] for n in (1, 2, 3)}
made["uji_2"].insert(0, "CREATE TABLE nowhere.x (y INT)")
print(sorted((name, str(error.code)) for name, error in mariadb.tell_each(made).items()))
print(mariadb.ask("SHOW DATABASES LIKE 'uji\\\\_%'"))
mariadb.ask("DROP DATABASE uji_1", "DROP DATABASE uji_3")
"""
    assert address.host == web.address
    web.put(script, "/root/sekaligus.py")
    said = web.run("python3 -I /root/sekaligus.py").stdout.splitlines()
    assert said == ["[('uji_2', 'mariadb_refused')]", "[['uji_1'], ['uji_3']]"]


async def test_a_dns_name_that_is_refused_stops_nobody_elses(address: ServerAddress, web: LabServer) -> None:
    script = """
import sys
sys.path.insert(0, "/usr/lib/layanan-agent")
from pathlib import Path
from provisioning.agent import config
from provisioning.agent.parts import dns
settings = config.load(Path("/etc/layanan/agent.json"))
zone = settings.zones[0]
def made(name):
    return zone, [f"prereq nxdomain {name}.{zone}.", f"update add {name}.{zone}. 300 A 10.9.9.9", "send"]
print([error and str(error.code) for error in dns._send_all(settings.dns, [made(n) for n in ("uji1", "uji1", "uji2")])])
gone = [(zone, [f"update delete {name}.{zone}.", "send"]) for name in ("uji1", "uji2")]
print(dns._send_all(settings.dns, gone))
"""
    assert address.host == web.address
    web.put(script, "/root/nama.py")
    assert web.run("python3 -I /root/nama.py").stdout.splitlines() == ["[None, 'dns_name_taken', None]", "[None, None]"]

"""One office on several processes: two that receive by webhook, two that work on servers, one PostgreSQL.

Nobody in a chat notices, whichever of them dies or freezes; nothing is lost and nothing doubled.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.settings import Settings
from provisioning.lab import Lab, LabServer
from tests.databases import TEMPLATE, Cluster
from tests.stories import play
from tests.stories.balancer import Balancer, balancing
from tests.stories.bot_process import BotProcess
from tests.stories.test_killed import ONCE
from tests.stories.town import Town, open_town
from workflows.store.engine import FROZEN_SECONDS
from workflows.store.presence import BEAT_SECONDS

pytestmark = pytest.mark.server

REPLICAS = WORKERS = 2
SWEEP_SECONDS = 5.0
TAKEOVER_SECONDS = SWEEP_SECONDS + 3  # after a death; the job itself takes some of it
TAKEN_FOR_DEAD = ("PresenceLostError", "server closed the connection")  # as whichever session finds out first says it
UNKNOWN = 999_999_999  # the id of an update that Telegram never sent


class City:
    """The town, what stands before its replicas, and its workers."""

    def __init__(self, town: Town, balancer: Balancer) -> None:
        self.town = town
        self.balancer = balancer
        self.replicas = (town.bot, *town.others[: REPLICAS - 1])
        self.workers = town.others[REPLICAS - 1 :]

    def at_work(self, name: str) -> BotProcess:
        """Return the worker that has a lease."""
        ((holder,),) = self.town.rows("SELECT holder FROM leases WHERE name = ?", name)
        return next(worker for worker in self.workers if worker.identity == holder)

    async def approved(self, subdomain: str) -> str:
        """Bring a request to its approval; return the case's number."""
        assert self.town.server is not None
        case = await play.ask(self.town["kepala_opd"], subdomain)
        await play.to_the_decision(self.town.phones, case, server=self.town.server.name)
        await play.approve(self.town["kepala_dkisp"], case)
        return case

    async def mid_job(self, subdomain: str) -> BotProcess:
        """Wait until the agent has begun to make the hosting; return the worker that asked it to."""
        query = (
            "SELECT hostings.id FROM jobs JOIN hostings ON hostings.id = hosting_id "
            "WHERE slug = ? AND jobs.state = 'running' AND jobs.total > 0"
        )
        async with asyncio.timeout(60):
            while not (found := self.town.rows(query, subdomain)):  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.02)
        return self.at_work(f"hosting:{found[0][0]}")

    async def made(self, subdomain: str, *, within: float) -> None:
        """Wait until the hosting stands and was looked at."""
        await self.town.until(
            f"SELECT count(*) FROM hostings WHERE slug = '{subdomain}' AND applied_revision > 0", 1, within=within
        )


def crew(balancer: Balancer) -> Any:
    def hire(settings: Settings, pace: float) -> Sequence[BotProcess]:
        webhook = {"webhook_url": balancer.url, "webhook_secret": SecretStr(secrets.token_hex(32))}
        receiving = [
            BotProcess(
                settings.model_copy(update={**webhook, "webhook_port": port}),
                pace=pace,
                part="chat",
                name=f"chat-{port}",
            )
            for port in balancer.passed
        ]
        working = [BotProcess(settings, pace=pace, part="worker", name=f"worker-{number}") for number in range(WORKERS)]
        return [*receiving, *working]

    return hire


@pytest.fixture(scope="module")
async def city(
    lab: Lab, web: LabServer, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[City]:
    """One for all stories here; who kills a process starts it again."""
    server = await asyncio.to_thread(lab.start, "several")
    async with (
        balancing(REPLICAS) as balancer,
        open_town(
            tmp_path_factory.mktemp("several"),
            server=server,
            database_url=cluster.new_database(TEMPLATE),
            crew=crew(balancer),
        ) as town,
    ):
        town.sandbox.timeout_s = 60.0
        yield City(town, balancer)
    await asyncio.to_thread(server.stop)


async def test_a_whole_case_though_each_update_reaches_both_replicas_at_once(city: City) -> None:
    assert city.town.server is not None
    before = await messages(city.town)
    city.balancer.at_once = True
    case = await play.whole_case(city.town.phones, "e-kembar", server=city.town.server.name)
    city.balancer.at_once = False
    assert city.town.steps_taken(case) == ONCE
    await settled(city.town)
    assert doubled(before, await messages(city.town)) == []
    assert await city.town.ledger_fault() is None
    assert await city.town.sandbox.unanswered() == []
    assert [call for call in await city.town.sandbox.refusals() if call["code"] == 429] == []
    assert [line for bot in (*city.replicas, *city.workers) for line in bot.complaints()] == []
    assert min(city.balancer.passed.values()) > 20, "both received"


async def test_a_forms_answers_are_taken_in_their_order_whichever_replica_they_reach(city: City) -> None:
    """Each answer of a form stands on the one before it; the replicas get them by turns, and one of them dies."""
    head = city.town["kepala_opd"]
    before = dict(city.balancer.passed)
    case = await play.ask(head, "e-urut")
    await play.register(city.town["bagian_umum"], case)
    assert min(passed - before[port] for port, passed in city.balancer.passed.items()) > 5
    await city.replicas[1].kill()
    second = await play.ask(head, "e-urut-dua")
    await play.register(city.town["bagian_umum"], second)
    await settled(city.town)
    await city.replicas[1].start()
    for number in (case, second):
        assert city.town.steps_taken(number) == ONCE[:4]
    assert await city.town.ledger_fault() is None


async def test_only_who_knows_the_secret_is_heard(city: City) -> None:
    update = {
        "update_id": UNKNOWN,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"},
    }
    statuses = []
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "0" * 64}):
            for port in city.balancer.passed:
                url = f"http://127.0.0.1:{port}/telegram"
                async with session.post(url, json=update, headers=headers) as answer:
                    statuses.append(answer.status)
    assert statuses == [403] * 4
    assert city.town.rows("SELECT count(*) FROM inbox WHERE update_id = ?", UNKNOWN) == [(0,)]


async def test_a_worker_killed_in_the_middle_of_a_job_is_followed_by_the_other(city: City) -> None:
    case = await city.approved("e-mati")
    victim = await city.mid_job("e-mati")
    await victim.kill()
    killed = time.monotonic()
    await city.made("e-mati", within=60)
    took = time.monotonic() - killed
    print(f"taken over and made {took:.1f} s after the death")
    assert took < TAKEOVER_SECONDS + 30, "the bound, and what making it takes"
    await victim.start()
    await is_made_once(city, case, "e-mati")


async def test_a_worker_that_is_frozen_in_the_middle_of_a_job_and_wakes_does_nothing_twice(city: City) -> None:
    assert city.town.server is not None
    case = await city.approved("e-beku")
    sleeper = await city.mid_job("e-beku")
    sleeper.freeze()
    frozen = time.monotonic()
    try:
        await city.made("e-beku", within=FROZEN_SECONDS + 60)
        print(f"taken over and made {time.monotonic() - frozen:.1f} s after it froze")
        await settled(city.town)
        server, said = server_state(city.town.server, "e-beku"), await messages(city.town)
    finally:
        sleeper.thaw()
    assert await sleeper.ended() != 0, "it was taken for dead, and says so"
    assert any(words in sleeper.log.read_text(encoding="utf-8") for words in TAKEN_FOR_DEAD)
    await asyncio.sleep(BEAT_SECONDS)
    assert server_state(city.town.server, "e-beku") - server == set()
    assert await messages(city.town) == said
    await sleeper.start()
    await is_made_once(city, case, "e-beku")


def server_state(server: LabServer, slug: str) -> set[str]:
    """Return what a second making would change: the account, files, databases, the journal, Apache's reloads.

    Not what a second look from outside leaves: a line in the site's log.
    """
    look = f"""
        getent passwd | grep {slug}
        find /etc/apache2 /etc/php /etc/systemd -printf '%p %i %T@\\n' | sort
        find /srv/hosting/{slug} -printf '%p %u %m\\n' | sort
        find /var/lib/layanan/journal -name '*.json' -printf '%p %T@\\n' | sort
        mariadb -Ne "SHOW DATABASES LIKE 'h\\_%'"
        grep -c AH00493 /var/log/apache2/error.log
    """
    return set(server.run(look, check=False).stdout.splitlines())


async def is_made_once(city: City, case: str, slug: str) -> None:
    """Everybody heard once, the ledger tells it once, the server has it once."""
    assert city.town.server is not None
    await city.town["kabid"].wait_for(play.card(case, "Langkah 7 dari 10"), since=0)
    await settled(city.town)
    assert city.town.steps_taken(case) == ONCE[: ONCE.index("case.hosting_ready") + 1]
    assert await city.town.ledger_fault() is None
    jobs = "SELECT jobs.state, attempt FROM jobs JOIN hostings ON hostings.id = hosting_id WHERE slug = ?"
    assert city.town.rows(jobs, slug) == [("done", 1)]
    accounts = city.town.server.run(f"getent passwd | grep -c ^h_{slug}").stdout.split()
    assert accounts == ["1"]


async def settled(town: Town) -> None:
    """Wait until all was said."""
    await town.until("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'", 0)


async def messages(town: Town) -> dict[tuple[str, int], str]:
    """Return all that stands in the chats."""
    found = {}
    for role, person in town.phones.items():
        for message in await person.messages():
            if message.from_bot:
                found[role, message.id] = f"{message.text}{message.file.name if message.file else ''}"
    return found


def doubled(before: dict[tuple[str, int], str], after: dict[tuple[str, int], str]) -> list[tuple[str, str]]:
    new = Counter((role, text) for (role, number), text in after.items() if (role, number) not in before)
    return [what for what, count in new.items() if count > 1]

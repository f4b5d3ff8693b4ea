"""What is told of updates and of PHP that ends: to whom, when, and never twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from provisioning.agent.updates import read
from tests.unit.workflows.conftest import Desk
from tests.unit.workflows.standing import add_hosting
from workflows.store import upkeep
from workflows.store.tables import OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.upkeep import php_end, updates
from workflows.upkeep.php_end import Running, ending
from workflows.upkeep.php_support import Distribution, Support
from workflows.words import WITA

ENGINEER, HEAD, TEAM, KABID = 1007, 1001, 1002, 1005
SIMULATED = """NOTE: This is only a simulation!
Inst libssl3 [3.0.14-1~deb12u1] (3.0.14-1~deb12u2 Debian-Security:12/stable-security [amd64])
Inst openssl [3.0.14-1] (3.0.14-2 Debian:12.8/stable, Debian-Security:12/stable-security [amd64])
Inst tzdata [2024a-0+deb12u1] (2024b-0+deb12u1 Debian:12.8/stable-updates [all])
Inst linux-image-6.1.0-28-amd64 (6.1.119-1 Debian-Security:12/stable-security [amd64])
Inst curl [8.5.0-2ubuntu10.4] (8.5.0-2ubuntu10.6 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])
Inst security-tool [1.0] (1.1 Kantor:1.0/stable [all])
Conf libssl3 (3.0.14-1~deb12u2 Debian-Security:12/stable-security [amd64])
"""


def test_packages_of_a_security_archive_are_told_from_others() -> None:
    security, others = read(SIMULATED.splitlines())
    assert security == {"libssl3", "openssl", "linux-image-6.1.0-28-amd64", "curl"}
    assert others == {"tzdata", "security-tool"}


async def said(desk: Desk) -> list[tuple[int, MessageParams]]:
    async with desk.database.read() as work:
        rows = await work.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))
        return sorted(((row.chat_id, row.params) for row in rows), key=lambda one: one[0])


async def kept(desk: Desk, **more: Any) -> None:
    fresh = (desk.clock.now - dt.timedelta(hours=3)).isoformat()
    pending = {"security": [], "others": 4, "reboot_required": False, "lists_at": fresh, **more}
    async with desk.database.write() as work:
        await upkeep.keep(work, 1, pending, work.now)


async def in_time(desk: Desk, moment: str) -> int:
    """Let time come to a moment of WITA, tell twice; return how many messages there are by then."""
    desk.clock.now = dt.datetime.fromisoformat(moment).replace(tzinfo=WITA)
    for _ in range(2):
        await updates.tell_by_the_week(desk.database)
        await php_end.tell_by_the_quarter(desk.database)
    return len(await said(desk))


async def test_engineers_hear_once_a_week_and_only_where_there_is_something_to_do(desk: Desk) -> None:
    await kept(desk)
    assert await in_time(desk, "2026-11-24T10:00") == 0
    await kept(desk, security=["libssl3", "openssl"])
    assert await in_time(desk, "2026-11-27T10:00") == 0, "this week was told: nothing to do"
    assert await in_time(desk, "2026-11-29T10:00") == 0, "a Sunday"
    assert await in_time(desk, "2026-11-30T09:00") == 1
    ((chat, params),) = await said(desk)
    assert (chat, params["params"]["servers"][0]["names"]) == (ENGINEER, "libssl3, openssl")
    assert await in_time(desk, "2026-12-04T09:00") == 1
    assert await in_time(desk, "2026-12-07T09:00") == 2


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, False), ({"security": ["curl"]}, True), ({"reboot_required": True}, True), ({"lists_at": None}, True)],
)
def test_a_restart_and_old_lists_are_work_too(more: dict[str, Any], expected: bool) -> None:
    now = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
    fresh: dict[str, Any] = {"security": [], "reboot_required": False, "lists_at": now.isoformat()}
    assert updates.needs_work({**fresh, **more}, now) is expected
    assert updates.needs_work(fresh, now + dt.timedelta(days=8)), "what it says is a week old"


def test_what_ends_within_half_a_year_is_found_by_version_and_system() -> None:
    dates = Support(
        versions={"8.1": dt.date(2025, 12, 31), "8.2": dt.date(2026, 12, 31), "8.3": dt.date(2027, 12, 31)},
        distributions=(Distribution(name="Debian GNU/Linux 12", version="8.2", until=dt.date(2028, 6, 30)),),
    )
    debian, other = "Debian GNU/Linux 12 (bookworm)", "Ubuntu 24.04.1 LTS"
    running = [
        Running(domain="a", opd_id=1, version="8.2", system=other),
        Running(domain="b", opd_id=1, version="8.2", system=other),
        Running(domain="c", opd_id=2, version="8.2", system=debian),
        Running(domain="d", opd_id=2, version="8.1", system=debian),
        Running(domain="e", opd_id=2, version="9.9", system=debian),
        Running(domain="f", opd_id=2, version="8.3", system=debian),
    ]
    found = [(one.version, one.domains) for one in ending(running, dates, dt.date(2026, 11, 24))]
    assert found == [("8.2", ("a", "b")), ("8.1", ("d",))]
    assert ending(running[:1], dates, dt.date(2026, 6, 30)) == []


async def test_the_opd_and_the_engineers_hear_once_a_quarter_of_php_that_ends(desk: Desk) -> None:
    await add_hosting(desk, "e-arsip", php="8.2")
    await add_hosting(desk, "e-baru", php="8.4")
    assert await in_time(desk, "2026-11-24T10:00") == 4
    assert [chat for chat, _ in await said(desk)] == [HEAD, TEAM, KABID, ENGINEER]
    assert (await said(desk))[0][1]["params"]["domains"] == "e-arsip.tarakankota.go.id"
    texts = [params["text"].removeprefix("pembaruan.php_berakhir") for _, params in await said(desk)]
    assert texts == ["_kepala", "", "", ""], "the head reads one plain line"
    await add_hosting(desk, "e-sehat", "DINKES", php="8.2")
    assert await in_time(desk, "2026-12-30T10:00") == 7, "what is new is told, what was told is not"
    assert await in_time(desk, "2027-01-04T10:00") == 14, "another quarter"

"""Counting what 300 hostings used, over SSH and with files and databases, beside `awk` straight over the same logs."""

from __future__ import annotations

import datetime as dt
import time

from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import LabServer
from provisioning.usage_report import Measurement
from tests.bench.hosting import FULL, started_ground
from tests.bench.report import Line, Section, median

LINES_A_DAY = 2_000  # a hosting; two days, one of them rotated
NEW_LINES = 80  # of the next hour
ROUNDS = 5
WRITE = """
import glob, random, time
chance = random.Random(1)
def line(at, number):
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(at))
    status = chance.choice((200,) * 18 + (404, 500))
    counts = f"{{400 + number % 99}} {{9000 + number}} 729"
    return (f'x.kota.test 10.0.0.{{number % 250}} [{{stamp}}] "GET /berita/{{number}}?halaman=2 HTTP/1.1" {{status}} '
            f'{{counts}} "https://x.kota.test/" "Mozilla/5.0 (Windows NT 10.0; Win64)"\\n')
for folder in glob.glob("/srv/hosting/*/logs"):
    for name, back in {files}:
        with open(f"{{folder}}/{{name}}", "a") as log:
            log.writelines(line(time.time() - back, number) for number in range({lines}))
"""
AWK = """awk '{ slug = FILENAME "/" substr($3, 2, 11); requests[slug]++; got[slug] += $9; sent[slug] += $10
if ($8 >= 500) errors[slug]++; else if ($8 >= 400) refused[slug]++ }
END { for (each in requests) all += requests[each]; print all }' \
/srv/hosting/*/logs/access.log /srv/hosting/*/logs/access.log.1"""


async def measure() -> Section:
    """Fill a server, write logs, and count them in turns."""
    async with started_ground(["web-1"]) as ground:
        server = ground.ours.server
        await ground.ours.fill([f"isi{place}" for place in range(FULL)])
        at, fleet = await ground.ours.at(), ground.ours.fleet
        _write(server, LINES_A_DAY, ("access.log.1", 86_400), ("access.log", 0))
        first = await _count(fleet, at)
        again, later, rival = [], [], []
        for _ in range(ROUNDS):
            again.append(await _count(fleet, at))
            rival.append(_awk(server))
            _write(server, NEW_LINES, ("access.log", 0))
            later.append(await _count(fleet, at))
        floor = median(rival)
        found = {
            f"the first count ({2 * FULL * LINES_A_DAY:,} lines)": first,
            "an hour later, nothing new": median(again),
            f"an hour later, {FULL * NEW_LINES:,} new lines": median(later),
        }
    lines = [Line(what=what, value=value, ratio=value / floor, to="awk") for what, value in found.items()]
    remark = "ours with files, databases and the way there and back; awk splits days by UTC and knows no packed log"
    return Section(f"What {FULL} hostings used", [*lines, Line(what="awk over all", value=floor)], (remark,))


def _write(server: LabServer, lines: int, *names: tuple[str, int]) -> None:
    server.run("python3 -", stdin=WRITE.format(files=names, lines=lines), timeout=600)


async def _count(fleet: Fleet, at: ServerAddress) -> float:
    """Count until all is counted; return the milliseconds."""
    started, since = time.perf_counter(), dt.datetime.now(dt.UTC).date() - dt.timedelta(days=3)
    while not (found := await fleet.measure(at, since)).whole:
        pass
    took = (time.perf_counter() - started) * 1000
    _check(found)
    return took


def _check(found: Measurement) -> None:
    requests = [sum(day.requests for day in hosting.days.values()) for hosting in found.hostings]
    if len(requests) != FULL or min(requests) < 2 * LINES_A_DAY or min(requests) != max(requests):
        raise RuntimeError(f"counted {len(requests)} hostings with {min(requests)} to {max(requests)} requests")


def _awk(server: LabServer) -> float:
    started = time.perf_counter()
    counted = int(server.run(AWK, timeout=600).stdout)
    took = (time.perf_counter() - started) * 1000
    if counted < 2 * FULL * LINES_A_DAY:
        raise RuntimeError(f"awk counted {counted} lines")
    return took

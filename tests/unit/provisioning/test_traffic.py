"""Traffic is counted once, on its day, whatever happens to the logs between two looks."""

from __future__ import annotations

import datetime as dt
import gzip
import math
from pathlib import Path

import pytest

from provisioning.agent import access_log, traffic
from provisioning.agent.traffic import TrafficCount
from tests.unit.provisioning.logs import TOMORROW, line, rotate, write

EVER = dt.date(2026, 1, 1)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def look(logs: Path, *, until: float = math.inf) -> dict[str, list[int]]:
    """Look as one request does: with nothing in memory but what was kept."""
    counted = TrafficCount("contoh", logs.parent / "kept")
    counted.read_on(access_log.logs_since(logs, EVER), until)
    counted.keep()
    return counted.days_since()


def test_what_apache_counted_is_added_up_with_errors_apart(logs: Path) -> None:
    write(logs, line(), line(status=404, sent="300"), line(status=503, sent="20"), line(status=304, sent="-", got="50"))
    assert look(logs) == {"2026-11-25": [4, 350, 1320, 1, 1]}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("25/Nov/2026:15:59:59 +0000", "2026-11-25"),
        ("25/Nov/2026:16:00:00 +0000", "2026-11-26"),
        ("26/Nov/2026:00:00:00 +0800", "2026-11-26"),
        ("26/Nov/2026:01:29:59 +0930", "2026-11-25"),
        ("25/Nov/2026:12:30:00 -0330", "2026-11-26"),
        ("31/Dec/2026:16:00:00 +0000", "2027-01-01"),
    ],
)
def test_a_day_begins_at_midnight_in_tarakan_wherever_the_server_thinks_it_is(logs: Path, at: str, day: str) -> None:
    write(logs, line(at))
    assert list(look(logs)) == [day]


@pytest.mark.parametrize(
    "request_line",
    [
        r"GET /\" 200 999999 999999 1 \" HTTP/1.1",
        r"GET /\\\" 500 1 2 3 \\ HTTP/1.1",
        r"GET / [01/Jan/2020:00:00:00 +0000] \"x\" 500 7 7 7 HTTP/1.1",
        r"\x16\x03\x01",
        "-",
    ],
)
def test_a_visitor_cannot_write_numbers_into_it(logs: Path, request_line: str) -> None:
    write(logs, line(request=request_line, status=400, got="10", sent="20"))
    assert look(logs) == {"2026-11-25": [1, 10, 20, 1, 0]}


def test_what_is_no_line_of_apaches_is_passed_over(logs: Path) -> None:
    write(logs, "\n", "nonsense 200 5 5 5\n", line("99/Foo/2026:01:00:00 +0000"), "\x00\x00\n", '" unclosed\n', line())
    assert look(logs) == {"2026-11-25": [1, 100, 1000, 0, 0]}


def test_looking_again_changes_nothing_and_new_lines_are_added(logs: Path) -> None:
    write(logs, line())
    first = look(logs)
    assert look(logs) == first
    write(logs, line(), line(TOMORROW))
    assert look(logs) == {"2026-11-25": [2, 200, 2000, 0, 0], "2026-11-26": [1, 100, 1000, 0, 0]}


def test_half_a_line_is_left_until_it_is_whole(logs: Path) -> None:
    whole = line()
    write(logs, line(), whole[:60])
    assert look(logs)["2026-11-25"][0] == 1
    write(logs, whole[60:])
    assert look(logs)["2026-11-25"][0] == 2


@pytest.mark.parametrize("looks_between", [True, False])
def test_rotating_and_packing_loses_nothing_and_counts_nothing_twice(logs: Path, *, looks_between: bool) -> None:
    for turn in range(4):
        write(logs, *[line(got=str(turn), sent=str(10 * turn + number)) for number in range(3)])
        if looks_between:
            look(logs)
        rotate(logs)
    assert sorted(path.name for path in logs.iterdir()) == [
        "access.log", "access.log.1", "access.log.2.gz", "access.log.3.gz", "access.log.4.gz",
    ]  # fmt: skip
    assert look(logs) == {"2026-11-25": [12, 18, 192, 0, 0]}


def test_apache_writes_on_into_the_renamed_log_until_it_has_heard(logs: Path) -> None:
    write(logs, line())
    look(logs)
    rotate(logs)
    write(logs, line(sent="7"), name="access.log.1")
    write(logs, line(sent="5"))
    assert look(logs) == {"2026-11-25": [3, 300, 1012, 0, 0]}


def test_a_log_that_is_just_being_packed_is_one_log(logs: Path) -> None:
    write(logs, line(), line(), name="access.log.2")
    (logs / "access.log.2.gz").write_bytes(gzip.compress((logs / "access.log.2").read_bytes())[:40])
    assert look(logs) == {"2026-11-25": [2, 200, 2000, 0, 0]}
    (logs / "access.log.2.gz").write_bytes(gzip.compress((logs / "access.log.2").read_bytes()))
    (logs / "access.log.2").unlink()
    assert look(logs) == {"2026-11-25": [2, 200, 2000, 0, 0]}


def test_a_copy_that_somebody_made_is_no_second_log(logs: Path) -> None:
    write(logs, line())
    (logs / "access.log.before-the-change").write_bytes((logs / "access.log").read_bytes())
    write(logs, line(sent="1"))
    assert look(logs) == {"2026-11-25": [2, 200, 1001, 0, 0]}
    assert look(logs) == {"2026-11-25": [2, 200, 1001, 0, 0]}


def test_what_was_counted_stays_when_a_log_is_emptied_or_cut_short(logs: Path) -> None:
    write(logs, line(sent="1"), line(sent="2"))
    look(logs)
    (logs / "access.log").write_text("")
    write(logs, line(sent="4"))
    assert look(logs) == {"2026-11-25": [3, 300, 7, 0, 0]}
    write(logs, line(sent="8"))
    look(logs)
    with (logs / "access.log").open("r+") as stream:
        stream.truncate(len(line(sent="4")))
    look(logs)
    write(logs, line(sent="16"))
    assert look(logs) == {"2026-11-25": [5, 500, 31, 0, 0]}


def test_a_damaged_log_or_memory_ends_no_count(logs: Path) -> None:
    write(logs, line())
    (logs / "access.log.2.gz").write_bytes(b"\x1f\x8b" + b"nonsense" * 9)
    (logs / "access.log.3.gz").write_bytes(b"")
    (logs / "access.log.4").symlink_to("/etc/passwd")
    assert look(logs) == {"2026-11-25": [1, 100, 1000, 0, 0]}
    (logs.parent / "kept" / "contoh.json").write_text('{"logs": {"a": 5')
    assert look(logs) == {"2026-11-25": [1, 100, 1000, 0, 0]}


def test_out_of_time_it_goes_on_where_it_was(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "CHUNK", 500)
    write(logs, *[line(sent=str(number)) for number in range(40)])
    seen = [look(logs, until=0)["2026-11-25"][0] for _ in range(30)]
    assert seen[0] < 10
    assert seen == sorted(seen)
    assert look(logs) == {"2026-11-25": [40, 4000, sum(range(40)), 0, 0]}


def test_two_looks_at_once_come_to_the_same(logs: Path) -> None:
    write(logs, line())
    one, other = (TrafficCount("contoh", logs.parent / "kept") for _ in range(2))
    one.read_on(access_log.logs_since(logs, EVER), math.inf)
    write(logs, line())
    other.read_on(access_log.logs_since(logs, EVER), math.inf)
    other.keep()
    one.keep()  # the one that knows less is the last to say so
    assert look(logs) == {"2026-11-25": [2, 200, 2000, 0, 0]}


def test_old_logs_are_not_opened_and_old_counts_let_go(logs: Path) -> None:
    write(logs, line())
    before = dt.date.today() - dt.timedelta(days=400)  # noqa: DTZ011  (any day long ago)
    stamp = dt.datetime.combine(before, dt.time(3), dt.UTC)
    write(logs, line(stamp.strftime("%d/%b/%Y:%H:%M:%S +0000")), name="access.log.1")
    counted = TrafficCount("contoh", logs.parent / "kept")
    counted.read_on(access_log.logs_since(logs, EVER - dt.timedelta(days=800)), math.inf)
    assert set(counted.days_since()) == {before.isoformat(), "2026-11-25"}
    counted.keep()
    assert before.isoformat() not in TrafficCount("contoh", logs.parent / "kept").days_since()
    assert traffic.KEEP_DAYS > 31
    (logs / "access.log.1").touch()
    assert [path.name for path in access_log.logs_since(logs, dt.date.today() + dt.timedelta(days=2))] == []  # noqa: DTZ011

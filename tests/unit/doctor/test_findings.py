"""What the doctor says of what it found: well, due, or to be mended, with the remedy in the sentence."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import telegram

from bot.doctor import machine, records, servers, telegram_line
from bot.doctor.finding import Finding, Grade
from provisioning.agent import bundle
from provisioning.plan import CertificateReport, CertificateState, ServerFacts
from workflows.people.engineers_group import GENERAL, EngineersGroup
from workflows.store.health import Backlog, WaitingWork
from workflows.store.tables import JobState, Setback

NOW = dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
NOTHING = WaitingWork(count=0, oldest=None)
QUIET = dict.fromkeys(JobState, 0)


def facts(**changed: object) -> ServerFacts:
    values: dict[str, object] = {
        "hostname": "web-1",
        "agent_version": bundle.version(),
        "os_release": "Debian 12",
        "disk_total_mb": 1000,
        "disk_free_mb": 500,
        "memory_total_mb": 1000,
        "memory_available_mb": 500,
        "load": 0.5,
        "cpus": 2,
        "sites": 3,
        "allotted_disk_mb": 0,
        "allotted_database_mb": 0,
        "allotted_memory_mb": 0,
        "allotted_bandwidth_kbit": 0,
        "uplink_kbit": 1000,
        "zones": (),
        "addresses_shared": (),
        "addresses_dedicated": (),
        "addresses_taken": (),
        "php_versions": (),
        "quota_on": True,
        "services": {"apache2": "active"},
    }
    return ServerFacts.from_data(values | changed)


def grades(found: list[Finding]) -> list[Grade]:
    return [finding.grade for finding in found]


@pytest.mark.parametrize(
    ("changed", "grade", "words"),
    [
        ({"agent_version": "0"}, Grade.DUE, "layanan server upgrade web-1"),
        ({"services": {"apache2": "active", "mariadb": "failed"}}, Grade.BAD, "not running: mariadb"),
        ({"missing": ("acl",)}, Grade.BAD, "lacks acl"),
        ({"disk_free_mb": 80}, Grade.DUE, "8% of the disk"),
        ({"disk_free_mb": 20}, Grade.BAD, "2% of the disk"),
    ],
)
def test_what_a_server_lacks_is_named(changed: dict[str, object], grade: Grade, words: str) -> None:
    found = list(servers.of_facts("web-1", facts(**changed)))
    assert grades(found) == [Grade.GOOD, grade]
    assert words in found[1].sentence


def test_a_server_that_lacks_nothing_is_one_good_line() -> None:
    assert grades(list(servers.of_facts("web-1", facts()))) == [Grade.GOOD]


@pytest.mark.parametrize(("days", "grade"), [(60, Grade.GOOD), (20, Grade.DUE), (7, Grade.BAD), (-1, Grade.BAD)])
def test_a_certificate_is_told_in_time_and_a_wildcard_once(days: int, grade: Grade) -> None:
    end = (TODAY + dt.timedelta(days=days)).isoformat()
    sites = tuple(
        CertificateState(slug=f"s{n}", name=f"s{n}.go.id", kind="wildcard", expires=end, failures=0, problem=None)
        for n in range(5)
    )
    report = CertificateReport(taken_up=False, problem=None, certificates=sites)
    (found,) = servers.of_certificates("web-1", report, TODAY)
    assert found.grade is grade
    assert f"({days} days)" in found.sentence


def test_a_renewal_that_fails_is_told() -> None:
    state = CertificateState(
        slug="a", name="a.go.id", kind="acme", expires="2027-03-01", failures=2, problem="no such name"
    )
    report = CertificateReport(taken_up=False, problem="apache broken", certificates=(state,))
    found = list(servers.of_certificates("web-1", report, TODAY))
    assert grades(found) == [Grade.BAD, Grade.GOOD, Grade.DUE]
    assert "2 attempts to renew have failed: no such name" in found[2].sentence


@pytest.mark.parametrize(
    ("seconds", "grade", "words"),
    [(2, Grade.GOOD, ""), (-30, Grade.DUE, "30 s behind"), (400, Grade.BAD, "400 s ahead of")],
)
def test_a_clock_that_is_off_is_told(seconds: float, grade: Grade, words: str) -> None:
    found = machine.of_skew(seconds)
    assert found.grade is grade
    assert words in found.sentence


def webhook(url: str, pending: int = 0, error: dt.datetime | None = None) -> telegram.WebhookInfo:
    return telegram.WebhookInfo(
        url=url,
        has_custom_certificate=False,
        pending_update_count=pending,
        last_error_date=error,
        last_error_message="Connection refused",
    )


@pytest.mark.parametrize(
    ("wanted", "found", "grade"),
    [
        (None, webhook(""), Grade.GOOD),
        (None, webhook("", pending=500), Grade.DUE),
        (None, webhook("https://elsewhere.example/x"), Grade.BAD),
        ("https://bot.go.id", webhook("https://bot.go.id/telegram"), Grade.GOOD),
        ("https://bot.go.id/", webhook(""), Grade.BAD),
        ("https://bot.go.id", webhook("https://bot.go.id/telegram", error=dt.datetime.now(dt.UTC)), Grade.BAD),
    ],
)
def test_where_updates_go_is_compared(wanted: str | None, found: telegram.WebhookInfo, grade: Grade) -> None:
    assert telegram_line.of_webhook(wanted, found).grade is grade


def test_what_waits_too_long_is_told_and_what_just_came_is_not() -> None:
    old = WaitingWork(count=3, oldest=NOW - dt.timedelta(minutes=20))
    new = WaitingWork(count=1, oldest=NOW - dt.timedelta(seconds=5))
    stuck = Backlog(updates=new, messages=old, held=0, jobs=QUIET)
    (found,) = records.of_backlog(stuck, NOW)
    assert found.grade is Grade.BAD
    assert "3 messages wait, the oldest for 20 minutes" in found.sentence
    assert list(records.of_backlog(Backlog(updates=NOTHING, messages=new, held=0, jobs=QUIET), NOW)) == []


@pytest.mark.parametrize(
    ("present", "grade"), [(None, Grade.GOOD), ("0004", Grade.GOOD), ("0002", Grade.DUE), ("0009", Grade.BAD)]
)
def test_a_database_of_another_version_is_told(present: str | None, grade: Grade) -> None:
    assert records.of_revision(present, "0004").grade is grade


def test_a_key_that_is_missing_is_named() -> None:
    found = records.of_keys({"k1", "k2"}, {"k2"})
    assert found.grade is Grade.BAD
    assert "k1" in found.sentence


def test_what_is_put_off_is_named_with_what_failed_and_when_it_is_tried_again() -> None:
    again = NOW + dt.timedelta(minutes=30)
    row = Setback(kind="letter", row_id=7, attempts=6, error="RenderError", since=NOW, not_before=again)
    found = records.of_setback(row)
    assert found.grade is Grade.DUE
    assert "letter 7 failed 6 times since 2026-11-25 01:00 (RenderError); tried again at 01:30" in found.sentence


@pytest.mark.parametrize(("may_join", "grade"), [(True, Grade.DUE), (False, Grade.GOOD)])
def test_strangers_need_not_be_able_to_add_the_bot_to_groups(may_join: bool, grade: Grade) -> None:
    finding = telegram_line.of_groups(may_join)
    assert finding.grade is grade
    assert "/setjoingroups" in finding.sentence


def test_an_engineers_group_without_topics_is_told() -> None:
    group = EngineersGroup(-1, "Engineer", {1: 5})
    assert records.of_group(group).grade is Grade.GOOD
    assert records.of_group(dataclasses.replace(group, topics={1: 5, 2: GENERAL})).grade is Grade.DUE

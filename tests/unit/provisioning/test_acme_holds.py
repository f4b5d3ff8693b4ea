"""What an authority says of its limit is read out of mod_md's words, kept, and never believed beyond measure."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from provisioning.agent import acme, names

ONE, OTHER = "a.kota.test", "b.kota.test"
LIMITED = "urn:ietf:params:acme:error:rateLimited"
HOUR = 3600
FAR_OFF = 4_000_000_000  # seconds since 1970: the year 2096


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(names, "ACME_STORE", tmp_path / "md")
    monkeypatch.setattr(names, "ACME_HOLD", tmp_path / "hold")
    monkeypatch.setattr("os.fchown", lambda *_: None)  # the tests may not be root's
    return tmp_path


def ended(name: str, problem: str | None, detail: str = "") -> None:
    """Let mod_md have noted how its order for a name ended."""
    folder = names.ACME_STORE / "staging" / name
    folder.mkdir(parents=True, exist_ok=True)
    last = {"problem": problem, "detail": detail} if problem else {"status": 0}
    (folder / "job.json").write_text(json.dumps({"name": name, "errors": 1, "last": last}))


def retry_after(seconds: float) -> str:
    return time.strftime("retry after %Y-%m-%d %H:%M:%S UTC: see https://…", time.gmtime(time.time() + seconds))


def left(name: str) -> float:
    until = acme.held_until(name)
    return until - time.time() if until else 0.0


def test_a_limit_of_the_account_puts_every_name_off_until_the_authority_says() -> None:
    ended(ONE, LIMITED, f"too many new orders (300) from this account in the last 3h0m0s, {retry_after(5 * HOUR)}")
    acme.put_off()
    assert [left(name) for name in (ONE, OTHER)] == pytest.approx([5 * HOUR] * 2, abs=3)


@pytest.mark.parametrize(
    "words",
    [
        "too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, ",
        f'too many failed authorizations (5) for "{ONE}" in the last 1h0m0s, ',
    ],
)
def test_a_limit_on_one_name_is_nobody_elses(words: str) -> None:
    ended(ONE, LIMITED, words + retry_after(34 * HOUR))
    acme.put_off()
    assert left(ONE) == pytest.approx(34 * HOUR, abs=3)
    assert left(OTHER) == 0


@pytest.mark.parametrize(
    ("detail", "seconds"),
    [
        ("slow down", 3 * HOUR),
        (retry_after(400 * 24 * HOUR), 7 * 24 * HOUR),
        ("retry after 2026-99-99 00:00:00 UTC", 3 * HOUR),
    ],
    ids=["says no time", "says a year", "says nonsense"],
)
def test_what_is_not_said_or_not_to_be_believed_has_bounds(detail: str, seconds: int) -> None:
    ended(ONE, LIMITED, detail)
    acme.put_off()
    assert left(ONE) == pytest.approx(seconds, abs=3)


def test_a_hold_outlives_the_word_it_came_from_is_not_shortened_and_ends_with_its_time(places: Path) -> None:
    ended(ONE, LIMITED, retry_after(2 * HOUR))
    acme.put_off()
    ended(ONE, LIMITED, retry_after(60))
    acme.put_off()
    ended(ONE, None)
    acme.put_off()
    assert left(OTHER) == pytest.approx(2 * HOUR, abs=3)
    (places / "hold").write_text(f"{acme.EVERY_NAME} {int(time.time()) - 1}\n")
    acme.put_off()
    assert left(OTHER) == 0
    assert not (places / "hold").exists()


def test_words_nested_beyond_reading_keep_no_hosting_from_being_made_or_closed() -> None:
    """RFC 8555, 6.7.1: a problem has subproblems. mod_md's reader takes 2,048 levels, Python's less than 1,000."""
    ended(ONE, LIMITED)
    deep = {"last": {"problem": LIMITED, "detail": "", "subproblems": "deep"}}
    text = json.dumps(deep).replace('"deep"', "[" * 2000 + "]" * 2000)
    (names.ACME_STORE / "staging" / ONE / "job.json").write_text(text)
    ended(OTHER, LIMITED, f'for "{OTHER}", {retry_after(2 * HOUR)}')
    acme.put_off()
    assert left(OTHER) == pytest.approx(2 * HOUR, abs=3)


def test_words_without_end_are_not_read() -> None:
    ended(ONE, LIMITED, " " * acme.JOB_MAX)
    assert acme.job(names.ACME_STORE / "staging" / ONE) == {}
    ended(ONE, LIMITED, " " * (acme.JOB_MAX // 2))
    assert acme.last_in(acme.job(names.ACME_STORE / "staging" / ONE))["problem"] == LIMITED


@pytest.mark.parametrize("name", ["a b", f"x 1\n* {FAR_OFF}\ny", "é.test", "*"], ids=repr)
def test_a_folder_that_apaches_account_made_adds_no_line_to_what_root_keeps(name: str) -> None:
    ended(name, LIMITED, "exact set of identifiers")
    ended(ONE, LIMITED, f'for "{ONE}"')
    for _ in range(2):
        acme.put_off()
    assert acme.held().keys() == {ONE}


@pytest.mark.parametrize("line", ["* soon", "*", "\xff 1", "* -1", f"* {10**40}"])
def test_a_hold_written_wrong_by_hand_stops_nobody(places: Path, line: str) -> None:
    (places / "hold").write_bytes(f"{line}\n{OTHER} {int(time.time()) + HOUR}\n".encode("latin-1"))
    assert acme.held().keys() == {OTHER}


@pytest.mark.parametrize("text", ["", "[]", '{"last": "x"}', '{"last": {"problem": "urn:ietf:params:acme:error:dns"}}'])
def test_other_failures_and_half_written_words_put_nothing_off(text: str) -> None:
    folder = names.ACME_STORE / "staging" / ONE
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(text)
    acme.put_off()
    assert acme.held() == {}

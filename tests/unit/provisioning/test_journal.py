"""A request whose answer was lost is asked again and done once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from provisioning.agent import journal as journal_module
from provisioning.agent.journal import Journal
from provisioning.plan import ErrorCode, ServerError

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SLUG = "e-arsip"
LINE = b'{"id": "...", "secrets": {"sftp_password": "Rahasia-sekali-9"}}\n'


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setattr("os.fchown", lambda *_: None)  # root's ownership is the lab's to test
    return Journal(tmp_path)


def test_a_new_request_has_no_answer_yet(journal: Journal) -> None:
    assert journal.begin(ID, SLUG, LINE) is None


def test_a_repeated_request_gets_the_first_answer(journal: Journal) -> None:
    journal.begin(ID, SLUG, LINE)
    journal.finish(ID, {"changed": True})
    assert journal.begin(ID, SLUG, LINE) == {"changed": True}


def test_a_request_that_was_killed_is_done_again(journal: Journal) -> None:
    journal.begin(ID, SLUG, LINE)
    assert journal.begin(ID, SLUG, LINE) is None


def test_an_id_is_not_used_for_something_else(journal: Journal) -> None:
    journal.begin(ID, SLUG, LINE)
    with pytest.raises(ServerError) as refusal:
        journal.begin(ID, SLUG, LINE.replace(b"9", b"8"))
    assert refusal.value.code is ErrorCode.REQUEST_REUSED


def test_what_an_agent_of_version_1_noted_holds(journal: Journal, tmp_path: Path) -> None:
    journal.begin(ID, SLUG, LINE)
    entry = tmp_path / "journal" / f"{ID}.json"
    entry.write_text('{"mark": "of the whole request", "result": {"changed": true}}')
    assert journal.begin(ID, SLUG, LINE) == {"changed": True}
    entry.write_text('{"mark": "of the whole request", "result": null}')
    assert journal.begin(ID, SLUG, LINE) is None
    journal.finish(ID, {"changed": False})
    assert journal.begin(ID, SLUG, LINE) == {"changed": False}


def test_of_a_removed_hosting_only_the_ids_stay_and_no_late_copy_is_done_again(
    journal: Journal, tmp_path: Path
) -> None:
    finished, begun, neighbour = ID, ID.replace("6", "7"), ID.replace("6", "8")
    journal.begin(finished, SLUG, LINE)
    journal.finish(finished, {"changed": True})
    journal.begin(begun, SLUG, LINE)
    journal.begin(neighbour, "e-arsip-2", LINE)
    journal.finish(neighbour, {"plan": {"notes": ["beside e-arsip"]}})
    journal.bury(SLUG)
    written = {path.stem: path.read_bytes() for path in (tmp_path / "journal").glob("*.json")}
    assert [written[buried] for buried in (finished, begun)] == [b"", b""]
    for late in (finished, begun):
        with pytest.raises(ServerError) as refusal:
            journal.begin(late, SLUG, LINE)
        assert refusal.value.code is ErrorCode.REQUEST_OUTDATED
    assert journal.begin(neighbour, "e-arsip-2", LINE) == {"plan": {"notes": ["beside e-arsip"]}}


def test_what_an_older_agent_noted_of_a_removed_hosting_goes_too(journal: Journal, tmp_path: Path) -> None:
    journal.begin(ID, SLUG, LINE)
    entry = tmp_path / "journal" / f"{ID}.json"
    entry.write_text('{"content": "a digest", "result": {"plan": {"slug": "e-arsip"}}}')
    journal.bury(SLUG)
    assert entry.read_bytes() == b""


def test_no_secret_is_written_down(journal: Journal, tmp_path: Path) -> None:
    journal.begin(ID, SLUG, LINE)
    journal.finish(ID, {"changed": True})
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Rahasia" not in written
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*.json"))


def test_old_answers_are_dropped_but_never_all(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "KEEP_LEAST", 2)
    ids = [ID.replace("6", str(number)) for number in range(4)]
    for number, each in enumerate(ids):
        journal.begin(each, SLUG, LINE)
        old = time.time() - journal_module.KEEP_SECONDS - 1 - number  # or it is the clock that is wrong
        os.utime(tmp_path / "journal" / f"{each}.json", (old, old))
    journal.prune()
    assert {path.stem for path in (tmp_path / "journal").glob("*.json")} == {*ids[:2]}

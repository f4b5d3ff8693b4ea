"""Whatever somebody with the database's file does to the ledger, the auditor is told which line it was done to."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import json
from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError

from tests.by_hand import ByHand, by_hand
from tests.databases import KINDS, Cluster, session_database
from tests.unit.record.conftest import behind_its_back
from workflows.record import checkpoint
from workflows.record.audit import AuditResult, audit
from workflows.record.checkpoint import Checkpoint
from workflows.record.signing import OfficeKey
from workflows.store import ledger, migrations
from workflows.store.ledger_line import FIRST, LedgerLine
from workflows.store.tables import LedgerEntry
from workflows.store.unit_of_work import Database

LINES = 7
OTHER_VALUES: dict[str, list[object]] = {
    "at": ["2020-01-01 00:00:00.000000", "yesterday", ""],
    "person_id": [99, None, "one"],
    "mandate_id": [99, None],
    "action": ["never.happened", "", b"\x00"],
    "case_id": [99, None],
    "data": ['{"place": 99}', "{}", "null", "{", "[1]"],
    "previous": ["0" * 63 + "1", "", "none"],
    "hash": ["0" * 63 + "1", "", "none"],
}
NO_SUCH_VALUE = [("at", ""), ("person_id", "one"), ("data", "{")]
"""PostgreSQL knows what a column holds; SQLite takes anything."""
FIELD_CHANGES = [(column, value) for column, values in OTHER_VALUES.items() for value in values]


def test_every_field_is_tampered_with_below() -> None:
    assert {*OTHER_VALUES, "sequence"} == set(LedgerEntry.__table__.columns.keys())


@pytest.fixture(scope="module", params=KINDS)
async def written(request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database whose ledger has `LINES` lines; as they are written they also lie in a table `kept`."""
    in_a_file = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('ledger')}/layanan.db"
    database = Database(session_database(cluster, request.param) or in_a_file)
    await migrations.upgrade(database)
    for place in range(1, LINES + 1):
        async with database.write() as work:
            await ledger.append(
                work, f"step.{place}", person_id=place, mandate_id=place, case_id=place, data={"place": place}
            )
    await database.close()
    with by_hand(database.url) as prompt:
        prompt.run("CREATE TABLE kept AS SELECT * FROM ledger")
    return database.url


@pytest.fixture
def url(written: str) -> Iterator[str]:
    """The database to tamper with; what was done to its ledger is undone when the test ends."""
    yield written
    with behind_its_back(written) as database:
        database.run("DELETE FROM ledger")
        database.run("INSERT INTO ledger SELECT * FROM kept")


@pytest.fixture(scope="module")
def key() -> OfficeKey:
    return OfficeKey(Ed25519PrivateKey.generate())


@pytest.mark.parametrize("data", ['{"place": 99, "place": 3}', '{"place": 99, "place" : 3}'])
async def test_a_value_put_before_the_true_one_is_found(url: str, data: str) -> None:
    """Our reader takes the last of two values, SQLite's `json_extract` the first."""
    with behind_its_back(url) as database:
        database.run("UPDATE ledger SET data = ? WHERE sequence = 3", data)
        if url.startswith("sqlite"):
            assert database.rows("SELECT json_extract(data, '$.place') FROM ledger WHERE sequence = 3") == [(99,)]
    assert told(await audited(url)) == {3: "its content was changed"}


async def audited(url: str, *checkpoints: Checkpoint) -> AuditResult:
    async with opened(url) as database, database.read() as work:
        return await audit(ledger.lines(work), checkpoints)


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def checkpoint_of(url: str, key: OfficeKey) -> Checkpoint:
    verdict = await audited(url)
    return checkpoint.make(key, verdict.lines, verdict.root, dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC))


def told(verdict: AuditResult) -> dict[int, str]:
    return {fault.sequence: fault.reason for fault in verdict.faults}


async def test_an_untouched_ledger_is_whole(url: str, key: OfficeKey) -> None:
    seen = await checkpoint_of(url, key)
    verdict = await audited(url, seen)
    assert (verdict.lines, verdict.faults, verdict.held) == (LINES, (), (seen,))


@pytest.mark.parametrize("place", range(1, LINES + 1))
@pytest.mark.parametrize(("column", "value"), FIELD_CHANGES)
async def test_a_changed_field_is_found_in_its_line_alone(url: str, place: int, column: str, value: object) -> None:
    if url.startswith("postgresql") and (column, value) in NO_SUCH_VALUE:
        with pytest.raises(DBAPIError), behind_its_back(url) as database:
            database.run(f"UPDATE ledger SET {column} = ? WHERE sequence = ?", value, place)
        return
    with behind_its_back(url) as database:
        database.run(f"UPDATE ledger SET {column} = ? WHERE sequence = ?", value, place)
    found = told(await audited(url))
    assert found == {place: _reason(column, place)}


def _reason(column: str, place: int) -> str:
    if column == "previous":
        return "its link to the line before it was changed"
    if column == "hash" and place < LINES:
        return "the hash beside it was changed"
    return "its content was changed"


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(range(1, LINES + 1), 2)))
async def test_lines_that_changed_places_are_both_named(url: str, first: int, second: int) -> None:
    with behind_its_back(url) as database:
        for one, other in ((first, -1), (second, first), (-1, second)):
            database.run("UPDATE ledger SET sequence = ? WHERE sequence = ?", other, one)
    found = told(await audited(url))
    assert found[first] == f"it was written as line {second}; lines were put into another order"
    assert found[second] == f"it was written as line {first}; lines were put into another order"


@pytest.mark.parametrize(("first", "last"), list(itertools.combinations_with_replacement(range(1, LINES), 2)))
async def test_lines_taken_from_the_middle_are_named(url: str, first: int, last: int) -> None:
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence BETWEEN ? AND ?", first, last)
    missing = "it is missing" if first == last else f"it and all up to line {last} are missing"
    assert told(await audited(url)) == {first: missing}


@pytest.mark.parametrize("kept", range(LINES))
async def test_a_tail_cut_off_is_shown_by_a_checkpoint(url: str, key: OfficeKey, kept: int) -> None:
    seen = await checkpoint_of(url, key)
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence > ?", kept)
    assert told(await audited(url)) == {}  # nothing in what is left could show it
    lines = "it was" if kept == LINES - 1 else f"it and all up to line {LINES} were"
    reason = f"{lines} taken away; the checkpoint of {seen.at} saw {LINES} lines"
    assert told(await audited(url, seen)) == {kept + 1: reason}


@pytest.mark.parametrize("place", range(1, LINES + 1))
async def test_a_line_put_in_is_found_where_it_stands(url: str, place: int) -> None:
    with behind_its_back(url) as database:
        for sequence in range(LINES, place - 1, -1):
            database.run("UPDATE ledger SET sequence = ? WHERE sequence = ?", sequence + 1, sequence)
        _put(database, place, _hash_before(database, place))
    found = told(await audited(url))
    assert min(found) == place + 1  # the new one is well made; the lines behind it have another number than they had
    assert set(found.values()) == {
        f"it was written as line {n}; lines were put into another order" for n in range(place, LINES + 1)
    }


async def test_a_line_before_the_first_is_found(url: str) -> None:
    with behind_its_back(url) as database:
        _put(database, 0, FIRST)
    assert told(await audited(url))[0] == "no line has this number; it was put in"


@pytest.mark.parametrize("place", range(1, LINES))
async def test_a_line_made_anew_with_its_hash_breaks_the_link_behind_it(url: str, place: int) -> None:
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence = ?", place)
        _put(database, place, _hash_before(database, place))
    assert told(await audited(url)) == {place + 1: f"it does not follow line {place} as that stands"}


@pytest.mark.parametrize("place", range(1, LINES + 1))
async def test_a_whole_new_chain_is_shown_by_a_checkpoint(url: str, key: OfficeKey, place: int) -> None:
    """Who can write and knows the rule can make every hash fit again; what lies elsewhere cannot be made to fit."""
    seen = await checkpoint_of(url, key)
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence >= ?", place)
        for sequence in range(place, LINES + 1):
            _put(database, sequence, _hash_before(database, sequence))
    assert told(await audited(url)) == {}
    assert told(await audited(url, seen)) == {
        1: f"lines up to {LINES} are not those that the checkpoint of {seen.at} saw"
    }


async def test_the_last_checkpoint_that_holds_says_how_far_the_ledger_is_trusted(url: str, key: OfficeKey) -> None:
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence > 3")
    early = await checkpoint_of(url, key)
    with behind_its_back(url) as database:
        database.run("INSERT INTO ledger SELECT * FROM kept WHERE sequence > 3")
    late = await checkpoint_of(url, key)
    with behind_its_back(url) as database:
        database.run("DELETE FROM ledger WHERE sequence >= 5")
        for sequence in range(5, LINES + 1):
            _put(database, sequence, _hash_before(database, sequence))
    verdict = await audited(url, late, early)
    assert verdict.held == (early,)
    assert told(verdict) == {4: f"lines up to {LINES} are not those that the checkpoint of {late.at} saw"}


async def test_many_faults_are_counted_and_the_first_are_named(url: str) -> None:
    with behind_its_back(url) as database:
        for sequence in range(LINES + 1, 60):
            _put(database, sequence, _hash_before(database, sequence))
        database.run("UPDATE ledger SET action = 'x'")
    verdict = await audited(url)
    assert verdict.fault_count == 59
    assert [fault.sequence for fault in verdict.faults] == list(range(1, 21))


async def test_an_audit_of_many_lines_keeps_nobody_waiting(url: str) -> None:
    """The bot audits by day, in the process that answers people: it must give way, however long the ledger is."""
    many = ledger.PAGE * 10
    with behind_its_back(url) as database:
        for sequence in range(LINES + 1, many + 1):
            _put(database, sequence, _hash_before(database, sequence))
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def turns_at_each_line(lines: AsyncIterator[tuple[LedgerLine, str]]) -> list[int]:
        return [turns async for _ in lines]

    other = asyncio.create_task(somebody_else())
    async with opened(url) as database_, database_.read() as work:
        seen = await turns_at_each_line(ledger.lines(work))
    other.cancel()
    assert len(seen) == many
    assert max(seen.count(turn) for turn in set(seen)) <= ledger.PAGE  # lines on end without a turn for others


def _put(database: ByHand, sequence: int, previous: str) -> None:
    line = LedgerLine(
        sequence=sequence,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        person_id=1,
        mandate_id=None,
        action="forged",
        case_id=None,
        data={},
        previous=previous,
    )
    row = (sequence, "2026-01-01 00:00:00.000000", 1, None, "forged", None, json.dumps({}), previous, line.digest())
    database.run("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)


def _hash_before(database: ByHand, sequence: int) -> str:
    found = database.rows("SELECT hash FROM ledger WHERE sequence = ?", sequence - 1)
    return str(found[0][0]) if found else FIRST

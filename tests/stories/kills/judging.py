"""Whether a case in which the bot died is as whole as one that it lived through: each rule is a thing somebody sees."""

from __future__ import annotations

import collections
import json

from provisioning.lab import LabServer
from tests.stories.kills.playing import RESENT, Played, what_stands
from tests.stories.registers import registers_are_whole
from tests.stories.town import Town

SENDS = "kind NOT IN ('delete', 'strip', 'commands')"  # what may be seen twice; the others do no harm twice


async def judge(town: Town, played: Played, undisturbed: Played) -> None:
    """Fail where somebody could notice that the bot died."""
    for role in town.phones:
        _each_message_once(town, played, role)
        _all_was_said(played, undisturbed, role)
    await _presses_were_answered(town)
    steps, as_usual = (town.steps_taken(one.case) for one in (played, undisturbed))
    assert sorted(steps) == sorted(as_usual)
    assert max(collections.Counter(steps).values()) == 1
    registers_are_whole(town)
    _letters_are_one_each(town, played)
    _nothing_is_left_open(town)
    assert town.server is not None
    _one_work_on_the_server(town.server, played.name)
    assert await town.ledger_fault() is None
    assert await town.undeclared_refusals() == []
    assert town.bot.complaints() == []


def _each_message_once(town: Town, played: Played, role: str) -> None:
    """A chat has each message once, but for copies of what was in doubt, and the copy says that it is one.

    In doubt is at most one send of a chat at each death: a chat's messages go one after another. One that came twice
    bears no mark only where there was nothing left to send again.
    """
    query = f"SELECT message_id, state, attempts FROM outbox WHERE doubtful AND chat_id = ? AND id > ? AND {SENDS}"
    in_doubt = town.rows(query, town[role].id, played.since)
    assert len(in_doubt) <= played.deaths, role
    marked = {message.id for message in played.chats[role] if RESENT in message.versions[0].text}
    assert marked <= {message for message, _, _ in in_doubt}, role
    excused = sum(tries - 1 for message, state, tries in in_doubt if message in marked or state == "dropped")
    copies = [message.text for message in played.copies[role]]
    assert len(copies) <= excused, (role, copies)


def _all_was_said(played: Played, undisturbed: Played, role: str) -> None:
    """In the end a chat shows what it shows where nothing happened."""
    found, expected = (collections.Counter(what_stands(one, role)) for one in (played, undisturbed))
    assert (found - expected, expected - found) == ({}, {}), role


async def _presses_were_answered(town: Town) -> None:
    """A press is answered but where the bot died between doing it and saying so: at most one a chat and death."""
    assert len(await town.sandbox.unanswered()) <= town.bot.kills * len(town.phones)


def _letters_are_one_each(town: Town, played: Played) -> None:
    rows = town.rows(
        "SELECT letters.kind, letters.number FROM letters JOIN cases ON cases.id = case_id WHERE cases.number = ?",
        played.case,
    )
    kinds = collections.Counter(kind for kind, _ in rows)
    assert max(kinds.values()) == 1, kinds
    ours = "SELECT number FROM register_entries WHERE register = 'surat_keluar'"
    taken = [number for (number,) in town.rows(ours)]
    used = [number for (number,) in town.rows(f"SELECT number FROM letters WHERE number IN ({ours})")]
    assert sorted(taken) == sorted(used)
    assert len(set(used)) == len(used)


def _nothing_is_left_open(town: Town) -> None:
    for query in (
        "SELECT update_id, error FROM inbox WHERE done_at IS NULL OR error IS NOT NULL",
        "SELECT id, kind FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'",
        "SELECT id, state, attempt, error FROM jobs WHERE state != 'done' OR attempt != 1",
        "SELECT id, kind FROM letters WHERE paper_id IS NULL",
        "SELECT person_id, form FROM drafts",
    ):
        assert town.rows(query) == [], query


def _one_work_on_the_server(server: LabServer, slug: str) -> None:
    """The agent was at the hosting once: one request, carried out in one go, no change made twice."""
    log = server.get(f"/var/lib/layanan/log/{slug}.log").decode()
    entries = [json.loads(line) for line in log.splitlines()]
    assert [entry["event"] for entry in entries if entry["event"] != "change"] == ["begin", "done"], entries
    changes = collections.Counter((entry["part"], entry["summary"]) for entry in entries if entry["event"] == "change")
    assert max(changes.values()) == 1, changes
    journal = server.run(f'grep -l \'"slug":"{slug}"\' /var/lib/layanan/journal/*.json').stdout.split()
    assert len(journal) == 1, journal

"""Whether a case in which the bot died is as whole as one that it lived through; each fault is one somebody sees."""

from __future__ import annotations

import collections
import json
from collections.abc import Iterator

from provisioning.lab import LabServer
from tests.stories.kills.playing import Played, is_marked, what_stands
from tests.stories.registers import registers_are_whole
from tests.stories.town import Town

SENDS = "kind NOT IN ('delete', 'strip', 'commands')"  # what may be seen twice; the others do no harm twice
NEVER = (
    "SELECT update_id, error FROM inbox WHERE done_at IS NULL OR error IS NOT NULL",
    "SELECT id, kind FROM outbox WHERE state IN ('pending', 'sending') AND kind != 'delete'",
    "SELECT id, state, attempt, error FROM jobs WHERE state != 'done' OR attempt != 1",
    "SELECT id, kind FROM letters WHERE paper_id IS NULL",
    "SELECT person_id, form FROM drafts",
)


async def faults(town: Town, played: Played, undisturbed: Played) -> list[str]:
    """Return what somebody could notice of the bot's deaths in a case."""
    assert town.server is not None
    registers_are_whole(town)
    found = [*_in_the_record(town, played, undisturbed), *_on_the_server(town.server, played.name)]
    return [*found, *await faults_of_any(town, played, undisturbed)]


async def faults_of_any(town: Town, played: Played, undisturbed: Played) -> list[str]:
    """Return what somebody could notice in the chats, what is left open, and what the bot and Telegram complain of."""
    found = [*_in_chats(town, played, undisturbed), *_left_open(town)]
    if (fault := await town.ledger_fault()) is not None:
        found.append(f"ledger: {fault}")
    unanswered = len(await town.sandbox.unanswered())
    if unanswered > town.bot.kills:  # an answer that a death cut off is not given later: the card tells it too
        found.append(f"{unanswered} presses were not answered")
    return [*found, *await town.undeclared_refusals(), *town.bot.complaints()]


def _in_chats(town: Town, played: Played, undisturbed: Played) -> Iterator[str]:
    """In the end each chat shows what it shows where nothing happened, and showed each message once meanwhile."""
    for role in town.phones:
        found, unmarked, expected = (
            collections.Counter(texts)
            for texts in (
                what_stands(played, role),
                what_stands(played, role, marked=False),
                what_stands(undisturbed, role),
            )
        )
        yield from (f"{role} has {text!r} too often" for text in unmarked - expected)
        yield from (f"{role} lacks {text!r}" for text in expected - found)
        yield from _copies(town, played, role)


def _copies(town: Town, played: Played, role: str) -> Iterator[str]:
    """What was in doubt may have come twice, and the copy says so.

    In doubt is at most one send of a chat at each death: a chat's messages go one after another. What came twice bears
    no mark only where there was nothing left to send again.
    """
    query = f"SELECT message_id, state, attempts FROM outbox WHERE doubtful AND chat_id = ? AND id > ? AND {SENDS}"
    in_doubt = town.rows(query, town[role].id, played.since)
    if len(in_doubt) > played.deaths:
        yield f"{role}: {len(in_doubt)} messages were in doubt after {played.deaths} deaths"
    marked = {message.id for message in played.chats[role] if is_marked(message)}
    if not marked <= {message for message, _, _ in in_doubt}:
        yield f"{role}: something that was not in doubt says that it is sent again"
    excused = sum(tries - 1 for message, state, tries in in_doubt if message in marked or state == "dropped")
    if len(played.copies[role]) > excused:
        yield f"{role}: copies without a mark among {[message.text for message in played.copies[role]]}"


def _in_the_record(town: Town, played: Played, undisturbed: Played) -> Iterator[str]:
    """Each step was done once, each letter written once, each number used once."""
    steps, usual = (collections.Counter(town.steps_taken(one.case)) for one in (played, undisturbed))
    if steps != usual or max(steps.values()) > 1:
        yield f"steps: {steps} instead of {usual}"
    letters = "SELECT kind FROM letters JOIN cases ON cases.id = case_id WHERE cases.number = ?"
    kinds, expected = (collections.Counter(town.rows(letters, one.case)) for one in (played, undisturbed))
    if kinds != expected or max(kinds.values()) > 1:
        yield f"letters: {kinds} instead of {expected}"
    taken = "SELECT number FROM register_entries WHERE register = 'surat_keluar'"
    numbers = collections.Counter(town.rows(f"SELECT number FROM letters WHERE number IN ({taken})"))
    if numbers != collections.Counter(set(town.rows(taken))):
        yield f"letter numbers: {numbers}"


def _left_open(town: Town) -> Iterator[str]:
    for query in NEVER:
        yield from (f"{query}: {row}" for row in town.rows(query))


def _on_the_server(server: LabServer, slug: str) -> Iterator[str]:
    """The agent was at the hosting once: one request, carried out in one go, no change made twice."""
    log = server.get(f"/var/lib/layanan/log/{slug}.log").decode()
    entries = [json.loads(line) for line in log.splitlines()]
    events = [entry["event"] for entry in entries if entry["event"] != "change"]
    if events != ["begin", "done"]:
        yield f"the agent's log: {events}"
    changes = collections.Counter((entry["part"], entry["summary"]) for entry in entries if entry["event"] == "change")
    yield from (f"the agent did it {count} times: {change}" for change, count in changes.items() if count > 1)
    journal = server.run(f'grep -l \'"slug":"{slug}"\' /var/lib/layanan/journal/*.json', check=False).stdout.split()
    if len(journal) != 1:
        yield f"the agent's journal: {journal}"

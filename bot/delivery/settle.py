"""What is noted of an attempt, inside the sender's transaction."""

from __future__ import annotations

import datetime as dt
from typing import assert_never

import structlog

from bot.delivery import topics
from bot.delivery.outcome import Again, Covered, Dropped, Moved, Outcome, Sent, Untopiced, Wait
from workflows.people import engineers_group, members
from workflows.store import drafts, inbox, outbox, people
from workflows.store.tables import MessageState, OutboxMessage
from workflows.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

UNDELIVERED = "undelivered"  # begins the key of a notice about another message
ASK_AGAIN_SECONDS = 1.0  # where a chat that refused us spoke meanwhile
TELLS_NOTHING = frozenset({"delete", "strip", "react", "commands", topics.TOPIC})  # kinds that say nothing to anybody


async def settle(work: UnitOfWork, row: OutboxMessage, outcome: Outcome) -> None:
    """Write down what came of an attempt; what follows from it becomes outbox rows of its own."""
    match outcome:
        case Sent():
            await _sent(work, row, outcome)
        case Covered():
            row.state, row.message_id = MessageState.PENDING, outcome.message_id
            row.attempts -= 1
            await _delete_after(work, row, outcome.delete_after)
        case Again():
            row.state = MessageState.PENDING
            row.not_before = work.now + dt.timedelta(seconds=outcome.seconds)
            row.error = outcome.error[:500]
            row.doubtful = row.doubtful or outcome.doubtful
            log.warning("outbox_again", row=row.id, kind=row.kind, attempts=row.attempts, error=row.error)
        case Wait():
            row.state = MessageState.PENDING
            row.attempts -= 1
            row.not_before = work.now + dt.timedelta(seconds=outcome.seconds)
        case Dropped():
            await _dropped(work, row, outcome)
        case Moved():
            row.state = MessageState.PENDING
            await work.flush()
            await engineers_group.moved(work, row.chat_id, outcome.chat_id)
            await outbox.move_chat(work, row.chat_id, outcome.chat_id)
        case Untopiced():
            await topics.make_first(work, row, outcome)
        case _:
            assert_never(outcome)
    if row.kind == "letter":  # a step may have waited for it
        work.wake("deliveries")


async def _sent(work: UnitOfWork, row: OutboxMessage, sent: Sent) -> None:
    row.state, row.sent_at, row.error = MessageState.SENT, work.now, None
    row.message_id = sent.message_id
    if sent.once_sent is not None:
        await sent.once_sent(work)
    if sent.message_id is None:
        return
    if sent.subject is not None:
        await _stands(work, row, sent.subject, sent.message_id, sent)
    await _delete_after(work, row, sent.delete_after)


async def _delete_after(work: UnitOfWork, row: OutboxMessage, life: dt.timedelta | None) -> None:
    if life is not None and row.message_id is not None:
        await outbox.delete_later(work, row.chat_id, row.message_id, work.now + life)


async def _stands(work: UnitOfWork, row: OutboxMessage, subject: str, message_id: int, sent: Sent) -> None:
    """Note that a message shows its subject now, and let the one before it go."""
    replaced = await outbox.set_card(work, row.chat_id, subject, message_id, sent.shown)
    if replaced is not None:
        await outbox.put_on_message(work, row.chat_id, "strip" if sent.strip_old else "delete", replaced)
    late = row.doubtful and row.kind == "form" and not sent.last and await _is_over(work, row.chat_id)
    if late:
        await outbox.put_on_message(work, row.chat_id, "delete", message_id)
    if sent.last or late:
        await outbox.forget_card(work, row.chat_id, subject)


async def _is_over(work: UnitOfWork, chat_id: int) -> bool:
    """Whether a chat's form has ended: by a press on the first copy of its message, while the second was on the way."""
    person = await people.by_telegram_id(work, chat_id)
    return person is None or await drafts.under_way(work, person.id) is None


async def _dropped(work: UnitOfWork, row: OutboxMessage, dropped: Dropped) -> None:
    if dropped.blocked and await _spoke_meanwhile(work, row):
        await settle(work, row, Again(ASK_AGAIN_SECONDS, dropped.error))
        return
    if row.is_for_group and dropped.blocked:  # out of a group: it was told by nobody that it is wanted there again
        row.state, row.error = MessageState.DROPPED, dropped.error[:500]
        await engineers_group.unlink(work, row.chat_id)
        return
    if row.kind == topics.TOPIC:
        await engineers_group.keep_topic(work, row.chat_id, row.params["server"], engineers_group.GENERAL)
    row.state = MessageState.HELD if dropped.blocked else MessageState.DROPPED
    row.error = dropped.error[:500]
    if dropped.blocked:
        log.info("outbox_held", row=row.id, kind=row.kind, error=row.error)
        await members.lost(work, row.chat_id, is_deleted="deactivated" in row.error)
    elif not dropped.called:  # over before it was said: no defect of ours
        log.info("outbox_dropped", row=row.id, kind=row.kind, error=row.error)
    else:
        log.error("outbox_dropped", row=row.id, kind=row.kind, error=row.error)
        await _tell_undelivered(work, row)


async def _spoke_meanwhile(work: UnitOfWork, row: OutboxMessage) -> bool:
    """Whether a chat said something while we were refused there: that it begins, or that it blocks us, or neither."""
    return row.attempted_at is not None and await inbox.spoke_since(work, row.chat_id, row.attempted_at)


async def _tell_undelivered(work: UnitOfWork, row: OutboxMessage) -> None:
    """Tell the administrators of a message that Telegram will not take, but not of one that told of another."""
    if row.kind in TELLS_NOTHING or (row.key or "").startswith(UNDELIVERED):
        return
    person = await people.by_telegram_id(work, row.chat_id)
    params = {"nama": person.name if person else str(row.chat_id), "galat": row.error}
    for admin in await members.admins(work):
        if admin.telegram_id is not None:
            key = f"{UNDELIVERED}:{row.id}:{admin.id}"
            await outbox.put_notice(work, admin.telegram_id, "kiriman.tidak_terkirim", params, key=key)

"""The named effects that SOP descriptions may put on a button or an event, and what each of them does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from workflows.agenda import case_entries
from workflows.cases import handover, opinions
from workflows.cases.case_context import CaseContext
from workflows.casework import disposition, failed_job
from workflows.correspondence import issue
from workflows.hosting import change, opening, receiving, reserve, undo

Effect = Callable[[CaseContext, Mapping[str, str]], Awaitable[None]]

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "write_request_letter": ("letter",),
    "issue_letter": ("letter",),
    "note_disposition": ("form", "as"),
    "send_letter": ("letter", "to"),
    "send_again": ("letter", "to"),
    "tell": ("to", "text"),
    "invite_team": ("role", "to"),
    opinions.EFFECT: ("role",),
}
"""What an effect must be given by the description."""

PERSONAL = frozenset({"note_disposition"})
"""Effects that tell of whoever pressed: only a button has them, no event."""

EFFECTS: Mapping[str, Effect] = {
    "write_request_letter": issue.write_request,
    "send_letter": handover.send_letter,
    "send_again": handover.send_again,
    "tell": handover.tell,
    "invite_team": handover.invite_team,
    "allot_agenda": case_entries.allot_number,
    "note_disposition": disposition.dispose,
    opinions.EFFECT: opinions.ask_opinions,
    "reserve_capacity": reserve.reserve,
    "release_capacity": reserve.release,
    "issue_letter": issue.issue,
    "want_hosting": opening.want,
    "alert_engineers": failed_job.alert_engineers,
    "retry_job": failed_job.retry,
    "take_over": failed_job.take_over,
    "cancel_job": failed_job.cancel,
    "ask_receiving_opd": receiving.ask_receiving_opd,
    "note_receivers_letter": receiving.note_letter,
    "tell_receiver": receiving.tell_receiver,
    "change_hosting": change.change_hosting,
    "cancel_change": undo.cancel_change,
}

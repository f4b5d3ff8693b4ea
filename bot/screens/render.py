"""One outbox row made into what the chat is shown, from the newest state: what is late is never stale."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Awaitable, Callable, Mapping

from telegram import ReplyKeyboardRemove

from bot.app import App
from bot.forms.form_specs import confirm_text
from bot.forms.open_draft import open_draft
from bot.language import spoken
from bot.orders.registry import ORDERS
from bot.refusals import refusal
from bot.screens import form
from bot.screens.cases import reminders
from bot.screens.cases.case import case_screen, confirm_screen
from bot.screens.cases.details import card_details, change_details, people_in
from bot.screens.cases.job import alert_screen, progress_screen
from bot.screens.hosting import credential_sheet, fitness, moving
from bot.screens.hosting.credentials import credentials_screen
from bot.screens.hosting.ordered import ordered_screen
from bot.screens.letters import papers, to_sign
from bot.screens.registry import named_screen
from bot.screens.screen import DocumentScreen, Rendered, Screen
from bot.screens.upkeep import backups, drift, malware, status
from bot.texts import html
from workflows.hosting import credentials
from workflows.hosting.credentials import CredentialSource
from workflows.people import engineers_group
from workflows.people.duty import first_engineer
from workflows.people.insiders import sees_all
from workflows.people.languages import Language, language_of
from workflows.people.members import Member, today, whois
from workflows.refusal import Refused
from workflows.roles import ENGINEER
from workflows.store import cases, outbox, people
from workflows.store.tables import OutboxMessage
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.case import CaseView, case_view, may_see
from workflows.views.drift import findings_on, repair_view
from workflows.views.jobs import job_of_case, job_view, order_view

Renderer = Callable[[App, UnitOfWork, OutboxMessage, Member | None], Awaitable[Rendered]]  # the member reads it


class Guard(enum.Enum):
    """Who looks, when a message goes out, whether its reader may still read it."""

    CASE = "case"  # `render`: the reader must be one who sees the row's case today
    OWN = "own"  # the renderer, which knows what it shows
    NONE = "none"  # nobody: it holds nothing but what was said to this person when it was written


async def render(app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return what to send for a row, or None where there is nothing to show any more. Raises `KeyError`.

    It is said in the language of whoever it goes to.
    """
    if row.is_for_group:
        with spoken(Language.INDONESIAN):
            return await _in_group(app, work, row)
    member = await whois(work, row.chat_id)
    with spoken(language_of(member) if member is not None else Language.INDONESIAN):
        return await _rendered(app, work, row, member)


async def _in_group(app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return what an engineer reads, without buttons: nobody knows who reads it there."""
    if row.kind == engineers_group.NOTICE:
        return await _rendered(app, work, row, None)
    group = await engineers_group.linked(work)
    is_for_it = row.kind in FOR_GROUP or (row.kind == "screen" and row.params.get("name") in SCREENS_FOR_GROUP)
    if group is None or group.chat_id != row.chat_id or not is_for_it:
        return None
    screen = await _rendered(app, work, row, await first_engineer(work))
    if not isinstance(screen, Screen):
        return None
    return dataclasses.replace(screen, keyboard=None, cover="", once_sent=None, edit_message=None)


async def _rendered(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    guard, renderer = RENDERERS[row.kind]
    if guard is Guard.CASE and not await _may_see(app, work, row, member):
        return None
    screen = await renderer(app, work, row, member)
    if isinstance(screen, Screen | DocumentScreen):
        return dataclasses.replace(screen, resent_note=html("umum.dikirim_ulang"))
    return screen


async def _may_see(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> bool:
    """Whether the reader may see the row's case today: an office can end while a message waits."""
    case = await cases.get(work, row.case_id) if row.case_id is not None else None
    return (
        member is not None
        and case is not None
        and may_see(app.office.sop(case.sop_code, case.sop_version), case, member)
    )


async def _notice(_app: App, _work: UnitOfWork, row: OutboxMessage, _member: Member | None) -> Rendered:
    keyboard = ReplyKeyboardRemove() if row.params.get("keyboard_away") else None
    return Screen(text=html(row.params["text"], **row.params.get("params", {})), keyboard=keyboard)


async def _card(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    loud, case = bool(row.params.get("loud")), row.params["case"]
    if not loud and await _is_overtaken(work, row):
        return None  # what comes next shows the same newest state
    view = await case_view(app.office, work, case, member) if member else None
    if member is None or view is None:
        return None
    question = await _question(work, view, row.params)
    if question is not None:
        return question
    names = {one: (await people.by_id(work, one)).name for one in people_in(view)}
    details = card_details(view, names, inside=sees_all(app.office, member))
    return case_screen(view, details, fresh=loud)


async def _is_overtaken(work: UnitOfWork, row: OutboxMessage) -> bool:
    newer = await outbox.later(work, row)
    return any(one.params["case"] == row.params["case"] and one.not_before <= work.now for one in newer)


async def _question(work: UnitOfWork, view: CaseView, params: MessageParams) -> Screen | None:
    """Return the question before what cannot be undone, as long as the case is as it was when it was asked."""
    action = next((one for one in view.actions if one.id == params.get("confirm")), None)
    if action is None or action.confirm is None or params.get("revision") != view.case.revision:
        return None
    return confirm_screen(view, action, await confirm_text(work, action, view.case.id), change_details(view))


async def _form(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    fresh = bool(row.params.get("fresh"))
    if (closed := row.params.get("closed")) is not None:
        return form.closed_screen(closed, row.params.get("params", {}), fresh=fresh)
    if any(later.params.get("fresh") or not fresh for later in await outbox.later(work, row)):
        return None  # one that failed before and was overtaken: what comes next shows the present question
    draft = await open_draft(app, work, member) if member else None
    if draft is None:
        return None
    return form.form_screen(draft.spec, draft.filling, fresh=fresh, today=today(work))


async def _screen(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    screen = await named_screen(app, work, member, row.params["name"], row.params.get("args", {}))
    if (edited := row.params.get("edit")) is None:
        return screen
    if screen is None:  # whoever pressed hears of it: the button is old, forged or of an office that has ended
        return Screen(text=html("umum.tombol_lama")) if member is not None else None
    return dataclasses.replace(screen, edit_message=edited)


async def _progress(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    view = await job_view(work, row.params["job"])
    return progress_screen(view, engineer=_is_engineer(member)) if view else None


async def _alert(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    view = await job_view(work, row.params["job"])
    if view is None or member is None or not _is_engineer(member):
        return None
    case = await case_view(app.office, work, view.case.id, member)
    newest = await job_of_case(work, view.case.id)
    stands = case is not None and newest is not None and newest.job.id == view.job.id
    return alert_screen(view, case.of_this_step if case and stands else (), stands=stands)


async def _drift(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    params = row.params
    found = await findings_on(work, params["server"], params.get("settled", ()))
    if found is None or not _is_engineer(member):
        return None
    return drift.drift_screen(found, fresh=bool(params.get("loud")))


async def _repair(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    view = await repair_view(work, row.params["job"])
    if view is None or not _is_engineer(member):
        return None
    return drift.repair_screen(view, fresh=bool(row.params.get("loud")))


async def _order(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    view = await order_view(work, row.params["job"])
    if view is None or member is None:
        return None
    engineer = _is_engineer(member)
    if not engineer and member.person.id != view.job.asked_by:
        return None
    order = ORDERS.get(view.job.action)
    then = ORDERS[order.follow_up.name] if order and order.follow_up else None
    return ordered_screen(view, order, then, engineer=engineer)


async def _backup_alert(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    engineer = _is_engineer(member)
    return await backups.alert(work, row.params["backup"]) if engineer else None


async def _credentials(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    place = CredentialSource.from_data(row.params)
    if member is None:
        return None
    try:
        hosting, revealed = await credentials.reveal(app.office, work, member, place)
    except Refused as refused:
        return Screen(text=html("umum.kalimat", sentence=refusal(refused)))
    person, shown = member, [one.credential for one in revealed]

    async def once_sent(sent: UnitOfWork) -> None:
        await credentials.destroy(sent, person, place, shown)

    return dataclasses.replace(credentials_screen(hosting.domain, revealed), once_sent=once_sent)


def _is_engineer(member: Member | None) -> bool:
    return member is not None and member.has(ENGINEER)


FOR_GROUP = frozenset({"notice", "alert", "order", "repair", "drift", "outage", "backup_alert"})
SCREENS_FOR_GROUP = frozenset({"custom_domain"})
RENDERERS: Mapping[str, tuple[Guard, Renderer]] = {
    "notice": (Guard.NONE, _notice),
    engineers_group.NOTICE: (Guard.NONE, _notice),
    "card": (Guard.OWN, _card),
    "form": (Guard.OWN, _form),
    "screen": (Guard.OWN, _screen),
    "progress": (Guard.CASE, _progress),
    "alert": (Guard.OWN, _alert),
    "drift": (Guard.OWN, _drift),
    "outage": (Guard.OWN, status.outage),
    "suspicion": (Guard.OWN, malware.suspicion),
    "repair": (Guard.OWN, _repair),
    "order": (Guard.OWN, _order),
    "credentials": (Guard.OWN, _credentials),
    "credential_sheet": (Guard.OWN, credential_sheet.to_print),
    "backup_alert": (Guard.OWN, _backup_alert),
    "digest": (Guard.OWN, reminders.digest),
    "reminder": (Guard.OWN, reminders.reminder),
    "escalation": (Guard.OWN, reminders.reminder),
    "paper": (Guard.CASE, papers.paper),
    "file": (Guard.CASE, papers.file),
    "office_file": (Guard.OWN, papers.office_file),
    "opd_file": (Guard.OWN, papers.opd_file),
    "own_file": (Guard.OWN, papers.own_file),
    "hosting_file": (Guard.OWN, papers.hosting_file),
    "letter": (Guard.CASE, papers.letter),
    "move": (Guard.OWN, moving.move),
    "fitness": (Guard.OWN, fitness.fitness_test),
    "fitness_report": (Guard.OWN, fitness.report),
    "secret_question": (Guard.OWN, to_sign.question),
    "to_sign": (Guard.OWN, to_sign.to_sign),
    "sign_reminder": (Guard.OWN, to_sign.reminder),
}

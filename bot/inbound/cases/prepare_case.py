"""What a case's buttons need made ready: drafts of letters, the servers' own word, a picture, a plan.

Who may press is looked at first, so that nobody makes us work for what they may not see; it is looked at again, and
answered in words, where the press is handled.
"""

from __future__ import annotations

import asyncio

from bot.app import App
from bot.callback_data import CasePress
from bot.forms.open_draft import open_draft
from bot.prepared import NOTHING, Prepared
from provisioning.fleet import ProvisioningError
from provisioning.plan import MARKS
from workflows import servers
from workflows.cases.case_context import CaseContext
from workflows.casework import press_button
from workflows.correspondence import issue
from workflows.engine.description import Action, Sop
from workflows.letters.form import Letter
from workflows.letters.render import render
from workflows.people import members
from workflows.pictures import capacity
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.servers import server_views

PDF, PNG = "application/pdf", "image/png"
PLAN = "lihat_rencana"
SERVERS = "data_server"
RESERVES = "reserve_capacity"  # the effect that promises what the servers say they have


async def case_press(app: App, telegram_id: int, press: CasePress) -> Prepared:
    """Make ready what this button of a case will need, for somebody who may press it."""
    if not _needs_making_ready(app, press.action):
        return NOTHING
    async with app.database.read() as work:
        context = await _permitted(app, work, telegram_id, press)
        if context is None:
            return NOTHING
        draft = await _draft(context)
    if draft is not None:
        return await _preview(app, context.case.number, draft)
    if press.action == PLAN:
        return await _plan(app, press.case)
    await servers.refresh(app.office, app.database)
    return await _capacity(app, context.sop, context.case) if press.action == SERVERS else NOTHING


async def form_sent(app: App, telegram_id: int) -> Prepared:
    """Ask the servers again before capacity is promised: the form may have lain half filled for a week."""
    async with app.database.read() as work:
        member = await members.whois(work, telegram_id)
        draft = await open_draft(app, work, member) if member else None
    if draft is not None and draft.row.purpose.get("action") in app.office.action_ids(_reserves):
        await servers.refresh(app.office, app.database)
    return NOTHING


def _needs_making_ready(app: App, action: str) -> bool:
    shows = app.office.action_ids(lambda one: bool(one.previews))
    return action in {PLAN, SERVERS, *shows, *app.office.action_ids(_reserves)}


def _reserves(action: Action) -> bool:
    return any(effect.name == RESERVES for effect in action.outcome.effects)


async def _permitted(app: App, work: UnitOfWork, telegram_id: int, press: CasePress) -> CaseContext | None:
    member = await members.whois(work, telegram_id)
    if member is None:
        return None
    try:
        case, action, permitted = await press_button.may_press(
            app.office, work, member, case_id=press.case, action_id=press.action, revision=press.revision
        )
    except Refused:
        return None
    return CaseContext(
        office=app.office,
        work=work,
        sop=app.office.sop_of(case),
        case=case,
        action=action.id,
        by=member,
        mandate=permitted.mandate,
    )


async def _draft(context: CaseContext) -> Letter | None:
    """Write the letter that the button shows as it would be issued now; None where it shows none."""
    action = context.sop.action(context.action)
    shown = next((one for one in action.previews if one.holds(context.case.facts)), None) if action else None
    return await issue.draft(context, shown.letter) if shown is not None else None


async def _preview(app: App, number: str, draft: Letter) -> Prepared:
    """Draw a draft: it takes a second, so no transaction is open meanwhile."""
    sha256 = await app.office.files.write(await asyncio.to_thread(render, draft))
    return Prepared(preview={"sha256": sha256, "name": f"Pratinjau-{number}.pdf", "media_type": PDF})


async def _capacity(app: App, sop: Sop, case: Case) -> Prepared:
    """Draw what the servers have just said."""
    async with app.database.read() as work:
        views = await server_views(work, sop, case)
    if not views:
        return NOTHING
    png = await asyncio.to_thread(capacity.draw, case.number, views)
    sha256 = await app.office.files.write(png)
    return Prepared(picture={"sha256": sha256, "name": f"Kapasitas-{case.number}.png", "media_type": PNG})


async def _plan(app: App, case_id: int) -> Prepared:
    """Ask the chosen server what would be done on it."""
    async with app.database.read() as work:
        hosting = await hostings.of_case(work, case_id)
        server = await hostings.server(work, hosting.server_id) if hosting else None
    if hosting is None or server is None:
        return NOTHING
    try:
        async with asyncio.timeout(servers.PATIENCE_SECONDS):
            plan = await app.office.fleet.plan(servers.address(server), hosting.spec)
    except (ProvisioningError, TimeoutError):
        return NOTHING
    changes = [[MARKS[change.action], change.part, change.key] for change in plan.pending]
    return Prepared(plan={"changes": changes, "notes": list(plan.notes)})

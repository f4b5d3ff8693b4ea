"""Buttons that only show something. They change nothing, so each is a screen or a document of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.chat_context import ChatContext
from bot.inbound.cases.prepare_case import PLAN
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.correspondence.compose import kinds, letter_kind
from workflows.engine.description import Action, Sop
from workflows.hosting import credentials
from workflows.hosting.credentials import CredentialSource
from workflows.people.insiders import sees_all
from workflows.record.readings import ReadingKind
from workflows.store import cases, outbox
from workflows.store.tables import Case
from workflows.store.tables.messages import MessageParams
from workflows.views.case import office_papers

CREDENTIALS = dict(zip((credentials.ACTION, credentials.PRINT), credentials.KINDS, strict=True))
REQUEST = "lihat_permohonan"
View = Callable[[ChatContext, Case], Awaitable[Reply]]


async def show_view(chat: ChatContext, case: Case, action: Action) -> Reply:
    """Show what a view's button promises. Raises `KeyError` for a view nobody has written."""
    if action.previews:
        return await _preview(chat, case)
    if action.id == PLAN:
        return await _plan(chat, case)
    if chat.prepared.picture is not None:
        await _file(chat, case, chat.prepared.picture, "server.gambar")
    return await VIEWS[action.id](chat, case)


def what_opens(action: Action) -> ReadingKind:
    """Return what of a case a view's button opens, as the reading log has it."""
    if action.id in CREDENTIALS:
        return ReadingKind.CREDENTIALS
    return ReadingKind.PAPERS if action.previews or action.id == REQUEST else ReadingKind.CARD


async def check_view(chat: ChatContext, case: Case, action: Action) -> None:
    """Raise `Refused` where showing would be refused, so that nobody is asked to confirm what cannot be."""
    if action.id in CREDENTIALS:
        await credentials.claim(chat.app.office, chat.work, chat.member, _place(case, action.id))


def _place(case: Case, action: str) -> CredentialSource:
    return CredentialSource(case=case.id, printed=action == credentials.PRINT)


def _screen(name: str) -> View:
    async def show(chat: ChatContext, case: Case) -> Reply:
        await outbox.put_screen(chat.work, chat.chat_id, name, {"case": case.id}, case_id=case.id)
        return Reply()

    return show


async def _preview(chat: ChatContext, case: Case) -> Reply:
    if chat.prepared.preview is None:
        return Reply(toast=plain("penolakan.guard"), alert=True)
    await _file(chat, case, chat.prepared.preview, "kartu.pratinjau")
    return Reply()


async def _plan(chat: ChatContext, case: Case) -> Reply:
    if chat.prepared.plan is None:
        return Reply(toast=plain("server.rencana_gagal"), alert=True)
    args = {"case": case.id, **chat.prepared.plan}
    await outbox.put_screen(chat.work, chat.chat_id, "plan", args, case_id=case.id)
    return Reply()


async def _file(chat: ChatContext, case: Case, file: MessageParams, caption: str) -> None:
    params: MessageParams = {**file, "caption": caption, "params": {"number": case.number}}
    await outbox.put(chat.work, chat.chat_id, "file", params, case_id=case.id)


async def _request(chat: ChatContext, case: Case) -> Reply:
    await _screen("request")(chat, case)
    await _screen("thread")(chat, case)
    inside, ours = sees_all(chat.app.office, chat.member), _of_the_office(chat.app.office.sop_of(case))
    for paper in await cases.papers(chat.work, case.id):
        if paper.kind in ours and not inside:
            continue  # what the office writes reaches the OPD when it is issued to it
        if paper.removed_at is not None:
            await chat.say("kartu.berkas_dihapus", number=case.number, name=paper.name)
            continue
        params: MessageParams = {"paper": paper.id, "caption": "kartu.lampiran", "params": {"number": case.number}}
        await outbox.put(chat.work, chat.chat_id, "paper", params, case_id=case.id)
    return Reply()


def _of_the_office(sop: Sop) -> set[str]:
    """Return the kinds of papers that are the office's: letters it signs, and what it alone puts into a case."""
    scopes = {role.id: role.scope for role in sop.roles}
    return {kind for kind in kinds(sop) if scopes.get(letter_kind(sop, kind).signer) != "opd"} | office_papers(sop)


def _credentials(action: str) -> View:
    async def show(chat: ChatContext, case: Case) -> Reply:
        place = _place(case, action)
        await credentials.claim(chat.app.office, chat.work, chat.member, place)
        await outbox.put(chat.work, chat.chat_id, CREDENTIALS[action], place.to_data(), case_id=case.id)
        return Reply()

    return show


VIEWS: Mapping[str, View] = {
    "data_server": _screen("servers"),
    "lihat_log": _screen("log"),
    REQUEST: _request,
    **{action: _credentials(action) for action in CREDENTIALS},
}

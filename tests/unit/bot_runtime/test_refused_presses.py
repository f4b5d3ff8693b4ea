"""What is refused half way was not done: nothing of it is kept, whatever the feature did before it was refused."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.callback_data import CasePress, Do
from bot.chat_context import ChatContext
from bot.inbound import navigate, press
from bot.inbound.feature import Args
from bot.screens.screen import Reply
from tests.unit.workflows.conftest import Desk, desk
from tests.unit.workflows.test_case import ask
from workflows.casework import press_button
from workflows.casework.change import carry_out
from workflows.refusal import Refused
from workflows.store import cases, outbox
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import UnitOfWork, UnknownRowError

__all__ = ["desk"]

CHAT = 4321


async def of(desk: Desk, work: UnitOfWork, who: str) -> ChatContext:
    app = cast("Any", type("App", (), {"office": desk.office}))
    return ChatContext(app=app, work=work, member=await desk.member(work, who), chat_id=CHAT)


async def said(desk: Desk) -> list[str]:
    async with desk.database.read() as work:
        rows = select(OutboxMessage.kind).where(OutboxMessage.chat_id == CHAT).order_by(OutboxMessage.id)
        return list(await work.session.scalars(rows))


async def _tells_and_is_refused(chat: ChatContext, _args: Args) -> Reply:
    await outbox.put(chat.work, CHAT, "first half")
    raise Refused("job_running")


async def _tells_and_finds_nothing(chat: ChatContext, _args: Args) -> Reply:
    await outbox.put(chat.work, CHAT, "first half")
    raise UnknownRowError


async def _show_anew(chat: ChatContext, _args: Args, refused: Refused) -> None:
    await outbox.put(chat.work, CHAT, f"shown anew: {refused.code}")


async def test_of_a_refused_button_only_what_is_shown_anew_remains(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigate, "VERBS", {"half": _tells_and_is_refused})
    monkeypatch.setattr(navigate, "AFTER_REFUSAL", {"half": _show_anew})
    async with desk.database.write() as work:
        with pytest.raises(Refused):
            await navigate.do(await of(desk, work, "engineer"), Do("half", ()))
    assert await said(desk) == ["shown anew: job_running"]


async def test_of_a_button_whose_number_is_nobodys_nothing_remains(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigate, "VERBS", {"half": _tells_and_finds_nothing})
    async with desk.database.write() as work:
        assert (await navigate.do(await of(desk, work, "engineer"), Do("half", ()))).toast is not None
    assert await said(desk) == []


async def test_of_a_press_on_a_case_that_is_refused_in_its_course_nothing_remains(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await ask(desk)

    async def half(context: Any, *rest: Any) -> None:
        await carry_out(context, *rest)
        raise Refused("job_running")

    monkeypatch.setattr(press_button, "carry_out", half)
    async with desk.database.write() as work:
        with pytest.raises(Refused):
            await press.pressed(
                await of(desk, work, "kepala_opd"), CasePress(case.id, "tarik", case.revision, sure=True)
            )
    async with desk.database.read() as work:
        present = await cases.get(work, case.id)
        assert present is not None
        assert (present.status, present.revision) == (case.status, case.revision)

"""`ChatContext`: one update being answered: who sent it, in which chat and transaction, and the ways to answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from bot.app import App
from bot.prepared import NOTHING, Prepared
from workflows.people.members import Member
from workflows.store import outbox, saved_searches
from workflows.store.tables import Case
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChatContext:
    """An update of a known person. `pressed` is the message whose button was pressed, or None for a sent message.

    `prepared` is what was made ready for it before its transaction.
    """

    app: App
    work: UnitOfWork
    member: Member
    chat_id: int
    pressed: int | None = None
    prepared: Prepared = NOTHING

    async def say(self, key: str, **params: Any) -> None:
        """Say one sentence; `params` must be fit for JSON."""
        await outbox.put_notice(self.work, self.chat_id, key, params)

    async def say_literally(self, sentence: str) -> None:
        """Say a sentence that is in words already."""
        await self.say("umum.kalimat", sentence=sentence)

    async def show(self, name: str, **args: Any) -> None:
        """Show a screen: in the pressed message where a button led here, else as a new one."""
        await outbox.put_screen(self.work, self.chat_id, name, args, edit=self.pressed)

    async def show_apart(self, name: str, **args: Any) -> None:
        """Show a screen as a new message: the pressed one stays as it is."""
        await outbox.put_screen(self.work, self.chat_id, name, args)

    async def show_found(self, typed: str) -> None:
        """Show what is found by what was typed."""
        search = await saved_searches.keep(self.work, self.member.person.id, typed)
        await self.show("found", search=search.id)

    async def show_form(self, *, fresh: bool | None = None, after: dt.timedelta = dt.timedelta(0)) -> None:
        """Show the present question: in place after a press, as a new message after an answer that was sent.

        One that still waits to be shown is not shown twice: whoever types fast sees each question once.
        """
        fresh = self.pressed is None if fresh is None else fresh
        waiting = await outbox.supersede(self.work, self.chat_id, "form", unless="closed")
        fresh = fresh or any(row.params.get("fresh") for row in waiting)
        await outbox.put(self.work, self.chat_id, "form", {"fresh": fresh}, not_before=self.work.now + after)

    async def close_form(self, key: str, **params: Any) -> None:
        """Turn the form's message into a last sentence without buttons."""
        closing: MessageParams = {"fresh": self.pressed is None, "closed": key, "params": params}
        await outbox.put(self.work, self.chat_id, "form", closing)

    async def end_form(self, *, pressed: bool) -> None:
        """Take the form's message away, where what follows shows the outcome; `pressed`: by a button of its own.

        The pressed message may be a first copy of the one we know: then both go. It may be one of a message that we
        do not know yet: then the one we know is the question before, which keeps its text.
        """
        known = await outbox.forget_card(self.work, self.chat_id, "form")
        if any(row.params.get("fresh") for row in await outbox.open_in(self.work, self.chat_id, "form")):
            await self._strip(known)
        else:
            await self._delete(known)
        if pressed:
            await self._delete(self.pressed)

    async def give_up_form(self) -> None:
        """Let the form's message be used for what follows."""
        await outbox.forget_card(self.work, self.chat_id, "form")

    async def strip(self) -> None:
        """Take the buttons from the pressed message: they lead nowhere."""
        await self._strip(self.pressed)

    async def take_away(self) -> None:
        """Delete the pressed message, whose question is settled."""
        await self._delete(self.pressed)

    async def confirm(self, message_id: int) -> None:
        """Give a message that somebody sent a thumb up: it has arrived and is kept."""
        await outbox.put_on_message(self.work, self.chat_id, "react", message_id)

    async def _strip(self, message_id: int | None) -> None:
        if message_id is not None:
            await outbox.put_on_message(self.work, self.chat_id, "strip", message_id)

    async def _delete(self, message_id: int | None) -> None:
        if message_id is not None:
            await outbox.put_on_message(self.work, self.chat_id, "delete", message_id)

    async def show_case(self, case_id: int, *, loud: bool = False) -> None:
        """Show a case's card."""
        said: MessageParams = {"case": case_id, "loud": loud}
        await outbox.put(self.work, self.chat_id, "card", said, case_id=case_id)

    async def ask_about_case(self, case: Case, action: str) -> None:
        """Ask, in place of a case's card, whether an action is really meant."""
        said: MessageParams = {"case": case.id, "loud": False, "confirm": action, "revision": case.revision}
        await outbox.put(self.work, self.chat_id, "card", said, case_id=case.id)

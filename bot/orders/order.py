"""`Order`: a button of a hosting's card, with its form, its texts, its precondition and what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.app import App
from bot.chat_context import ChatContext
from bot.texts import has, html, plain
from workflows.engine.description import Form
from workflows.hosting.action import Action
from workflows.hosting.orders import OrderedBy
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork

Answers = Mapping[str, Any]
Handler = Callable[[ChatContext, Hosting, OrderedBy, Answers], Awaitable[Mapping[str, Any] | None]]
Precondition = Callable[[UnitOfWork, Member, Hosting], Awaitable[None]]
ShownAtStart = Callable[[UnitOfWork, Hosting], Awaitable[Mapping[str, Any]]]
Cautions = Callable[[UnitOfWork, Hosting], Awaitable[Sequence[str]]]
Stakes = Callable[[UnitOfWork, Hosting, Answers], Awaitable[Mapping[str, Any]]]
FormMaker = Callable[[App, UnitOfWork, Hosting, Answers], Awaitable[Form]]

SHOWN = "shown"  # of a form's purpose: what it showed when it was begun


def need(fits: bool, refusal: str = "wrong_hosting_state") -> None:
    """Refuse what does not fit the hosting as it stands. Raises `Refused`."""
    if not fits:
        raise Refused(refusal, final=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Order:
    """A button of the card, for what is described in `workflows.hosting`: who may is decided there.

    `texts` is the file of `templates/messages` with its texts, each named by its part and the action: `tombol_…` (the
    button), `terima_…` (said at once), `selesai_…` (said at the end of the job, with the job's data), `kirim_…` (the
    form's last button), `tanya_…` and `ya_…` (where it `needs_confirmation`).

    `handler` does it; it raises `Refused`, and may return what `terima_…` says beside the domain.
    `form` makes the form, of the answers so far; without one the press is all.
    `shown_at_start` is kept with the form and given to `handler` with the answers, where it may change meanwhile.
    `stakes` are what the question after a form names beside the domain, by the answers so far.
    `cautions` are sentences that come before what is asked once more, as the hosting stands.
    `precondition` raises `Refused` where it cannot be ordered now: the card then has no such button, and an older one
    says why.
    `follow_up` is another action, whose button comes with the message of the end.
    What is `display_only` orders nothing, and leaves the card as it is.
    What is `always_open` may be given while something else is under way, however often the hosting has changed since:
    `precondition` alone refuses it.
    """

    action: Action
    texts: str
    handler: Handler
    form: FormMaker | None = None
    shown_at_start: ShownAtStart | None = None
    needs_confirmation: bool = False
    stakes: Stakes | None = None
    style: str = ""
    cautions: Cautions | None = None
    precondition: Precondition | None = None
    follow_up: Action | None = None
    display_only: bool = False
    always_open: bool = False

    @property
    def name(self) -> str:
        """The name by which jobs and buttons keep it: its action's."""
        return self.action.name

    async def check(self, work: UnitOfWork, member: Member, hosting: Hosting) -> None:
        """Look whether it can be ordered as the hosting stands, asked at each press. Raises `Refused` with why not."""
        if self.precondition is not None:
            await self.precondition(work, member, hosting)

    async def is_open(self, work: UnitOfWork, member: Member, hosting: Hosting) -> bool:
        """Whether its button is of use now."""
        try:
            await self.check(work, member, hosting)
        except Refused:
            return False
        return True

    def has(self, part: str) -> bool:
        """Whether there is a text for this part."""
        return has(self._key(part))

    def said(self, part: str, **params: Any) -> str:
        """Return one of the action's texts for a button or a toast."""
        return plain(self._key(part), **params)

    def told(self, part: str, **params: Any) -> str:
        """Return one of the action's texts for a message."""
        return html(self._key(part), **params)

    def _key(self, part: str) -> str:
        return f"{self.texts}.{part}_{self.name}"

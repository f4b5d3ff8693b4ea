"""A hosting that stands on the town's server without a case, as one that was adopted does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.sandbox.client import SandboxUser
from bot.sandbox.screen import ScreenMessage
from provisioning.spec import HostingSpec, Kind
from tests.unit.conversation.town import Town
from workflows.store import hostings, ledger, people
from workflows.store.tables import Hosting

SLUG = "e-lama"
DOMAIN = f"{SLUG}.tarakankota.go.id"


async def add_hosting(town: Town, slug: str = SLUG, **wanted: Any) -> None:
    """Let a hosting of the town's OPD stand: the plainest there is, but for what is `wanted` of it."""
    domain = f"{slug}.tarakankota.go.id"
    spec = HostingSpec(slug=slug, domains=(domain,), **{"kind": Kind.STATIC, **wanted})
    async with town.app.database.write() as work:
        opd = await people.opd_by_code(work, "DINKES")
        assert opd is not None
        work.add(
            Hosting(
                opd_id=opd.id,
                server_id=1,
                slug=slug,
                domain=domain,
                state="wanted",
                spec=spec,
                wanted_revision=1,
                applied_revision=1,
                created_at=work.now,
            )
        )


async def the_hosting(town: Town, slug: str = SLUG) -> Hosting:
    """Return it as it is now."""
    async with town.app.database.read() as work:
        found = await hostings.by_slug(work, slug)
    assert found is not None
    return found


async def card_of(user: SandboxUser, domain: str = DOMAIN) -> ScreenMessage:
    """Let somebody open its card."""
    await user.send_command("hosting")
    shown = await user.wait_for("Keadaan:")
    if shown.button(domain) is None:  # the only one is shown at once
        return shown
    await user.press(domain, message=shown)
    return await user.wait_for("Keadaan:")


async def card_saying(user: SandboxUser, label: str, domain: str = DOMAIN) -> ScreenMessage:
    """Let somebody look for a button of its card, in its groups too; return the message that has it."""
    async for message in _opened(user, domain):
        if message.button(label) is not None:
            return message
    raise AssertionError(f"{user.name} has no button {label!r} on the card of {domain}")


async def press_on_card(user: SandboxUser, label: str, domain: str = DOMAIN) -> None:
    """Let somebody press a button of its card, wherever it stands."""
    await user.press(label, message=await card_saying(user, label, domain))


async def all_on_card(user: SandboxUser, domain: str = DOMAIN) -> list[str]:
    """Let somebody read all buttons of its card, those of its groups too."""
    return [label async for message in _opened(user, domain) for label in message.labels]


async def _opened(user: SandboxUser, domain: str) -> AsyncIterator[ScreenMessage]:
    card = await card_of(user, domain)
    yield card
    for label in [button.text for button in card.buttons if (button.data or "").startswith("n1:hosting_group:")]:
        await user.press(label, message=card)
        yield await user.wait_for(lambda message: message.button("Kembali ke hosting") is not None)
        await user.press("Kembali ke hosting")
        card = await user.wait_for("Keadaan:")


async def lines(town: Town) -> list[str]:
    """Return what the ledger says of hostings, oldest first."""
    async with town.app.database.read() as work:
        return [line.action async for line, _ in ledger.lines(work) if line.action.startswith("hosting.")]

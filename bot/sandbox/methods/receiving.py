"""getUpdates and the webhook (Bot API, "Getting updates")."""

from __future__ import annotations

from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.updates import LONG_POLL_MAX_S
from bot.sandbox.webhook import WebhookSettings


async def get_updates(core: Core, call: Call) -> list[dict[str, Any]]:
    """GetUpdates: a long poll; a second one ends the first with 409."""
    _remember_allowed(core, call)
    return await core.world.updates.poll(
        call.integer("offset"),
        call.integer("limit", 100, 1, 100),
        call.integer("timeout", 0, 0, LONG_POLL_MAX_S),
    )


async def set_webhook(core: Core, call: Call) -> bool:
    """SetWebhook; an empty address removes it."""
    url = call.text("url")
    settings = (
        WebhookSettings(
            url=url,
            secret_token=call.text("secret_token"),
            max_connections=call.integer("max_connections", 40, 1, 100),
            ip_address=call.text("ip_address"),
        )
        if url
        else None
    )
    _remember_allowed(core, call)
    if call.flag("drop_pending_updates"):
        core.world.updates.clear()
    await core.webhook.set(settings)
    return True


async def delete_webhook(core: Core, call: Call) -> bool:
    """DeleteWebhook."""
    if call.flag("drop_pending_updates"):
        core.world.updates.clear()
    await core.webhook.set(None)
    return True


async def get_webhook_info(core: Core, _call: Call) -> dict[str, Any]:
    """GetWebhookInfo."""
    return core.webhook.info()


def _remember_allowed(core: Core, call: Call) -> None:
    if "allowed_updates" not in call.params:
        return
    kinds = call.json("allowed_updates") or []
    core.world.updates.allowed = frozenset(kinds) if kinds else None


METHODS = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}

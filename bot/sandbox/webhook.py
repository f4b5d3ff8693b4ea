"""Delivers updates to the bot's webhook, in order, with retries (Bot API, "setWebhook")."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.errors import bad_request, conflict
from bot.sandbox.updates import UpdateQueue

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 60.0
_ANSWER_TIMEOUT_S = 60.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """What setWebhook asked for."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""

    def __post_init__(self) -> None:
        """Raise `ApiError` 400 for what Telegram refuses. Plain http is allowed to this machine only."""
        parts = urlsplit(self.url)
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not parts.hostname or parts.scheme not in ({"https", "http"} if local else {"https"}):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if len(self.secret_token) > 256:
            raise bad_request("secret token is too long")
        if not _SECRET.fullmatch(self.secret_token):
            raise bad_request("secret token contains unallowed characters")


class Webhook:
    """One delivery at a time: the next update leaves when the bot said 2xx to the one before."""

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._settings: WebhookSettings | None = None
        self._task: asyncio.Task[None] | None = None
        self._last_error: tuple[int, str] | None = None

    async def set(self, settings: WebhookSettings | None) -> None:
        """Start, replace or (None) remove the delivery."""
        await self.stop()
        self._settings = settings
        self._last_error = None
        self._updates.webhook_url = settings.url if settings else ""
        if settings is not None:
            self._updates.interrupt(conflict("terminated by setWebhook request"))
            self._task = asyncio.create_task(self._deliver_all(settings))

    async def stop(self) -> None:
        """End the delivery; pending updates stay."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def info(self) -> dict[str, Any]:
        """Return a `WebhookInfo`."""
        settings = self._settings
        body: dict[str, Any] = {
            "url": settings.url if settings else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if settings is not None:
            body["max_connections"] = settings.max_connections
        if self._updates.allowed is not None:
            body["allowed_updates"] = sorted(self._updates.allowed)
        if self._last_error is not None:
            body["last_error_date"], body["last_error_message"] = self._last_error
        return body

    async def _deliver_all(self, settings: WebhookSettings) -> None:
        delay = _FIRST_DELAY_S
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_TIMEOUT_S)) as session:
            while True:
                await self._updates.wait_for_any()
                if await self._deliver_first(session, settings):
                    delay = _FIRST_DELAY_S
                else:
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, _LONGEST_DELAY_S)

    async def _deliver_first(self, session: aiohttp.ClientSession, settings: WebhookSettings) -> bool:
        update = self._updates.first()
        if update is None:
            return True
        headers = {"X-Telegram-Bot-Api-Secret-Token": settings.secret_token} if settings.secret_token else {}
        try:
            async with session.post(settings.url, json=update, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:
                    self._updates.confirm(update["update_id"] + 1)
                    return True
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = "Connection timed out" if isinstance(failure, TimeoutError) else "Connection refused"
        self._last_error = (int(time.time()), error)
        return False

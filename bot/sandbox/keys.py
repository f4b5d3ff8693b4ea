"""Where the running sandbox hangs in its aiohttp application."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.core import Core

CORE: web.AppKey[Core] = web.AppKey("core", Core)

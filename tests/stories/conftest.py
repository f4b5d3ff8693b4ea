"""Fixtures of the stories: a sandboxed Telegram, in this process or apart from the bot that a story kills."""

from __future__ import annotations

from tests.sandbox_fixtures import sandbox, sandbox_apart, sandbox_server

__all__ = ["sandbox", "sandbox_apart", "sandbox_server"]

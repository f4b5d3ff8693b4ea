"""Structured logs for our code and the libraries', from which no secret can be read."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

HIDDEN = "[…]"
TOKEN_ANYWHERE = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{30,60}")
CHATTY = ("httpx", "httpcore", "apscheduler", "asyncssh", "aiosqlite", "alembic")  # each request or query is no news
TOLD_BY_US = ("telegram.request",)  # a gateway's page is no JSON: an error that is raised too, and logged where it ends


class Redactor:
    """Takes secrets out of a finished line, so that no field, message or traceback can carry one past it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 8), key=len, reverse=True)

    def clean(self, line: str) -> str:
        """Return the line with every known secret, and whatever looks like a bot token, blanked."""
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return TOKEN_ANYWHERE.sub(HIDDEN, line)


class CleanRenderer:
    """The last processor: renders, then redacts."""

    def __init__(self, renderer: structlog.typing.Processor, redactor: Redactor) -> None:
        self._renderer = renderer
        self._redactor = redactor

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        """Return the finished line."""
        return self._redactor.clean(str(self._renderer(logger, method, event)))


def configure(level: str, secrets: Iterable[str]) -> None:
    """Send every logger (ours, and the libraries' standard ones) to standard error: words on a terminal, else JSON."""
    on_terminal = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if on_terminal
        else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not on_terminal:
        shared.append(structlog.processors.format_exc_info)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            CleanRenderer(renderer, Redactor(secrets)),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.INFO)  # below, it writes down each message, passwords among them
    for name in TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )

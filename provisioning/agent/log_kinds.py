"""The logs of one hosting that can be asked for."""

from __future__ import annotations

import enum


class Log(enum.StrEnum):
    """A log of one hosting: what the agent did for it, or one of the site's own."""

    AGENT = "agent"
    ACCESS = "access"
    ERROR = "error"
    PHP = "php"
    CRON = "cron"

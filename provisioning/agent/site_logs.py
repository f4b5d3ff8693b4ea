"""The newest lines of a site's own logs, for whoever looks after it; what could open something is masked before."""

from __future__ import annotations

import os
import re
from pathlib import Path

from provisioning.agent import names
from provisioning.agent.protocol import Log

READ_MAX = 512 * 1024  # bytes from the end
LINE_MAX = 600  # characters
MASK = "***"

SECRETS = "pass|pwd|sandi|token|secret|rahasia|key|auth|sess|sid|code|otp|pin|nonce|sig|hash|csrf"
RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"(?i)((?:^|[?&;,\s\"'{{\[(])[\w.%-]*(?:{SECRETS})[\w.%\]-]*=)[^&;\s\"']+", rf"\1{MASK}"),
        (
            r"(?i)((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]{0,64}(?:key|token))(\"?\s*[:=]\s*).*",
            rf"\1\2{MASK}",
        ),
        (r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}", rf"\1 {MASK}"),
        (r"://[^/\s:@]+:[^/\s@]+@", f"://{MASK}@"),
        # a stack trace repeats what a connection was asked for with
        (
            r"(?i)((?:pdo|mysqli|connect|login)\w{0,64}(?:(?:->|::)\w{0,64})?)\((?:[^()]|\([^()]*\))*\)",
            rf"\1({MASK})",
        ),
        (r"(?<![\w-])(?=[\w-]*\d)[\w-]{32,}(?![\w-])", MASK),  # what only its holder should know is long
        # visitors are persons: of an address stays what tells one network from another
        (r"^(\S+ \d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?= \[)", r"\1.x"),
        (r"^(\S+ [0-9a-f]{1,4}:[0-9a-f]{1,4})[0-9a-f:.]*(?= \[)", r"\1:x"),
        (r"(?<=\[client )(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?::\d+)?", r"\1.x"),
        (r"(?<=\[client )([0-9a-f]{1,4}:[0-9a-f]{1,4})[0-9a-f:.]*", r"\1:x"),
    )
)


def tail(slug: str, log: Log, lines: int) -> list[str]:
    """Return the newest lines, oldest first; none where there is no such log."""
    return [masked(line) for line in _last(names.home(slug) / "logs" / f"{log}.log", lines)]


def masked(line: str) -> str:
    """Return a line without passwords, tokens, cookies and whole addresses, at most `LINE_MAX` characters. Pure."""
    line = line[: 4 * LINE_MAX]
    for pattern, replacement in RULES:
        line = pattern.sub(replacement, line)
    return line if len(line) <= LINE_MAX else f"{line[: LINE_MAX - 1]}…"


def _last(path: Path, lines: int) -> list[str]:
    """Read a file's end. The folder is root's own, so nobody can exchange the path; what is in it may be anything."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return []
    with os.fdopen(descriptor, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - READ_MAX))
        text = stream.read(READ_MAX).decode("utf-8", errors="replace")
    found = ["".join(c if c.isprintable() else "·" for c in line.expandtabs(2)) for line in text.splitlines()]
    return (found[1:] if size > READ_MAX else found)[-lines:]

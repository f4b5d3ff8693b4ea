"""The wire between the bot and a server: one JSON request on standard input, JSON lines on standard output.

Request: `{"version", "id", "verb", "spec", "secrets", "plan_hash", "lines"}`, one line, at most `REQUEST_MAX` bytes.
Answer: any number of `{"event": "progress", "step", "done", "total"}`, then `{"result": {...}}` or `{"error": {...}}`.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import re
from collections.abc import Mapping
from typing import Any

from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, Secret, SpecError

VERSION = 1
REQUEST_MAX = 256 * 1024
AGENT_DIR = "/usr/lib/layanan-agent"
AGENT_COMMAND = ("/usr/bin/python3", "-I", AGENT_DIR)
CONFIG_FILE = "/etc/layanan/agent.json"
STATE_DIR = "/var/lib/layanan"
LOCK_FILE = "/run/layanan-agent.lock"
PACKAGES = (
    "acl", "apache2", "bind9-dnsutils", "logrotate", "mariadb-client", "mariadb-server",
    "openssh-server", "openssl", "python3", "python3-jinja2", "sudo",
)  # fmt: skip
APACHE_MODULES = (
    "alias", "deflate", "dir", "expires", "headers", "http2", "mime", "mpm_event", "proxy", "proxy_fcgi",
    "ratelimit", "rewrite", "setenvif", "socache_shmcb", "ssl",
)  # fmt: skip

REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PASSWORD = re.compile(r"[\x21-\x39\x3b-\x7e]{12,128}")  # printable ASCII without space and colon (chpasswd's separator)
PLAN_HASH = re.compile(r"[0-9a-f]{64}")
LOG_LINES_MAX = 1000


class Verb(enum.StrEnum):
    """Everything the bot's key can ask for."""

    FACTS = "facts"
    OBSERVE = "observe"
    PLAN = "plan"
    APPLY = "apply"
    USAGE = "usage"
    LOG = "log"


NEEDS_SPEC = frozenset({Verb.OBSERVE, Verb.PLAN, Verb.APPLY, Verb.USAGE, Verb.LOG})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """One checked request."""

    id: str
    verb: Verb
    spec: HostingSpec | None = None
    secrets: HostingSecrets | None = None
    plan_hash: str | None = None
    lines: int = 200

    def to_line(self) -> bytes:
        """Return the request as it travels, one line; it holds the passwords, so it is for standard input only."""
        data: dict[str, Any] = {"version": VERSION, "id": self.id, "verb": str(self.verb), "lines": self.lines}
        data["spec"] = None if self.spec is None else json.loads(self.spec.to_json())
        data["plan_hash"] = self.plan_hash
        data["secrets"] = None if self.secrets is None else _reveal(self.secrets)
        return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def _reveal(secrets: HostingSecrets) -> dict[str, str | None]:
    database = secrets.database_password
    return {
        "sftp_password": secrets.sftp_password.reveal(),
        "database_password": None if database is None else database.reveal(),
    }


def parse(line: bytes) -> Request:
    """Read a request. Raises `ServerError` (`BAD_REQUEST`, `VERSION_MISMATCH`) and never repeats a value in it."""
    if len(line) > REQUEST_MAX:
        raise _bad("request is longer than the limit")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _bad("request is not JSON") from error
    if not isinstance(data, dict):
        raise _bad("request is not an object")
    if data.get("version") != VERSION:
        raise ServerError(ErrorCode.VERSION_MISMATCH, f"agent speaks version {VERSION}", step="request")
    unknown = set(data) - {"version", *(field.name for field in dataclasses.fields(Request))}
    if unknown:
        raise _bad("unknown fields")
    return Request(
        id=_matching(data, "id", REQUEST_ID),
        verb=_verb(data),
        spec=_spec(data),
        secrets=_secrets(data.get("secrets")),
        plan_hash=None if data.get("plan_hash") is None else _matching(data, "plan_hash", PLAN_HASH),
        lines=_lines(data.get("lines", 200)),
    )


def _bad(detail: str) -> ServerError:
    return ServerError(ErrorCode.BAD_REQUEST, detail, step="request")


def _matching(data: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _bad(f"field {name} is missing or has a wrong form")
    return value


def _verb(data: Mapping[str, Any]) -> Verb:
    try:
        return Verb(str(data.get("verb")))
    except ValueError as error:
        raise _bad("unknown verb") from error


def _spec(data: Mapping[str, Any]) -> HostingSpec | None:
    spec = data.get("spec")
    if spec is None:
        if data.get("verb") in NEEDS_SPEC:
            raise _bad("this verb needs a spec")
        return None
    if not isinstance(spec, dict):
        raise _bad("field spec is not an object")
    try:
        return HostingSpec.from_data(spec)
    except SpecError as error:
        raise _bad(f"spec: {error}") from error


def _secrets(data: object) -> HostingSecrets | None:
    if data is None:
        return None
    if not isinstance(data, dict) or set(data) - {"sftp_password", "database_password"}:
        raise _bad("field secrets has unknown fields")
    database = None
    if data.get("database_password") is not None:
        database = Secret(_matching(data, "database_password", PASSWORD))
    return HostingSecrets(sftp_password=Secret(_matching(data, "sftp_password", PASSWORD)), database_password=database)


def _lines(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LOG_LINES_MAX:
        raise _bad(f"field lines is not between 1 and {LOG_LINES_MAX}")
    return value

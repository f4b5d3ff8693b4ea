"""The wire between the bot and a server: JSON requests on standard input, JSON lines on standard output.

Request: `{"version", "id", "verb", "spec", "lines", "log", "file", "offset", "works", "since", "after"}`, one line of
at most `REQUEST_MAX` bytes; the next one is sent when it has been answered. `apply` has no spec but `works`, each
`{"id", "spec", "secrets", "plan_hash"}`; `measure` has a `first_day`, `backup` a `backup`
and `forget` its `keeps` (`agent.backup.wire`), the verbs of a move a `move` (`agent.move_request`), `copy` a `copy`
(`agent.staging.wire`).
Answer: any number of `{"event": "progress", "work", "step", "done", "total", "ended"}`, then `{"result": {...}}` or
`{"error": {...}}`. The result of `apply` is `{"works": {id: {"result": {...}} or {"error": {...}}}}`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
from typing import Any

from provisioning.agent.backup.wire import BackupOrder, KeepRule, backups_data
from provisioning.agent.move_request import Move, move_data
from provisioning.agent.staging.wire import Copy, copy_data
from provisioning.agent.wordpress.wire import Installation, installation_data
from provisioning.spec import HostingSecrets, HostingSpec

VERSION = 3  # 1 answered one request a start, and one hosting a request; 2 knew no life after the handover
REQUEST_MAX = 1024 * 1024
WORKS_MAX = 20  # pieces of work in one request
AGENT_DIR = "/usr/lib/layanan-agent"
AGENT_COMMAND = ("/usr/bin/python3", "-I", AGENT_DIR)
CONFIG_FILE = "/etc/layanan/agent.json"
PTRACE_SCOPE = "/proc/sys/kernel/yama/ptrace_scope"  # there where the kernel has Yama
LOCK_FILE = "/run/layanan-agent.lock"
PACKAGES = (
    "acl", "apache2", "bind9-dnsutils", "logrotate", "mariadb-client", "mariadb-server",
    "nftables", "openssh-server", "openssl", "python3", "python3-jinja2", "restic", "sudo",
)  # fmt: skip
APACHE_MODULES = (
    "alias", "deflate", "dir", "expires", "headers", "http2", "mime", "mpm_event", "proxy", "proxy_fcgi",
    "ratelimit", "rewrite", "setenvif", "socache_shmcb", "ssl", "auth_basic", "authn_file", "authz_user",
)  # fmt: skip


class Log(enum.StrEnum):
    """A log of one hosting: what the agent did for it, or one of the site's own."""

    AGENT = "agent"
    ACCESS = "access"
    ERROR = "error"
    PHP = "php"
    CRON = "cron"


class Verb(enum.StrEnum):
    """Everything the bot's key can ask for."""

    FACTS = "facts"
    OBSERVE = "observe"
    PLAN = "plan"
    APPLY = "apply"
    USAGE = "usage"
    LOG = "log"
    CERTIFICATES = "certificates"
    SCAN = "scan"
    MEASURE = "measure"
    DUMP = "dump"
    LOAD = "load"
    FETCH = "fetch"
    UPDATES = "updates"
    BACKUP = "backup"
    FORGET = "forget"
    REPOSITORY = "repository"
    PACK = "pack"
    GIVE = "give"
    TAKE = "take"
    UNPACK = "unpack"
    DROP = "drop"
    INSTALL = "install"
    COPY = "copy"
    TIDY = "tidy"
    RENEW_LOGIN = "renew_login"


MOVES = frozenset({Verb.PACK, Verb.GIVE, Verb.TAKE, Verb.UNPACK, Verb.DROP})
LOOKS = frozenset({Verb.OBSERVE, Verb.PLAN, Verb.USAGE, Verb.LOG, Verb.SCAN})
NEEDS_SPEC = frozenset(
    {*LOOKS, Verb.DUMP, Verb.LOAD, Verb.FETCH, Verb.BACKUP, Verb.INSTALL, Verb.COPY, Verb.RENEW_LOGIN, *MOVES}
)
NEEDS_FILE = frozenset({Verb.LOAD, Verb.FETCH})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Work:
    """One piece of work: a hosting to be made as `spec` says. `id` (a UUID) names it for ever, in whatever request.

    With `plan_hash` it is refused unless the plan is still the one of that hash.
    """

    id: str
    spec: HostingSpec
    secrets: HostingSecrets | None = None
    plan_hash: str | None = None

    def to_data(self) -> dict[str, Any]:
        """Return plain data; it holds the passwords."""
        return {
            "id": self.id,
            "spec": json.loads(self.spec.to_json()),
            "secrets": None if self.secrets is None else reveal(self.secrets),
            "plan_hash": self.plan_hash,
        }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """One checked request. `since` (Unix time) and `after` (a name in hexadecimal) bound a look through the files."""

    id: str
    verb: Verb
    spec: HostingSpec | None = None
    lines: int = 200
    log: Log = Log.AGENT
    file: str = ""
    offset: int = 0
    works: tuple[Work, ...] = ()
    since: float = 0.0
    after: str = ""
    first_day: dt.date | None = None  # the first day (WITA) of whose traffic `measure` tells
    backup: BackupOrder | None = None
    keeps: tuple[KeepRule, ...] = ()
    move: Move | None = None
    installation: Installation | None = None
    copy: Copy | None = None

    def to_line(self) -> bytes:
        """Return the request as it travels, one line; it holds the passwords, so it is for standard input only."""
        data: dict[str, Any] = {"version": VERSION, "id": self.id, "verb": str(self.verb)}
        data |= {"lines": self.lines, "log": str(self.log), "file": self.file, "offset": self.offset}
        data["spec"] = None if self.spec is None else json.loads(self.spec.to_json())
        data["works"] = [work.to_data() for work in self.works]
        data["since"], data["after"] = self.since, self.after
        if self.first_day is not None:  # not always: an older agent refuses what it does not know
            data["first_day"] = self.first_day.isoformat()
        data |= backups_data(self.backup, self.keeps)
        data |= move_data(self.move) | installation_data(self.installation) | copy_data(self.copy)
        return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def reveal(secrets: HostingSecrets) -> dict[str, str | None]:
    """Return the passwords as they travel: for standard input only."""
    given = {field.name: getattr(secrets, field.name) for field in dataclasses.fields(secrets)}
    return {kind: None if password is None else password.reveal() for kind, password in given.items()}

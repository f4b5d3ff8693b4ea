"""The wire between the bot and a server: JSON requests on standard input, JSON lines on standard output.

Request: `{"version", "id", "verb", "spec", "lines", "log", "file", "offset", "works", "since", "after"}`, one line of
at most `REQUEST_MAX` bytes; the next one is sent when it has been answered. `apply` has no spec but `works`, each
`{"id", "spec", "secrets", "plan_hash"}`; `measure` has a `first_day`, `backup` a `backup`
and `forget` its `keeps` (`agent.backup.wire`).
Answer: any number of `{"event": "progress", "work", "step", "done", "total", "ended"}`, then `{"result": {...}}` or
`{"error": {...}}`. The result of `apply` is `{"works": {id: {"result": {...}} or {"error": {...}}}}`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import re
from collections.abc import Mapping
from typing import Any

from provisioning.agent.backup.wire import BackupOrder, Keep, OrderError, backups_data, keeps_in, order_in
from provisioning.agent.log_kinds import Log as Log  # noqa: PLC0414 - with the other words of the wire
from provisioning.agent.move import Move, move_data, move_in
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, Secret, SpecError

VERSION = 3  # 1 answered one request a start, and one hosting a request; 2 knew no life after the handover
REQUEST_MAX = 1024 * 1024
WORKS_MAX = 20  # pieces of work in one request
AGENT_DIR = "/usr/lib/layanan-agent"
AGENT_COMMAND = ("/usr/bin/python3", "-I", AGENT_DIR)
CONFIG_FILE = "/etc/layanan/agent.json"
LOCK_FILE = "/run/layanan-agent.lock"
PACKAGES = (
    "acl", "apache2", "bind9-dnsutils", "logrotate", "mariadb-client", "mariadb-server",
    "nftables", "openssh-server", "openssl", "python3", "python3-jinja2", "restic", "sudo",
)  # fmt: skip
APACHE_MODULES = (
    "alias", "deflate", "dir", "expires", "headers", "http2", "mime", "mpm_event", "proxy", "proxy_fcgi",
    "ratelimit", "rewrite", "setenvif", "socache_shmcb", "ssl",
)  # fmt: skip

REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PASSWORD = re.compile(r"[\x21-\x39\x3b-\x7e]{12,128}")  # printable ASCII without space and colon (chpasswd's separator)
PLAN_HASH = re.compile(r"[0-9a-f]{64}")
NAME_IN_HEX = re.compile(r"(?:[0-9a-f]{2}){0,4096}")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
LOG_LINES_MAX = 1000
SQL_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.sql(\.gz)?")  # in the owner's `private`


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


MOVES = frozenset({Verb.PACK, Verb.GIVE, Verb.TAKE, Verb.UNPACK, Verb.DROP})
LOOKS = frozenset({Verb.OBSERVE, Verb.PLAN, Verb.USAGE, Verb.LOG, Verb.SCAN})
NEEDS_SPEC = frozenset({*LOOKS, Verb.DUMP, Verb.LOAD, Verb.FETCH, Verb.BACKUP, *MOVES})
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
    keeps: tuple[Keep, ...] = ()
    move: Move | None = None

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
        data |= move_data(self.move)
        return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def reveal(secrets: HostingSecrets) -> dict[str, str | None]:
    """Return the passwords as they travel: for standard input only."""
    sftp, database = secrets.sftp_password, secrets.database_password
    return {
        "sftp_password": None if sftp is None else sftp.reveal(),
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
    _refuse_unknown(data, Request, "version")
    verb = _verb(data)
    if (data.get("spec") is None) is (verb in NEEDS_SPEC):
        raise _bad("this verb needs a spec" if verb in NEEDS_SPEC else "this verb takes no spec")
    order, keeps = _backups(data, verb)
    return Request(
        id=_matching(data, "id", REQUEST_ID),
        verb=verb,
        spec=None if data.get("spec") is None else _spec(data["spec"]),
        lines=_lines(data.get("lines", 200)),
        log=_log(data.get("log", Log.AGENT)),
        file=_file(data.get("file", ""), verb),
        offset=_offset(data.get("offset", 0)),
        works=_works(data.get("works", []), verb),
        since=_since(data.get("since", 0.0)),
        after=_matching({"after": "", **data}, "after", NAME_IN_HEX),
        first_day=_first_day(data.get("first_day"), verb),
        backup=order,
        keeps=keeps,
        move=move_in(data.get("move"), wanted=verb in MOVES),
    )


def _refuse_unknown(data: Mapping[str, Any], kind: type, *more: str) -> None:
    if set(data) - {*more, *(field.name for field in dataclasses.fields(kind))}:
        raise _bad("unknown fields")


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


def _log(value: object) -> Log:
    try:
        return Log(str(value))
    except ValueError as error:
        raise _bad("unknown log") from error


def _file(value: object, verb: Verb) -> str:
    if verb not in NEEDS_FILE and value == "":
        return ""
    if verb not in NEEDS_FILE or not isinstance(value, str) or not SQL_FILE.fullmatch(value):
        raise _bad("field file is no plain name of a file of SQL, or this verb takes none")
    return value


def _offset(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**40:
        raise _bad("field offset is no place in a file")
    return value


def _works(data: object, verb: Verb) -> tuple[Work, ...]:
    if not isinstance(data, list) or bool(data) is not (verb is Verb.APPLY) or len(data) > WORKS_MAX:
        raise _bad(f"field works: between one and {WORKS_MAX} for {Verb.APPLY}, none for another verb")
    works = tuple(_work(each) for each in data)
    for name, values in (("id", {work.id for work in works}), ("slug", {work.spec.slug for work in works})):
        if len(values) < len(works):
            raise _bad(f"field works has an {name} twice")
    return works


def _backups(data: Mapping[str, Any], verb: Verb) -> tuple[BackupOrder | None, tuple[Keep, ...]]:
    try:
        order = order_in(data.get("backup"), wanted=verb is Verb.BACKUP)
        return order, keeps_in(data.get("keeps", []), allowed=verb is Verb.FORGET)
    except OrderError as error:
        raise _bad(f"backup: {error}") from error


def _work(data: object) -> Work:
    if not isinstance(data, dict):
        raise _bad("field works holds something else than objects")
    _refuse_unknown(data, Work)
    return Work(
        id=_matching(data, "id", REQUEST_ID),
        spec=_spec(data.get("spec")),
        secrets=_secrets(data.get("secrets")),
        plan_hash=None if data.get("plan_hash") is None else _matching(data, "plan_hash", PLAN_HASH),
    )


def _spec(data: object) -> HostingSpec:
    if not isinstance(data, dict):
        raise _bad("field spec is not an object")
    try:
        return HostingSpec.from_data(data)
    except SpecError as error:
        raise _bad(f"spec: {error}") from error


def _secrets(data: object) -> HostingSecrets | None:
    if data is None:
        return None
    kinds = {field.name for field in dataclasses.fields(HostingSecrets)}
    if not isinstance(data, dict) or set(data) - kinds:
        raise _bad("field secrets has unknown fields")
    given = {kind: Secret(_matching(data, kind, PASSWORD)) for kind in kinds if data.get(kind) is not None}
    if not given:
        raise _bad("field secrets holds no password")
    return HostingSecrets(**given)


def _since(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e11:
        raise _bad("field since is no moment")
    return float(value)


def _first_day(value: object, verb: Verb) -> dt.date | None:
    if (value is None) is (verb is Verb.MEASURE):
        raise _bad(f"field first_day: a day for {Verb.MEASURE}, none for another verb")
    if value is None:
        return None
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise _bad("field first_day is no day")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise _bad("field first_day is no day") from error


def _lines(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LOG_LINES_MAX:
        raise _bad(f"field lines is not between 1 and {LOG_LINES_MAX}")
    return value

"""Reads a request off the wire: every field is checked, and none that is wrong is repeated in the refusal."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from provisioning.agent.backup.wire import BackupOrder, KeepRule, OrderError, keeps_in, order_in
from provisioning.agent.move_request import move_in
from provisioning.agent.protocol import (
    MOVES,
    NEEDS_FILE,
    NEEDS_SPEC,
    REQUEST_MAX,
    VERSION,
    WORKS_MAX,
    Log,
    Request,
    Verb,
    Work,
)
from provisioning.agent.staging.wire import copy_in
from provisioning.agent.wordpress.wire import installation_in
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, Secret, SpecError

REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PASSWORD = re.compile(r"[\x21-\x39\x3b-\x7e]{12,128}")  # printable ASCII without space and colon (chpasswd's separator)
PLAN_HASH = re.compile(r"[0-9a-f]{64}")
NAME_IN_HEX = re.compile(r"(?:[0-9a-f]{2}){0,4096}")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
LOG_LINES_MAX = 1000
SQL_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.sql(\.gz)?")  # in the owner's `private`


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
    spec = None if data.get("spec") is None else _spec(data["spec"])
    order, keeps = _backups(data, verb)
    return Request(
        id=_matching(data, "id", REQUEST_ID),
        verb=verb,
        spec=spec,
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
        installation=installation_in(data.get("installation"), wanted=verb is Verb.INSTALL),
        copy=copy_in(data.get("copy"), wanted=verb is Verb.COPY, into=spec),
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


def _backups(data: Mapping[str, Any], verb: Verb) -> tuple[BackupOrder | None, tuple[KeepRule, ...]]:
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

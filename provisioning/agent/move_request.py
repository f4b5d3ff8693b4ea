"""What a request about a move says, as it travels and as it is checked."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import enum
import re
from collections.abc import Mapping
from typing import Any

from provisioning.plan import ErrorCode, ServerError

CHUNK = 512 * 1024  # bytes of content in one request or answer: base64 of it stays below the limit of a line
SIZE_MAX = 2**50
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
LOGINS = {
    "sftp": re.compile(r"\$[a-z0-9]{1,4}\$[A-Za-z0-9./$=,]{8,200}"),  # crypt(5)
    "database": re.compile(r"\*[0-9A-F]{40}"),  # mysql_native_password
}


class Piece(enum.StrEnum):
    """What travels apart: all files, later what has changed of them, and at last the database with the logins."""

    FILES = "files"
    CHANGES = "changes"
    DATABASE = "database"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Move:
    """One request about one piece of one move. `data` is a chunk at `offset`; `logins` are hashes by kind."""

    id: str
    piece: Piece
    offset: int = 0
    data: bytes = b""
    sha256: str = ""
    logins: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)

    def to_data(self) -> dict[str, Any]:
        """Return plain data; it holds hashes of passwords, so it is for standard input only."""
        data = base64.b64encode(self.data).decode("ascii")
        return {**dataclasses.asdict(self), "piece": str(self.piece), "data": data, "logins": dict(self.logins)}

    @classmethod
    def from_data(cls, data: object) -> Move:
        """Read what `to_data` wrote. Raises `ServerError` (`BAD_REQUEST`) and repeats no value in it."""
        names = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(data, dict) or set(data) != names:
            raise _bad("it has other fields")
        if not isinstance(data["id"], str) or not ID.fullmatch(data["id"]) or data["piece"] not in set(Piece):
            raise _bad("id or piece")
        offset = data["offset"]
        if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset < SIZE_MAX:
            raise _bad("offset")
        if data["sha256"] != "" and not (isinstance(data["sha256"], str) and SHA256.fullmatch(data["sha256"])):
            raise _bad("sha256")
        return cls(
            id=data["id"],
            piece=Piece(data["piece"]),
            offset=offset,
            data=_bytes(data["data"]),
            sha256=data["sha256"],
            logins=_logins(data["logins"]),
        )


def move_data(move: Move | None) -> dict[str, Any]:
    """Return what a request says of a move, nothing where it is about none."""
    return {} if move is None else {"move": move.to_data()}


def move_in(data: object, *, wanted: bool) -> Move | None:
    """Read what a request says of a move. Raises `ServerError` (`BAD_REQUEST`), also where it is there unwanted."""
    if (data is not None) is not wanted:
        raise _bad("for the verbs of a move, and only for them")
    return Move.from_data(data) if wanted else None


def _bytes(value: object) -> bytes:
    try:
        if isinstance(value, str) and len(value) <= 2 * CHUNK:
            return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise _bad("data")


def _logins(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(LOGINS):
        raise _bad("logins")
    if not all(isinstance(one, str) and LOGINS[kind].fullmatch(one) for kind, one in value.items()):
        raise _bad("logins")
    return dict(value)


def _bad(what: str) -> ServerError:
    return ServerError(ErrorCode.BAD_REQUEST, f"field move: {what}", step="request")

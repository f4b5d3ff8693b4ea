"""What a request about a copy says, as it travels and as it is checked. It is asked about the hosting copied *into*."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import Any

from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import SLUG, SLUG_MAX, HostingSpec, Secret

STEP = "copy"  # of an error, where it is the copy's own
PASSWORD = re.compile(r"[A-Za-z0-9]{12,64}")  # it comes to stand in files of any kind, and must mean nothing in any


class Step(enum.StrEnum):
    """What is done apart: all that takes long, while both sites are open; and the moments in which one is replaced.

    After `BACK` the place holds what it held before, and nothing of a copy lies aside.
    """

    PREPARE = "prepare"
    PUT = "put"
    BACK = "back"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Copy:
    """One step of a copy of the hosting `source`: its files, and its database where that is wanted too.

    `password` is what opens the new place's database, where the files there do not hold it yet.
    """

    step: Step
    source: str
    database: bool
    password: Secret | None = None

    def to_data(self) -> dict[str, Any]:
        """Return plain data; it may hold a password, so it is for standard input only."""
        password = None if self.password is None else self.password.reveal()
        return {"step": str(self.step), "source": self.source, "database": self.database, "password": password}

    @classmethod
    def from_data(cls, data: object) -> Copy:
        """Read what `to_data` wrote. Raises `ServerError` (`BAD_REQUEST`) and repeats no value in it."""
        if not isinstance(data, dict) or set(data) != {field.name for field in dataclasses.fields(cls)}:
            raise _bad("it has other fields")
        source, password = data["source"], data["password"]
        if not isinstance(source, str) or not SLUG.fullmatch(source) or len(source) > SLUG_MAX:
            raise _bad("source")
        if data["step"] not in set(Step) or not isinstance(data["database"], bool):
            raise _bad("step or database")
        if password is not None and not (isinstance(password, str) and PASSWORD.fullmatch(password)):
            raise _bad("password")
        given = None if password is None else Secret(password)
        return cls(step=Step(data["step"]), source=source, database=data["database"], password=given)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Copied:
    """What was copied. `adapted` files hold the new place's login now; in those that are `unsure` somebody must look.

    Of both at most ten are named.
    """

    size_bytes: int
    files: int
    adapted: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Copied:
        """Read plain data."""
        known = {field.name: data[field.name] for field in dataclasses.fields(cls)}
        return cls(**{**known, "adapted": tuple(data["adapted"]), "unsure": tuple(data["unsure"])})


def copy_data(copy: Copy | None) -> dict[str, Any]:
    """Return what a request says of a copy, nothing where it is about none: an older agent would refuse it."""
    return {} if copy is None else {"copy": copy.to_data()}


def copy_in(data: object, *, wanted: bool, into: HostingSpec | None) -> Copy | None:
    """Read what a request says of a copy. Raises `ServerError` (`BAD_REQUEST`), also where it is there unwanted.

    A hosting is never copied into itself: it would wait for its own turn for ever.
    """
    if (data is not None) is not wanted:
        raise _bad("for the verb of a copy, and only for it")
    copy = Copy.from_data(data) if wanted else None
    if copy is not None and into is not None and copy.source == into.slug:
        raise _bad("source")
    return copy


def _bad(what: str) -> ServerError:
    return ServerError(ErrorCode.BAD_REQUEST, f"field copy: {what}", step="request")

"""What the office asks of whoever signs its letters, and what may come of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

TO_SIGN = "to_sign"  # among a letter's data: how it is signed after it was made, before it is sent


class Method(enum.StrEnum):
    """How letters are signed: by the press of a button alone, by a certificate as well, or by hand."""

    NONE = "none"
    PKCS12 = "pkcs12"
    BSRE = "bsre"
    WET = "basah"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Validity:
    """Whose certificate signs, and from when to when it may."""

    holder: str
    begins: dt.datetime
    ends: dt.datetime


class SigningDelayed(Exception):  # noqa: N818  (nothing is wrong with the letter: it waits)
    """It cannot be signed now; the letter keeps its number and waits. `text` names the sentence that says why.

    `of_one`: what stands in the way may be this letter's alone, so that others may be tried.
    """

    def __init__(self, text: str, *, of_one: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.of_one = of_one


class SigningSetupError(Exception):
    """The signer cannot be set up: `setting` is to blame, the message says why. It holds no secret."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting} {reason}")
        self.setting = setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature. `holds`: no byte of the whole file changed since; `trusted`: its certificate leads to a root."""

    signer: str
    at: dt.datetime | None  # as the time stamp says where it is `stamped`, else as the signer's own clock did
    stamped: bool
    holds: bool
    trusted: bool


class UnreadableError(ValueError):
    """No PDF whose signatures could be read."""


class Signer(Protocol):
    """Signs for the office."""

    async def sign(self, pdf: bytes, *, reason: str, at: dt.datetime) -> bytes:
        """Return the PDF signed. Raises `SigningDelayed`."""
        ...

    def validity(self) -> Validity:
        """Return whose certificate signs, and for how long."""
        ...

    def roots(self) -> Sequence[bytes]:
        """Return the certificates (DER) that a check of its signatures may trust."""
        ...

    def facts(self) -> Mapping[str, str]:
        """Return what the ledger notes of its signatures."""
        ...

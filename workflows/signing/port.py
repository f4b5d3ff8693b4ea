"""What the office asks of whoever signs its letters, and what may come of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Protocol


class Method(enum.StrEnum):
    """How letters are signed: by the press of a button alone, or by the office's certificate as well."""

    NONE = "none"
    PKCS12 = "pkcs12"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Validity:
    """Whose certificate signs, and from when to when it may."""

    holder: str
    begins: dt.datetime
    ends: dt.datetime


class SigningDelayed(Exception):  # noqa: N818  (nothing is wrong with the letter: it waits)
    """It cannot be signed now; the letter keeps its number and waits. `code` names the sentence in `keaslian.toml`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SigningSetupError(Exception):
    """The signer cannot be set up: `setting` is to blame, the message says why. It holds no secret."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting} {reason}")
        self.setting = setting


class Signer(Protocol):
    """Signs for the office."""

    async def sign(self, pdf: bytes, *, reason: str, at: dt.datetime) -> bytes:
        """Return the PDF signed. Raises `SigningDelayed`."""
        ...

    def validity(self) -> Validity:
        """Return whose certificate signs, and for how long."""
        ...

    def facts(self) -> Mapping[str, str]:
        """Return what the ledger notes of its signatures."""
        ...

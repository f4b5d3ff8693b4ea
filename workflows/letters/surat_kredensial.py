"""Surat Kredensial (SOP step 8): the passwords of a hosting on paper, for an OPD that is not on Telegram.

Its first page goes outside a sealed envelope, the second inside. It is made for one print and never kept.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from provisioning.spec import Secret
from workflows.letters.encoding import fields_of
from workflows.letters.form import Letter, Nature, Recipient


@dataclasses.dataclass(frozen=True, kw_only=True)
class Login:
    """One login. `name` says what it opens; `host` and `port` are as its owner needs them."""

    name: str
    host: str
    port: int
    account: str
    password: Secret

    def facts(self) -> dict[str, object]:
        """Give the template the password itself: it is what the page is for."""
        return fields_of(self) | {"password": self.password.reveal()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuratKredensial(Letter):
    """`signer` is who printed it. It has no number and no seal: nothing of it is kept that could be checked.

    `case_number` is empty for passwords that were made anew after the handover.
    """

    template: ClassVar[str] = "surat_kredensial"

    nature: Nature = Nature.CONFIDENTIAL
    case_number: str
    recipient: Recipient
    domain: str
    logins: tuple[Login, ...]
    team: tuple[str, ...] = ()

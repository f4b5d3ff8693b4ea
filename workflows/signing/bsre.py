"""The state's signing service (BSrE) by the HTTP interface of its client service, as an office hosts it.

`GET /api/user/status/{nik}` says whether a signer may sign, `POST /api/sign/pdf` signs; both by HTTP Basic. Errors are
JSON with `status_code` and a sentence. A signer's secrets go into the request's body alone, and into no message.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import aiohttp
from pydantic import SecretStr

from provisioning.spec import Secret
from workflows.signing.port import SigningDelayed

PATIENCE = aiohttp.ClientTimeout(total=60)  # it asks its authority and a time stamp service in turn
READY = 1111  # the signer has a certificate that is in force
WRONG_PASSPHRASE = 2031
SAID_MAX = 200  # characters of its own words that are shown


class WrongPassphraseError(Exception):
    """The passphrase is not the signer's."""


class SigningRefusedError(Exception):
    """The service will not sign for this signer; `said` are its own words, plain text."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclasses.dataclass(frozen=True, kw_only=True)
class BsreService:
    """Where an office's client service is, and how the bot logs in to it."""

    url: str
    user: str
    password: SecretStr

    async def sign(self, pdf: bytes, nik: Secret, passphrase: Secret) -> bytes:
        """Return the PDF signed. Raises `WrongPassphraseError`, `SigningRefusedError`, `SigningDelayed`."""
        login = {"Authorization": aiohttp.encode_basic_auth(self.user, self.password.get_secret_value())}
        try:
            async with aiohttp.ClientSession(self.url.rstrip("/") + "/", headers=login, timeout=PATIENCE) as session:
                async with session.get(f"api/user/status/{nik.reveal()}") as answer:
                    _ready(answer.status, await _told(answer))
                async with session.post("api/sign/pdf", data=_form(pdf, nik, passphrase)) as answer:
                    if answer.status == 200 and answer.content_type == "application/pdf":
                        return await answer.read()
                    raise _refusal(answer.status, await _told(answer))
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise SigningDelayed("tanda_tangan.bsre_diam") from None  # its cause may name the address, with the NIK

    @staticmethod
    def facts() -> dict[str, str]:
        """Return what the ledger notes of its signatures."""
        return {"method": "bsre"}


def _form(pdf: bytes, nik: Secret, passphrase: Secret) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", pdf, filename="letter.pdf", content_type="application/pdf")
    form.add_field("nik", nik.reveal())
    form.add_field("passphrase", passphrase.reveal())
    form.add_field("tampilan", "invisible")
    return form


async def _told(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        told = json.loads(await answer.read())
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _ready(status: int, told: dict[str, Any]) -> None:
    if status != 200 or told.get("status_code") != READY:
        raise _refusal(status, told)


def _refusal(status: int, told: dict[str, Any]) -> Exception:
    if status == 401 and told.get("status_code") is None:
        return SigningDelayed("tanda_tangan.bsre_login")
    if told.get("status_code") == WRONG_PASSPHRASE:
        return WrongPassphraseError()
    said = str(told.get("error") or told.get("message") or "")[:SAID_MAX]
    if status >= 500 or not said:
        return SigningDelayed("tanda_tangan.bsre_diam")
    return SigningRefusedError(said)

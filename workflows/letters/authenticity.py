"""How a letter shows that it is genuine: a short code, and a deep link (its QR code) that opens the bot with it.

Pure: the random bytes are given, and whether a code is known is for the store to say.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re

import segno

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none that is read as another (0 and O, 1 and I)
CODE_LENGTH = 10
RANDOM_BYTES = 7  # 56 bits, of which the code keeps 50
PAYLOAD_PREFIX = "surat-"
BOT_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Seal:
    """What makes a signed letter checkable; `approved_at` is when its signer pressed the button, if by button."""

    code: str
    link: str
    approved_at: dt.datetime | None = None

    def facts(self) -> dict[str, object]:
        """Give the template the code grouped for reading and the link, whose QR code is drawn with the letter."""
        return {"code": grouped(self.code), "link": self.link, "approved_at": self.approved_at}


def short_code(random: bytes) -> str:
    """Make a code of ten signs from at least `RANDOM_BYTES` random bytes. Raises `ValueError` for fewer."""
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed, {len(random)} given")
    value = int.from_bytes(random[:RANDOM_BYTES], "big")
    return "".join(ALPHABET[value >> (5 * place) & 31] for place in reversed(range(CODE_LENGTH)))


def grouped(code: str) -> str:
    """Write a code for people: `7KQ2M-XW9PD`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def read_code(text: str) -> str | None:
    """Read a code as typed or carried by a deep link (any case, spaces, dashes), or None when it can be no code."""
    code = re.sub(r"[\s-]", "", text.strip().removeprefix(PAYLOAD_PREFIX)).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def deep_link(bot_username: str, code: str) -> str:
    """Write the link that opens the bot with the code (core.telegram.org/bots/features#deep-linking).

    Raises `ValueError` for a user name that Telegram would not give.
    """
    if not BOT_USERNAME.fullmatch(bot_username):
        raise ValueError(f"bot user name: {bot_username!r}")
    return f"https://t.me/{bot_username}?start={PAYLOAD_PREFIX}{code}"


def qr_svg(text: str) -> str:
    """Draw `text` as a QR code (ISO/IEC 18004, error correction M): black on nothing, with its quiet zone, as SVG."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=2, xmldecl=False)
    return target.getvalue().decode()

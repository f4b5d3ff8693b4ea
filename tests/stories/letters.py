"""Reading the PDFs that people receive."""

from __future__ import annotations

import io

import pypdf

from bot.sandbox.person import SandboxUser
from bot.sandbox.screen import ScreenMessage


async def words_of(person: SandboxUser, message: ScreenMessage) -> str:
    """Return the text of the PDF in a message, in one line. Raises where it is none."""
    pages = pypdf.PdfReader(io.BytesIO(await person.download(message))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)

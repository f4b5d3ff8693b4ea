"""Logins, shown once: a protected message under a spoiler that deletes itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.hosting.credentials import Revealed
from workflows.hosting.opening import APPLICATION, PAGE

LIFE = dt.timedelta(minutes=5)


def credentials_screen(domain: str, revealed: Sequence[Revealed]) -> Screen:
    """Return the logins; a button copies each password without showing it."""
    parts = [html("kredensial.judul", domain=domain, minutes=LIFE // dt.timedelta(minutes=1))]
    rows = []
    for one in revealed:
        name, password = plain(f"kredensial.{one.kind}"), one.password.reveal()
        words = "kredensial.butir_aplikasi" if one.kind in (APPLICATION, PAGE) else "kredensial.butir"
        parts.append(html(words, name=name, host=one.host, port=one.port, user=one.account, password=password))
        rows.append([InlineKeyboardButton(plain("kredensial.salin", name=name), copy_text=CopyTextButton(password))])
    return Screen(
        text="\n\n".join(parts),
        keyboard=InlineKeyboardMarkup(rows),
        protect=True,
        cover=html("kredensial.menyiapkan", domain=domain),
        delete_after=LIFE,
    )

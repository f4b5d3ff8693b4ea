"""What a hosting uses, in words: on its card, and the months of which there is a report."""

from __future__ import annotations

from collections.abc import Sequence

from bot import formats
from bot.callback_data import Do, Show
from bot.screens.hosting.groups import Offer
from bot.screens.keyboards import button, in_rows, keyboard, to_menu
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.reports.figures import Period
from workflows.usage.figures import Level, sums
from workflows.usage.hosting_usage import HostingUsage
from workflows.usage.wording import amount


def use_lines(use: HostingUsage) -> list[str]:
    """Return what the card says of use; nothing was counted yet: one line that says so."""
    if use.measured_at is None:
        return ["", html("penggunaan.belum")]
    total = sums(use.days)
    return [
        "",
        *(_level(level) for level in use.levels),
        html(
            "penggunaan.lalu_lintas",
            traffic=formats.size(total.received_bytes + total.sent_bytes),
            requests=formats.number(total.requests),
            errors=formats.number(total.server_errors) if total.server_errors else "",
        ),
        html("penggunaan.diukur", at=use.measured_at),
    ]


def _level(level: Level) -> str:
    return html(
        "penggunaan.baris",
        resource=str(level.resource),
        bar=formats.bar(min(level.used, level.limit), level.limit),
        used=amount(level, level.used, locale=formats.locale()),
        limit=amount(level, level.limit, locale=formats.locale()),
        full_on=formats.date(level.full_on) if level.full_on else "",
    )


def use_offers(hosting_id: int) -> list[Offer]:
    """Return the ways from the card to picture and reports."""
    at = (str(hosting_id),)
    return [
        Offer("use", button(plain("penggunaan.tombol_gambar"), Do("use_picture", at))),
        Offer("months", button(plain("penggunaan.tombol_laporan"), Show("use_months", at))),
    ]


def months_screen(hosting_id: int, domain: str, months: Sequence[Period]) -> Screen:
    """Return the months to choose from, the newest first."""
    buttons = [
        button(
            f"{formats.month(one.month)} {one.year}",
            Do("use_report", (str(hosting_id), str(one.year), str(one.month))),
        )
        for one in months
    ]
    text = html("penggunaan.pilih_bulan" if buttons else "penggunaan.tanpa_bulan", domain=domain)
    back = [button(plain("penggunaan.kembali"), Show("one_hosting", (str(hosting_id),)))]
    return Screen(text=text, keyboard=keyboard([*in_rows(buttons, 2), back, to_menu()]))

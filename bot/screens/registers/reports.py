"""A report in words, with the way to its picture, its page and its spreadsheet, and to other periods and SOPs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot import formats
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, keyboard, to_menu
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.engine.description import Sop, Status
from workflows.reports.figures import Period, Report
from workflows.reports.listing import period_words, share


def report_screen(report: Report, sops: Sequence[Sop], today: dt.date) -> Screen:
    """Return a report's figures in words; `sops` are all there are."""
    most, ikm = report.bottleneck, report.ikm
    text = html(
        "laporan.ringkas",
        sop=report.sop.title,
        period=period_words(report),
        opened=report.opened,
        closed=report.ended(Status.CLOSED),
        refused=report.ended(Status.REFUSED),
        withdrawn=report.ended(Status.WITHDRAWN) + report.ended(Status.CANCELLED),
        running=report.running,
        bottleneck=f"{most.step.number}. {most.step.title}" if most else "",
        mean=formats.working_duration(most.mean) if most and most.mean is not None else "",
        deadline=most.step.deadline_text if most else "",
        share=share(most) if most else "",
        ikm=formats.number(ikm.value, 2) if ikm else "",
        grade=ikm.grade if ikm else "",
        respondents=ikm.respondents if ikm else 0,
    )
    return Screen(text=text, keyboard=keyboard([*_files(report), *_ways(report, sops, today), to_menu()]))


def _files(report: Report) -> list[Row]:
    args = _args(report.sop, report.period)
    return [
        [
            button(plain("laporan.gambar"), Do("report_png", args), "primary"),
            button(plain("laporan.pdf"), Do("report_pdf", args)),
            button(plain("laporan.xlsx"), Do("report_xlsx", args)),
        ]
    ]


def _ways(report: Report, sops: Sequence[Sop], today: dt.date) -> list[Row]:
    sop, period = report.sop, report.period
    near = [one for one in (_moved(period, -1), _moved(period, 1)) if _begins(one) <= today]
    other = (
        Period(period.year) if period.month else Period(period.year, 12 if period.year < today.year else today.month)
    )
    return [
        [_to(sop, one) for one in near],
        [_to(sop, other)],
        *([button(one.title, Show("reports", _args(one, period)))] for one in sops if one.code != sop.code),
    ]


def _to(sop: Sop, period: Period) -> InlineKeyboardButton:
    label = f"{formats.month(period.month)} {period.year}" if period.month else plain("laporan.tahun", year=period.year)
    return button(label, Show("reports", _args(sop, period)))


def _moved(period: Period, by: int) -> Period:
    if not period.month:
        return Period(period.year + by)
    months = period.year * 12 + period.month - 1 + by
    return Period(months // 12, months % 12 + 1)


def _begins(period: Period) -> dt.date:
    return period.edges()[0].date()


def _args(sop: Sop, period: Period) -> tuple[str, ...]:
    return (sop.code, str(period.year), str(period.month))

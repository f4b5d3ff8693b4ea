"""What is out of step on a server, and a repair from its first step to its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot import formats
from bot.callback_data import Do
from bot.screens.cases.job import cause_words, left_words, step_words
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from provisioning.plan import MARKS
from workflows.store.tables import JobState
from workflows.views.drift import HostingDrift, RepairView, ServerFindings

EDIT_PAUSE = dt.timedelta(seconds=1)
DETAIL_MAX = 300


def drift_screen(found: ServerFindings, *, fresh: bool) -> Screen:
    """Return all that engineers should know of a server since the last nightly look, with the way to mend it."""
    lines = [html("penyimpangan.judul", server=found.server.name, at=found.at)]
    if found.error:
        lines.append(html("penyimpangan.server_diam", cause=cause_words(found.error)))
    if found.outdated:
        lines.append(html("penyimpangan.agen_lama", server=found.server.name))
    if found.strangers:
        lines.append(html("penyimpangan.asing", names=", ".join(found.strangers)))
    for finding in found.findings:
        lines += ["", *finding_lines(finding)]
    if found.settled:
        lines += ["", html("penyimpangan.kembali", names=", ".join(found.settled))]
    if not (found.error or found.outdated or found.strangers or found.findings):
        lines += ["", html("penyimpangan.semua_sesuai")]
    subject = f"drift:{found.server.id}"
    return Screen(text=fit(lines), keyboard=keyboard(_server_rows(found)), subject=subject, fresh=fresh)


def _server_rows(found: ServerFindings) -> list[Row]:
    if not found.findings:
        return []
    rows = []
    able = [finding for finding in found.findings if finding.shown]
    if found.shown:
        label = plain("penyimpangan.tombol_perbaiki_semua", count=len(able))
        rows.append([button(label, Do("repair_all", (str(found.server.id), found.shown)), "primary")])
    elif able:
        rows.append([repair_button(able[0])])
    return [*rows, [button(plain("penyimpangan.tombol_rencana"), Do("plans", (str(found.server.id),)))]]


def finding_lines(finding: HostingDrift) -> list[str]:
    """Return what a look found of a hosting."""
    lines = [html("penyimpangan.hosting", domain=finding.hosting.domain)]
    if finding.repairing:
        lines.append(html("penyimpangan.sedang_diperbaiki"))
    if finding.observation.error_code:
        lines.append(html("penyimpangan.ditolak", cause=cause_words(finding.observation.error_code)))
    if finding.missing:
        lines.append(html("penyimpangan.hilang"))
    pending = finding.plan.pending if finding.plan else ()
    steps = dict.fromkeys((MARKS[change.action], change.part) for change in pending)
    return lines + [html("server.rencana_butir", mark=mark, step=step_words(part)) for mark, part in steps]


def plans_screen(findings: Sequence[HostingDrift]) -> Screen:
    """Return every change of each plan, in the agent's own words too: engineers decide by them."""
    lines = [html("penyimpangan.rencana_judul")]
    for finding in findings:
        lines += ["", html("penyimpangan.hosting", domain=finding.hosting.domain)]
        if finding.observation.error_code:
            lines.append(html("penyimpangan.ditolak", cause=cause_words(finding.observation.error_code)))
            lines.append(html("penyimpangan.rinci", text=shorten(finding.observation.error or "", DETAIL_MAX)))
        for change in finding.plan.pending if finding.plan else ():
            lines.append(html("server.rencana_butir", mark=MARKS[change.action], step=step_words(change.part)))
            lines.append(html("penyimpangan.rinci", text=shorten(change.summary, DETAIL_MAX)))
    if not any(finding.drifts for finding in findings):
        lines.append(html("server.rencana_kosong"))
    return Screen(text=fit(lines))


def repair_screen(view: RepairView, *, fresh: bool) -> Screen:
    """Return a repair's bar, its good end, or why it failed with the plan as it would be now."""
    job, rows = view.job, list[Row]()
    lines = [html("penyimpangan.perbaikan_judul", domain=view.hosting.domain, server=view.server.name, by=view.by), ""]
    if job.state == JobState.DONE:
        lines.append(html("penyimpangan.perbaikan_selesai"))
    elif job.state in (JobState.FAILED, JobState.CANCELLED):
        error = job.error or {}
        lines.append(
            html(
                "penyimpangan.perbaikan_gagal",
                step=step_words(str(error.get("step") or job.step)),
                cause=cause_words(job.error_code),
                detail=shorten(str(error.get("detail", "")), DETAIL_MAX),
                left=left_words(error),
            ).rstrip()
        )
        rows = [[check_button(view.hosting.id)]]
        if view.finding is not None and view.finding.drifts:
            lines += ["", html("penyimpangan.rencana_kini"), *finding_lines(view.finding)]
        if view.finding is not None and view.finding.shown:
            rows[0].append(repair_button(view.finding))
        rows.append([button(plain("penyimpangan.tombol_log"), Do("repair_log", (str(job.id),)))])
    else:
        step = step_words(job.step) if job.state == JobState.RUNNING else plain("pekerjaan.menunggu")
        lines.append(html("pekerjaan.sedang", bar=formats.bar(job.done, job.total), step=step))
    subject = f"repair:{job.id}"
    return Screen(
        text=fit(lines),
        keyboard=keyboard(rows),
        subject=subject,
        fresh=fresh,
        silent=job.state != JobState.FAILED,
        least_pause=EDIT_PAUSE,
    )


def check_button(hosting_id: int) -> InlineKeyboardButton:
    """Return the button that has a hosting looked at."""
    return button(plain("penyimpangan.tombol_periksa"), Do("check", (str(hosting_id),)))


def repair_button(finding: HostingDrift) -> InlineKeyboardButton:
    """Return the button that has a hosting mended by exactly the plan that was found."""
    label = plain("penyimpangan.tombol_perbaiki")
    return button(label, Do("repair", (str(finding.hosting.id), finding.shown or "")), "primary")

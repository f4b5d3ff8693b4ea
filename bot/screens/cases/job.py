"""A job that builds a hosting: its progress, the alert when it fails, its log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from bot import formats
from bot.callback_data import CasePress
from bot.screens.keyboards import button, keyboard, packed
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.texts import has, html, plain
from workflows.engine.description import Action
from workflows.store.tables import Job, JobState
from workflows.views.jobs import JobView

EDIT_PAUSE = dt.timedelta(seconds=1)
DETAIL_MAX = 500
LINE_MAX = 200


def alert_subject(job_id: int) -> str:
    """Return the name under which a chat keeps the alert of a job."""
    return f"alert:{job_id}"


def progress_screen(view: JobView, *, engineer: bool) -> Screen:
    """Return the bar; why a job failed is said to engineers only."""
    job = view.job
    head = html("pekerjaan.judul", number=view.case.number, domain=view.hosting.domain)
    if job.state == JobState.DONE:
        body = html("pekerjaan.selesai")
    elif job.state in (JobState.FAILED, JobState.CANCELLED):
        body = html("pekerjaan.gagal_engineer", step=_failed_at(job)) if engineer else html("pekerjaan.gagal_opd")
    else:
        step = step_words(job.step) if job.state == JobState.RUNNING else plain("pekerjaan.menunggu")
        body = html("pekerjaan.sedang", bar=formats.bar(job.done, job.total), step=step)
    return Screen(text=f"{head}\n\n{body}", subject=f"job:{job.id}", silent=True, least_pause=EDIT_PAUSE)


def alert_screen(view: JobView, actions: Sequence[Action], *, stands: bool) -> Screen:
    """Tell engineers what failed: step, cause in words, what was left in place, and what they may do.

    `stands`: nobody has tried again since.
    """
    job, case = view.job, view.case
    error = job.error or {}
    text = html(
        "pekerjaan.alert",
        number=case.number,
        domain=view.hosting.domain,
        server=view.server.name,
        attempt=job.attempt,
        step=_failed_at(job),
        cause=cause_words(job.error_code),
        detail=shorten(str(error.get("detail", "")), DETAIL_MAX),
        left=left_words(error),
        taken_by=view.taken_by,
        stands=stands,
        cancelled=job.state == JobState.CANCELLED,
    )
    buttons = [button(action.label, CasePress(case.id, action.id, case.revision), action.style) for action in actions]
    return Screen(text=text, keyboard=keyboard(packed(buttons)), subject=alert_subject(job.id))


def _failed_at(job: Job) -> str:
    return step_words(str((job.error or {}).get("step") or job.step))


def log_screen(title: str, job: Job) -> Screen:
    """Return the newest lines of a job's log; `title` says whose it is."""
    lines = [shorten(_line(entry), LINE_MAX) for entry in job.log]
    server_log = str((job.error or {}).get("server_log", ""))
    lines += [shorten(line, LINE_MAX) for line in server_log.splitlines()]
    head = html("pekerjaan.log_judul", number=title)
    if not lines:
        return Screen(text=f"{head}\n{html('pekerjaan.log_kosong')}")
    newest = fit([html("formulir.tanya", text=line) for line in reversed(lines)], 3_300).splitlines()
    return Screen(text=f"{head}\n<pre>" + "\n".join(reversed(newest)) + "</pre>")


def step_words(step: str) -> str:
    """Return a step of the work in words; one that has none is named as it is."""
    key = f"langkah.{step}"
    return plain(key) if has(key) else step or plain("pekerjaan.menunggu")


def left_words(error: Mapping[str, Any]) -> str:
    """Return what a failed job left in place, as the server names it ("account h_arsip") or in the reader's words."""
    return ", ".join(_left(str(one)) for one in error.get("left", ()))


def _left(what: str) -> str:
    kind, _, name = what.removeprefix("DNS ").partition(" ")
    key = f"pekerjaan.tertinggal_{kind}"
    return plain(key, name=name) if name and " " not in name and has(key) else what


def cause_words(code: str | None) -> str:
    """Return why a job failed, in a short sentence."""
    key = f"galat.{code}"
    return plain(key if has(key) else "galat.internal")


def _line(entry: object) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    rest = " ".join(f"{key}={value}" for key, value in entry.items() if key != "at")
    return f"{entry.get('at', '')[:19]} {rest}"

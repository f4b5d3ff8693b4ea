"""A case's card, the question asked before what cannot be undone, and the whole request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot import formats
from bot.callback_data import CasePress, Do, Show
from bot.screens.keyboards import button, keyboard, packed
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.cases.noted_facts import noted
from workflows.engine.chart import StepMark, chart
from workflows.engine.description import Action, Status
from workflows.views.case import CaseView, MustAct
from workflows.words import acting_office

COURSE = "case_course"
MARKS = {StepMark.DONE: "✓", StepMark.TO_COME: "·", StepMark.STOPPED: "✗"}
DETAIL_MAX = 300  # characters of one answer on the card
ANSWER_MAX = 900  # characters of one answer where the whole request is shown


def subject_of(case_id: int) -> str:
    """Return the name under which a chat keeps the card of a case."""
    return f"case:{case_id}"


def case_screen(view: CaseView, details: Sequence[tuple[str, str]], *, fresh: bool) -> Screen:
    """Return the card; `details` are the answers that matter now, as label and words."""
    case = view.case
    buttons = [
        button(action.label, CasePress(case.id, action.id, case.revision), action.style) for action in view.actions
    ]
    lines = [*_head(view), "", _line(view), *_state(view), ""]
    lines += _details(details)
    last = _last(view)
    return Screen(
        text=fit([*lines, *(["", last] if last else [])]),
        keyboard=keyboard(packed(buttons)),
        subject=subject_of(case.id),
        fresh=fresh,
        silent=not fresh,
    )


def confirm_screen(view: CaseView, action: Action, question: str, details: Sequence[tuple[str, str]]) -> Screen:
    """Name what will happen and ask once more; `details` are what the question itself does not name."""
    assert action.confirm is not None  # noqa: S101  (only asked of actions that have one)
    case = view.case
    rows = [
        [button(action.confirm.yes, CasePress(case.id, action.id, case.revision, sure=True), action.style)],
        [button(action.confirm.no, Show("case", (str(case.id),)))],
    ]
    lines = [html("kartu.judul", number=case.number, opd=view.opd), "", *_details(details), *([""] if details else [])]
    text = fit([*lines, html("kartu.tanya", text=question)])
    return Screen(text=text, keyboard=keyboard(rows), subject=subject_of(case.id))


def request_screen(view: CaseView, title: str, answers: Sequence[tuple[str, str]]) -> Screen:
    """Return every answer of the request, with the way to the picture of the case's course."""
    lines = [*_head(view), f"<b>{html('formulir.tanya', text=title)}</b>", ""]
    lines += [html("formulir.baris", label=label, value=shorten(value, ANSWER_MAX)) for label, value in answers]
    course = button(plain("kartu.tombol_perjalanan"), Do(COURSE, (str(view.case.id),)))
    return Screen(text=fit(lines), keyboard=keyboard([[course]]))


def _head(view: CaseView) -> list[str]:
    return [
        html("kartu.judul", number=view.case.number, opd=view.opd),
        html("kartu.perihal", subject=view.case.subject),
    ]


def _details(details: Sequence[tuple[str, str]]) -> list[str]:
    return [html("kartu.isian", label=label, value=shorten(value, DETAIL_MAX)) for label, value in details]


def _line(view: CaseView) -> str:
    """Draw the ten steps, the present one marked: ✓ ✓ [3] · · · · · · ·."""
    signs = [
        f"<b>[{step.number}]</b>" if step.mark is StepMark.NOW else MARKS[step.mark]
        for step in chart(view.sop, view.state)
    ]
    return " ".join(signs)


def _state(view: CaseView) -> list[str]:
    lines = [html("kartu.langkah", number=view.step.number, count=len(view.sop.steps), title=view.step.title)]
    status = view.state.status
    if status is not Status.OPEN:
        lines.append(html(f"kartu.keadaan_{status}"))
    if noted(view.case.facts).get("question_open"):
        lines.append(html("kartu.pertanyaan_terbuka"))
    if view.ended:
        return lines
    lines += _awaits(view)
    word = "kartu.waktu_berhenti" if status is Status.WAITING_OPD else "kartu.waktu"
    lines.append(html(word, norm=view.step.norm_text, elapsed=formats.working_duration(view.elapsed)))
    return [*lines, _deadline(view)]


def _awaits(view: CaseView) -> list[str]:
    """Say who must act, or what became of the machine's work; the status has said it where the OPD must."""
    who, facts = awaited(view), noted(view.case.facts)
    if who:
        return [html("kartu.menunggu", who=who)]
    if facts.get("job_failed"):
        return [html("kartu.terhenti")]
    if facts.get("delivery_failed"):
        return [html("kartu.belum_sampai")]
    return [html("kartu.mesin")] if view.state.status is Status.OPEN else []


def _deadline(view: CaseView) -> str:
    if view.left <= dt.timedelta():
        over = formats.working_duration(-view.left)
        return html("kartu.lewat", deadline=view.step.deadline_text, over=over)
    left = formats.working_duration(view.left)
    return html("kartu.sisa", deadline=view.step.deadline_text, left=left, due=view.due)


def awaited(view: CaseView) -> str:
    """Return whom a case waits for, by office; "" where the machine works."""
    return ", ".join(_held(one) for one in view.must_act)


def _held(one: MustAct) -> str:
    if one.vacant:
        return plain("kartu.belum_ada_pejabat", office=one.title)
    return acting_office(one.acting, one.title)


def _last(view: CaseView) -> str:
    """Say who moved the case last, and when."""
    if view.last is None or view.last.action is None or not view.last.action.done_text:
        return ""
    last, when = view.last, formats.instant(view.last.at)
    who = f"{last.by} ({acting_office(last.acting, last.title)})" if last.acting else last.by
    return html("kartu.terakhir", done=view.last.action.done_text, who=who, when=when)

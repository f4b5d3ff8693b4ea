"""A fitness test in chat: what the machine saw, the next item to tick, the verdict, and the record to sign."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import fit, shorten
from bot.screens.screen import DocumentScreen, Later, Rendered, Screen
from bot.texts import html, plain
from workflows.fitness import judge
from workflows.fitness.procedure import INSPECTORS, subject
from workflows.people.insiders import sees_all
from workflows.people.members import Member
from workflows.store import cases, fitness_tests, hostings
from workflows.store.tables import OutboxMessage
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.fitness import FitnessView, fitness_view

DETAIL_MAX = 120
TICKS = {"y": judge.Result.FULFILLED, "n": judge.Result.LACKING, "x": judge.Result.NOT_APPLICABLE}
"""Answers as a button carries them."""


async def fitness_test(_app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return a fitness test as it is now, to who inspects."""
    view = await fitness_view(work, member, row.params["fitness"]) if member else None
    if member is None or view is None or not member.has(*INSPECTORS):
        return None
    screen = _question(view) if row.params.get("confirm") == view.fitness_test.revision else fitness_screen(view)
    return dataclasses.replace(screen, fresh=bool(row.params.get("loud")))


def fitness_screen(view: FitnessView) -> Screen:
    """Return the fitness test with what may be done about it."""
    row = view.fitness_test
    lines = [html("kelaikan.judul", domain=view.hosting.domain, opd=view.opd), "", *_seen(view)]
    rows: list[Row] = []
    if row.state == fitness_tests.CLOSED:
        lines += ["", html(f"kelaikan.putusan_{row.verdict}")]
        lines.append(html("kelaikan.disahkan", number=row.number, by=view.by, at=row.closed_at))
        rows = [[button(plain("kelaikan.tombol_berita_acara"), Do("fitness_report", (str(row.id),)))]]
    elif row.state == fitness_tests.DROPPED:
        lines += ["", html("kelaikan.berhenti")]
    else:
        lines += ["", *_by_hand(view)]
        rows = _rows(view)
    return Screen(text=fit(lines), keyboard=keyboard(rows), subject=subject(row.id))


def _seen(view: FitnessView) -> list[str]:
    if view.fitness_test.seen_at is None:
        return [html("kelaikan.belum_dilihat")]
    good = [line for line in view.seen if line.result is judge.Result.FULFILLED]
    lines = [html("kelaikan.mesin", at=view.fitness_test.seen_at, good=len(good), count=len(view.seen))]
    return lines + _lacking(view.seen)


def _lacking(lines: Sequence[judge.TestLine]) -> list[str]:
    return [
        html(
            "kelaikan.kurang",
            question=line.item.question,
            detail=shorten(line.detail, DETAIL_MAX),
            remedy=line.item.remedy,
            required=line.item.required,
        ).rstrip()
        for line in lines
        if line.result is judge.Result.LACKING
    ]


def _by_hand(view: FitnessView) -> list[str]:
    done = [line for line in view.by_hand if line.result is not judge.Result.OPEN]
    lines = [html("kelaikan.orang", done=len(done), count=len(view.by_hand)), *_lacking(view.by_hand)]
    if view.next is not None:
        return [*lines, "", html("kelaikan.butir", number=len(done) + 1, question=view.next.item.question)]
    if view.verdict is not None:
        lines += ["", html(f"kelaikan.putusan_{view.verdict}")]
        lines += [] if view.may_sign else [html("kelaikan.menunggu_kabid")]
    return lines


def _rows(view: FitnessView) -> list[Row]:
    row, rows = view.fitness_test, list[Row]()
    at = (str(row.id), str(row.revision))
    if view.next is not None:
        asked = [("y", "terpenuhi", "success"), ("n", "belum", "danger"), ("x", "tidak_berlaku", "")]
        ticks = [
            button(plain(f"kelaikan.tombol_{label}"), Do("tick", (*at, view.next.item.id, code)), style)
            for code, label, style in asked
        ]
        rows += [ticks[:2], ticks[2:]]
    elif view.verdict is not None and view.may_sign:
        rows.append([button(plain("kelaikan.tombol_sahkan"), Do("fitness_close", at), "success")])
    if row.ticked:
        rows.append([button(plain("kelaikan.tombol_ulangi"), Do("untick", at))])
    return [*rows, [button(plain("kelaikan.tombol_lihat"), Do("inspect", (str(row.hosting_id),)))]]


def _question(view: FitnessView) -> Screen:
    row = view.fitness_test
    verdict = plain(f"kelaikan.putusan_singkat_{view.verdict}") if view.verdict else "-"
    at = (str(row.id), str(row.revision))
    rows = [
        [button(plain("kelaikan.tombol_ya"), Do("fitness_sure", at), "success")],
        [button(plain("kelaikan.tombol_tidak"), Do("fitness", at[:1]))],
    ]
    text = html("kelaikan.tanya_sah", domain=view.hosting.domain, verdict=verdict)
    return Screen(text=text, keyboard=keyboard(rows), subject=subject(row.id))


async def report(app: App, work: UnitOfWork, row: OutboxMessage, member: Member | None) -> Rendered:
    """Return the signed record, to the OPD whose hosting it is and to DKISP."""
    found = await fitness_tests.get(work, row.params["fitness"])
    hosting = await hostings.get(work, found.hosting_id) if found else None
    if member is None or found is None or hosting is None or found.state != fitness_tests.CLOSED:
        return None
    if not (sees_all(app.office, member) or hosting.opd_id in member.opds):
        return None
    paper = await cases.paper(work, found.paper_id) if found.paper_id is not None else None
    if paper is None:
        return Later()
    verdict = plain(f"kelaikan.putusan_singkat_{found.verdict}")
    caption = html("kelaikan.berkas", domain=hosting.domain, number=found.number, verdict=verdict)
    return DocumentScreen(path=app.office.files.path(paper.sha256), name=paper.name, caption=caption)

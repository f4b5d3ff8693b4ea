"""How an order ended: a sentence for whoever gave it, an alert with what may be done about it for engineers."""

from __future__ import annotations

from bot.callback_data import Do, Show
from bot.orders.order import Order
from bot.screens.cases.job import DETAIL_MAX, cause_words, step_words
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.hosting.errands import is_owners_fault
from workflows.hosting.orders import subject
from workflows.store.tables import JobState
from workflows.views.jobs import OrderView


def ordered_screen(view: OrderView, order: Order | None, then: Order | None, *, engineer: bool) -> Screen | None:
    """Return the message, None where there is nothing to say (yet): the job goes on, or has no order's words."""
    job, hosting = view.job, view.hosting
    if job.state == JobState.FAILED and engineer and not is_owners_fault(job.action, job.error_code):
        return _alert(view, order)
    look = [button(plain("pesanan.lihat"), Show("one_hosting", (str(hosting.id),)))]
    if job.state == JobState.FAILED and order is not None and is_owners_fault(job.action, job.error_code):
        said = {**job.data, "domain": hosting.domain, "cause": cause_words(job.error_code)}
        detail = shorten(str((job.error or {}).get("detail", "")), DETAIL_MAX)
        return Screen(text=order.told("gagal", **said, detail=detail), keyboard=keyboard([look]))
    if job.state == JobState.FAILED:
        return Screen(text=html("pesanan.gagal_pemesan", domain=hosting.domain), keyboard=keyboard([look]))
    if job.state != JobState.DONE or order is None:
        return None
    text = order.told("selesai", **{**job.data, "domain": hosting.domain})
    if not text.strip():  # one job of several: the last one says how it ended
        return None
    return Screen(text=text, keyboard=keyboard([_next(view, order, then), look]))


def _next(view: OrderView, order: Order, then: Order | None) -> Row:
    """Return the button of what may be ordered next, for as long as nothing else was."""
    hosting = view.hosting
    if then is None or view.job.wanted_revision != hosting.wanted_revision:
        return []
    args = (order.then, str(hosting.id), str(hosting.wanted_revision))
    return [button(then.said("tombol"), Do("order", args), then.style)]


def _alert(view: OrderView, order: Order | None) -> Screen:
    job, error = view.job, view.job.error or {}
    text = html(
        "pesanan.gagal",
        domain=view.hosting.domain,
        what=order.said("tombol") if order else job.action,
        server=view.server.name,
        step=step_words(str(error.get("step") or job.step)),
        cause=cause_words(job.error_code),
        detail=shorten(str(error.get("detail", "")), DETAIL_MAX),
        left=", ".join(str(one) for one in error.get("left", ())),
        taken_by=view.taken_by,
    )
    of_job = (str(job.id),)
    rows = [[button(plain("pesanan.lihat_log"), Do("order_log", of_job))]]
    if view.stands:
        again = button(plain("pesanan.coba_lagi"), Do("order_retry", of_job), "primary")
        rows.insert(0, [again, button(plain("pesanan.ambil_alih"), Do("order_take", of_job))])
    return Screen(text=text, keyboard=keyboard(rows), subject=subject(job.id))

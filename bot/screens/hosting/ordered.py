"""How an order ended: a sentence for whoever gave it, an alert with what may be done about it for engineers."""

from __future__ import annotations

from telegram import InlineKeyboardButton

from bot.callback_data import Do, Show
from bot.orders.order import Order
from bot.screens.cases.job import DETAIL_MAX, cause_words, left_words, step_words
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import shorten
from bot.screens.screen import Screen
from bot.texts import has, html, plain
from workflows.hosting.errands import is_owners_fault
from workflows.hosting.front_page import FrontPages
from workflows.hosting.orders import subject
from workflows.hosting.suspension import RESUME
from workflows.jobs.outcome import stands_nevertheless
from workflows.store.tables import Hosting, Job, JobState
from workflows.views.jobs import OrderView


def ordered_screen(view: OrderView, order: Order | None, then: Order | None, *, engineer: bool) -> Screen | None:
    """Return the message, None where there is nothing to say (yet): the job goes on, or has no order's words."""
    job, hosting = view.job, view.hosting
    if job.state == JobState.FAILED:
        is_owners = is_owners_fault(job)
        return _alert(view, order) if engineer and not is_owners else _failed(view, order, then)
    if job.state == JobState.CANCELLED:
        what = _what(job, order)
        text = html("pesanan.dibatalkan", domain=hosting.domain, what=what, opens=job.action == RESUME.name)
        return Screen(text=text, keyboard=keyboard([_look(hosting)]))
    if job.state != JobState.DONE or order is None:
        return None
    text = order.told("selesai", **{**job.data, "domain": hosting.domain})
    if not text.strip():  # one job of several: the last one says how it ended
        return None
    rows = [_next(view, order, then), _back(view, order), _look(hosting)]
    return Screen(text="\n\n".join([text, *_remarks(job, hosting.domain)]), keyboard=keyboard(rows))


def _what(job: Job, order: Order | None) -> str:
    """Name what was ordered: by its button, or in words where a case ordered it."""
    own = f"pesanan.apa_{job.action}"
    return order.said("tombol") if order else plain(own) if has(own) else job.action


def _failed(view: OrderView, order: Order | None, then: Order | None) -> Screen:
    """Return what whoever ordered reads: what they can mend, what stands nevertheless, or that it is seen to."""
    job, hosting, rows = view.job, view.hosting, [_look(view.hosting)]
    if order is not None and is_owners_fault(job):
        said = {**job.data, "domain": hosting.domain, "cause": cause_words(job.error_code)}
        detail = shorten(str((job.error or {}).get("detail", "")), DETAIL_MAX)
        return Screen(text=order.told("gagal", **said, detail=detail), keyboard=keyboard(rows))
    if stands_nevertheless(job):
        text = html("pesanan.belum_lulus_pemesan", domain=hosting.domain)
        return Screen(text=text, keyboard=keyboard([_next(view, order, then), *rows]))
    return Screen(text=html("pesanan.gagal_pemesan", domain=hosting.domain), keyboard=keyboard(rows))


def _look(hosting: Hosting) -> Row:
    return [button(plain("pesanan.lihat"), Show("one_hosting", (str(hosting.id),)))]


def _remarks(job: Job, domain: str) -> list[str]:
    """Return what whoever ordered is to know of the site as visitors meet it now, where that is not well."""
    front = FrontPages.of(job)
    said = [_site_words(job, domain)] if front.is_wrong else []
    return [*said, html("pesanan.sertifikat_berakhir", domain=domain, ended=front.ended)] if front.ended else said


def _site_words(job: Job, domain: str) -> str:
    """Say that a site answers with an error, and the way back where the order has made it so."""
    front = FrontPages.of(job)
    if not front.is_broken:
        return html("pesanan.situs_galat", domain=domain, status=front.after)
    own = f"pesanan.kembali_{job.action}"
    back = html(own if has(own) else "pesanan.kembali")
    return f"{html('pesanan.situs_rusak', domain=domain, status=front.after)}\n{back}"


def _next(view: OrderView, order: Order | None, then: Order | None) -> Row:
    """Return the button of what may be ordered next, for as long as nothing else was."""
    return [_order_button(view.hosting, then)] if order and then and _is_newest(view) else []


def _back(view: OrderView, order: Order) -> Row:
    """Return the button by which a choice that broke the site is made once more."""
    is_choice = has(f"pesanan.kembali_{view.job.action}") and not order.follow_up
    return (
        [_order_button(view.hosting, order)]
        if is_choice and FrontPages.of(view.job).is_broken and _is_newest(view)
        else []
    )


def _is_newest(view: OrderView) -> bool:
    return bool(view.job.wanted_revision == view.hosting.wanted_revision)


def _order_button(hosting: Hosting, order: Order) -> InlineKeyboardButton:
    args = (order.name, str(hosting.id), str(hosting.wanted_revision))
    return button(order.said("tombol"), Do("order", args), order.style)


def _alert(view: OrderView, order: Order | None) -> Screen:
    job, error = view.job, view.job.error or {}
    text = html(
        "pesanan.gagal",
        domain=view.hosting.domain,
        what=_what(job, order),
        server=view.server.name,
        step=step_words(str(error.get("step") or job.step)),
        cause=cause_words(job.error_code),
        detail=shorten(str(error.get("detail", "")), DETAIL_MAX),
        left=left_words(error),
        taken_by=view.taken_by,
        stands=view.stands,
    )
    of_job = (str(job.id),)
    rows = [[button(plain("pesanan.lihat_log"), Do("order_log", of_job)), *_look(view.hosting)]]
    if view.stands:
        again = button(plain("pesanan.coba_lagi"), Do("order_retry", of_job), "primary")
        rows.insert(0, [again, button(plain("pesanan.ambil_alih"), Do("order_take", of_job))])
    return Screen(text=text, keyboard=keyboard(rows), subject=subject(job.id))

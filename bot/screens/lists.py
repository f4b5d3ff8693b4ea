"""Lists of cases and of hostings."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Do, Show
from bot.screens.hosting.certificate import certificate_words
from bot.screens.keyboards import Row, button, in_rows, keyboard, pages, to_menu
from bot.screens.lengths import fit, shorten
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.cases.search_query import Sought
from workflows.engine.description import Status
from workflows.engine.fields import FieldError
from workflows.hosting.receiving import SCREEN as RECEIVING
from workflows.views.hosting import HostingView
from workflows.views.hosting_tasks import HostingTask
from workflows.views.lists import COUNTED, PAGE, CaseLine

SUBJECT_MAX = 80


def tasks_screen(lines: Sequence[CaseLine], page: int, at_hostings: Sequence[HostingTask] = ()) -> Screen:
    """Return what waits for a person, oldest first; before it, what waits at the cards of hostings."""
    count = -(-len(lines) // PAGE)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    everything = len(lines) + len(at_hostings)
    title = html("daftar.tugas_judul", count=everything) if everything else html("daftar.tugas_kosong")
    if page == 0:
        title += "".join(f"\n\n{html(one.text, domain=one.domain, **one.params)}" for one in at_hostings)
    found = {_where(one): one.domain for one in at_hostings}
    buttons = [button(domain, where) for where, domain in found.items()]
    return _list(title, shown, pages("tasks", page, count), first=in_rows(buttons if page == 0 else [], 1))


def _where(task: HostingTask) -> Show:
    """Return what leads to where it is done: the hosting's card, or a question to who does not see that card yet."""
    if task.received_by is not None:
        return Show(RECEIVING, (str(task.received_by),))
    return Show("one_hosting", (str(task.hosting_id),))


def cases_screen(lines: Sequence[CaseLine], page: int, *, more: bool) -> Screen:
    """Return one page of the cases a person may see, newest first."""
    title = html("daftar.permohonan_judul") if lines else html("daftar.permohonan_kosong")
    return _list(title, lines, pages("cases", page, page + 2 if more else page + 1))


def found_screen(sought: Sought, lines: Sequence[CaseLine], count: int, *, search: int, page: int) -> Screen:
    """Return a page of what a search found, and how the search was understood."""
    title = html(
        "daftar.cari_judul",
        words=sought.words,
        first=sought.first,
        last=sought.last,
        states=[plain(f"daftar.keadaan_{status}") for status in Status if status in sought.statuses],
        count=min(count, COUNTED),
        more=count > COUNTED,
    )
    pager = pages("found", page, -(-min(count, COUNTED) // PAGE), of=search)
    return _list(title, lines, pager, last=[[button(plain("daftar.cari_lagi"), Do("search"))]])


def not_sought_screen(error: FieldError) -> Screen:
    """Return why nothing was searched for."""
    again = [button(plain("daftar.cari_lagi"), Do("search"))]
    return Screen(text=html(f"isian.{error.code}", **error.params), keyboard=keyboard([again, to_menu()]))


def hostings_screen(views: Sequence[HostingView], *, more: bool, packages: dict[int, str], page: int = 0) -> Screen:
    """Return one page of the hostings a person may see, with a button to each; `packages` are labels by hosting id."""
    if not views:
        return Screen(text=html("hosting.kosong"), keyboard=keyboard([to_menu()]))
    lines = [html("hosting.judul")]
    for view in views:
        applied = view.hosting.applied
        lines.append(
            "\n"
            + html(
                "hosting.butir",
                domain=view.hosting.domain,
                opd=view.opd,
                state=plain(f"hosting.keadaan_{view.spec.state}"),
                number=view.case_number,
                addresses=", ".join(view.hosting.served_addresses),
                package=packages.get(view.hosting.id),
                php=view.spec.php_version,
                certificate=certificate_words(applied),
                sight=view.site_status,
            ).strip()
        )
    each = [button(view.hosting.domain, Show("one_hosting", (str(view.hosting.id),))) for view in views]
    pager = pages("hosting", page, page + 2 if more else page + 1)
    return Screen(text=fit(lines), keyboard=keyboard([*in_rows(each, 1), pager, to_menu()]))


def _list(
    title: str, lines: Sequence[CaseLine], pager: Row, *, first: Sequence[Row] = (), last: Sequence[Row] = ()
) -> Screen:
    text = [title.strip()]
    buttons = []
    for line in lines:
        subject = shorten(line.case.subject, SUBJECT_MAX)
        text += ["", html("daftar.baris", number=line.case.number, opd=line.opd, subject=subject, state=_state(line))]
        buttons.append(button(line.case.number, Show("fresh_case", (str(line.case.id),))))
    return Screen(text=fit(text), keyboard=keyboard([*first, *in_rows(buttons, 2), pager, *last, to_menu()]))


def _state(line: CaseLine) -> str:
    if line.status is Status.OPEN:
        return plain("daftar.langkah", number=line.step.number, title=line.step.short_title)
    return plain(f"daftar.keadaan_{line.status}")

"""A form's messages: one question, or the summary."""

from __future__ import annotations

import datetime as dt

from telegram import InlineKeyboardButton

from bot import formats
from bot.app import App
from bot.callback_data import FormPress
from bot.forms import flow
from bot.forms.flow import SUMMARY, Filling
from bot.forms.form_spec import FormSpec
from bot.forms.open_draft import open_draft
from bot.screens.keyboards import Row, button, in_rows, keyboard, packed
from bot.screens.lengths import fit, shorten
from bot.screens.named_screen import Args, for_members, word
from bot.screens.screen import OldMessage, Screen
from bot.screens.values import value_words
from bot.texts import html, plain
from workflows.engine.description import Field, FieldType
from workflows.engine.questions import Choice
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork

SUBJECT = "form"
PAGE = 12  # choices a page: all offices of an invitation are on the first
VALUE_MAX = 220  # characters of one answer in the summary
SEVERAL = (FieldType.MULTI_CHOICE, FieldType.REASONS)


def form_screen(spec: FormSpec, filling: Filling, *, fresh: bool, today: dt.date) -> Screen:
    """Return the present question or the summary."""
    if filling.position == SUMMARY:
        text, rows = _summary(spec, filling)
    else:
        text, rows = _question(spec, filling, filling.form.field(filling.position), today)
    return Screen(
        text=text,
        keyboard=keyboard(rows),
        subject=SUBJECT,
        fresh=fresh,
        old_message=OldMessage.KEEP_WITHOUT_BUTTONS,
    )


def closed_screen(key: str, params: dict[str, str], *, fresh: bool) -> Screen:
    """Return the last sentence of a form that is over; one that was stopped can be taken up again by its `token`."""
    token = params.get("token")
    again = [[button(plain("formulir.buka_lagi"), FormPress("reopen", token))]] if token else []
    return Screen(
        text=html(key, **params),
        keyboard=keyboard(again),
        subject=SUBJECT,
        fresh=fresh,
        last=True,
        old_message=OldMessage.KEEP_WITHOUT_BUTTONS,
    )


def resume_screen(spec: FormSpec) -> Screen:
    """Offer a form that was left for something else."""
    rows = [
        [button(plain("formulir.lanjutkan"), FormPress("resume", "-"), "primary")],
        [button(plain("formulir.hapus"), FormPress("discard", "-"), "danger")],
    ]
    text = html("formulir.lanjutkan_tanya", title=spec.form.title, about=spec.about)
    return Screen(text=text, keyboard=keyboard(rows))


def _question(spec: FormSpec, filling: Filling, field: Field, today: dt.date) -> tuple[str, list[Row]]:
    place, count = filling.place
    lines = [html("formulir.judul", title=filling.form.title, place=place, count=count), *_about(spec), ""]
    fault = filling.scratch.get("fault")
    if fault:
        lines += [html("formulir.salah", text=plain(fault["text"], **fault["params"])), ""]
    lines.append(html("formulir.tanya", text=field.ask))
    pages = filling.scratch.get("pages", [])
    if pages:
        lines.append(html("formulir.berkas_diterima", count=len(pages)))
    if field.type in SEVERAL:
        lines.append(html("formulir.pilih_beberapa"))
    if field.type is FieldType.REASONS:
        lines.append(html("formulir.tulis_alasan"))
    if field.type is FieldType.SERVER and not field.choices:
        lines.append(html("formulir.tidak_ada_server"))
    if len(field.choices) > PAGE:
        lines.append(html("formulir.ketik_sebagian"))
    if field.example:
        lines.append(html("formulir.contoh", example=field.example))
    return fit(lines), [*_answers(filling, field, today), *_ways(filling)]


def _about(spec: FormSpec) -> list[str]:
    return [html("formulir.tentang", about=spec.about)] if spec.about else []


def _answers(filling: Filling, field: Field, today: dt.date) -> list[Row]:
    at = field.id
    if field.type in SEVERAL:
        return [*_ticks(filling, field), [button(plain("formulir.selesai_memilih"), FormPress("done", at), "primary")]]
    if field.type is FieldType.DOCUMENT and filling.scratch.get("pages"):
        return [[button(plain("formulir.selesai_memilih"), FormPress("done", at), "primary")]]
    if field.choices:
        return _choices(filling, field)
    if field.type is FieldType.DATE:
        return [[button(plain("formulir.hari_ini", value=formats.date(today)), FormPress("today", at))]]
    if field.default:
        return [[button(plain("formulir.bawaan", value=field.default), FormPress("default", at))]]
    return []


def _ticks(filling: Filling, field: Field) -> list[Row]:
    ticked = flow.ticks(filling)

    def tick(place: int, choice: Choice) -> InlineKeyboardButton:
        word = "formulir.dicentang" if choice.value in ticked else "formulir.belum_dicentang"
        return button(plain(word, label=choice.label), FormPress("tick", field.id, flow.token_of(choice, place)))

    return [[tick(place, choice)] for place, choice in enumerate(field.choices)]


def _choices(filling: Filling, field: Field) -> list[Row]:
    """Return the choices, the first page of them where they are many."""
    page = min(int(filling.scratch.get("page", 0)), (len(field.choices) - 1) // PAGE)
    shown = field.choices[page * PAGE : (page + 1) * PAGE]
    rows = packed(
        [
            button(choice.label, FormPress("pick", field.id, flow.token_of(choice, place)))
            for place, choice in enumerate(shown, start=page * PAGE)
        ]
    )
    pager: Row = []
    if page > 0:
        pager.append(button(plain("umum.sebelumnya"), FormPress("page", field.id, str(page - 1))))
    if (page + 1) * PAGE < len(field.choices):
        pager.append(button(plain("umum.berikutnya"), FormPress("page", field.id, str(page + 1))))
    return [*rows, pager]


def _ways(filling: Filling) -> list[Row]:
    """Return the ways out of a question; what stops the form stands apart from what the thumb presses often."""
    at = filling.position
    row = []
    if filling.may_go_back:
        row.append(button(plain("formulir.kembali"), FormPress("back", at)))
    if filling.may_skip:
        row.append(button(plain("formulir.lewati"), FormPress("skip", at)))
    return [*([row] if row else []), [button(plain("formulir.batal"), FormPress("cancel", at))]]


def _summary(spec: FormSpec, filling: Filling) -> tuple[str, list[Row]]:
    if filling.scratch.get("confirm"):
        rows = [
            [button(spec.yes, FormPress("sure", SUMMARY), spec.style)],
            [button(spec.no, FormPress("unsure", SUMMARY))],
        ]
        return html("formulir.tanya", text=spec.confirm), rows
    lines = [html("formulir.ringkasan", title=filling.form.title), *_about(spec), ""]
    if filling.scratch.get("fault"):
        lines += [html("formulir.salah", text=plain(filling.scratch["fault"]["text"])), ""]
    for field in filling.asked:
        value = shorten(value_words(field, filling.answers.get(field.id)), VALUE_MAX)
        lines.append(html("formulir.baris", label=field.label, value=value))
    if filling.scratch.get("changing"):
        return fit([*lines, "", html("formulir.ubah_yang_mana")]), _to_change(filling)
    lines += ["", html("formulir.periksa", submit=spec.submit)]
    send = button(spec.submit, FormPress("send", SUMMARY), spec.style)
    change = button(plain("formulir.ubah"), FormPress("change", SUMMARY))
    cancel = button(plain("formulir.batal"), FormPress("cancel", SUMMARY))
    return fit(lines), [[send], *packed(_to_add(filling)), [change, cancel]]


def _to_add(filling: Filling) -> list[InlineKeyboardButton]:
    """Offer what nobody was asked and nobody has filled in."""
    left_open = [field for field in filling.asked if field.later and filling.answers.get(field.id) is None]
    return [
        button(plain("formulir.tambah", label=field.label), FormPress("change", SUMMARY, field.id))
        for field in left_open
    ]


def _to_change(filling: Filling) -> list[Row]:
    """Offer the answers, so that the summary itself needs no button for each."""
    answers = [button(field.label, FormPress("change", SUMMARY, field.id)) for field in filling.asked]
    return [*in_rows(answers, 2), [button(plain("formulir.kembali"), FormPress("unsure", SUMMARY))]]


async def _resume(app: App, work: UnitOfWork, member: Member, _args: Args) -> Screen | None:
    draft = await open_draft(app, work, member)
    return resume_screen(draft.spec) if draft else None


async def _discarded(_app: App, _work: UnitOfWork, _member: Member, args: Args) -> Screen:
    return Screen(text=html("formulir.dibatalkan", title=args["title"]))


SCREENS = (
    for_members("resume", _resume, by_button=False),
    for_members("discarded", _discarded, word("title"), by_button=False),
)

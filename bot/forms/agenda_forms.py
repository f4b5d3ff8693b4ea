"""What the forms of the agenda books are for: their last button, and what is asked once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.forms.form_spec import FormGoneError, FormSpec
from bot.texts import plain
from workflows.agenda.books import BOOKS, VOID, form, outside_form
from workflows.people.members import Member
from workflows.store.unit_of_work import UnitOfWork


async def spec(
    app: App, _work: UnitOfWork, _member: Member, data: Mapping[str, Any], answers: Mapping[str, Any]
) -> FormSpec:
    """Return one of the books' forms. Raises `FormGoneError` for an unknown name."""
    name = data["agenda"]
    if name not in (*BOOKS, *map(outside_form, BOOKS), VOID):
        raise FormGoneError(name)
    asked = form(app.office, name)
    if name == VOID:
        return FormSpec(
            form=asked,
            submit=plain("buku.simpan_batal"),
            style="danger",
            about=str(data.get("number", "")),
            confirm=plain("buku.batal_tanya", number=data.get("number", "")),
            yes=plain("buku.batal_ya"),
            no=plain("buku.tidak"),
        )
    if name in BOOKS:
        return FormSpec(form=asked, submit=plain("buku.simpan"), style="primary", about=str(data.get("number", "")))
    book = plain(f"buku.{data['book']}").lower()
    return FormSpec(
        form=asked,
        submit=plain("buku.simpan"),
        style="primary",
        confirm=plain("buku.luar_tanya", number=answers.get("nomor") or answers.get("urut") or "", book=book),
        yes=plain("buku.luar_ya"),
        no=plain("buku.tidak"),
    )

"""Which books there are, who keeps them, and the questions that fill a line."""

from __future__ import annotations

import dataclasses

from workflows.engine.description import Form
from workflows.engine.form_files import forms_of
from workflows.office import Office
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.roles import BAGIAN_UMUM

INCOMING, OUTGOING = "surat_masuk", "surat_keluar"
BOOKS = (INCOMING, OUTGOING)
KEEPER = BAGIAN_UMUM  # the role, of whatever SOP: the books are the office's
VOID = "batal"
FORMS = "buku_agenda"
CLASSIFICATION = "klasifikasi"


def keeper(member: Member) -> Member:
    """Return the member who may read and keep the books. Raises `Refused`."""
    if not member.has(KEEPER):
        raise Refused("wrong_role", final=True)
    return member


def outside_form(book: str) -> str:
    """Return the name of the form by which a number taken by hand is entered."""
    return f"luar_{book}"


def form(office: Office, name: str) -> Form:
    """Return the form of a book (by the book's name), of a number taken by hand, or of a void. Raises `KeyError`."""
    found = forms_of(FORMS)[name]
    fields = (
        dataclasses.replace(field, default=office.letters.classification) if field.id == CLASSIFICATION else field
        for field in found.fields
    )
    return dataclasses.replace(found, fields=tuple(fields))

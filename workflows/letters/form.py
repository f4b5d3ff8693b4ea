"""What every letter of the office shares: letterhead, addressee, signatory, references (Permendagri 1/2023)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import ClassVar, Literal

from workflows import words
from workflows.letters.authenticity import Seal
from workflows.letters.encoding import fields_of

NO_NUMBER = "-"  # of a letter that its sender did not number
Acting = Literal["", "Plt.", "Plh."]


class Nature(enum.StrEnum):
    """The `Sifat` of a letter, in the order of the disposition sheet."""

    ORDINARY = "Biasa"
    IMPORTANT = "Penting"
    URGENT = "Segera"
    VERY_URGENT = "Sangat segera"
    CONFIDENTIAL = "Rahasia"


@dataclasses.dataclass(frozen=True, kw_only=True)
class OfficeLetterhead:
    """The letterhead. Lines that are empty are left out; `logo_svg` is the crest as SVG text, if there is one."""

    name: str = "Dinas Komunikasi, Informatika, Statistik dan Persandian"
    government: str = "Pemerintah Kota Tarakan"
    city: str = "Tarakan"
    address: str = ""
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    logo_svg: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Official:
    """A signatory. `office` is what the person signs as; `on_behalf_of` is the office named after "a.n.", if any."""

    name: str
    nip: str
    rank: str
    office: str
    acting: Acting = ""
    on_behalf_of: str = ""

    def facts(self) -> dict[str, object]:
        """Give the template the NIP spaced as officials write it."""
        return fields_of(self) | {"nip": words.nip(self.nip)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who a letter is for: an office holder ("Kepala Dinas Pendidikan Kota Tarakan") and the place after "di"."""

    title: str
    place: str = "Tarakan"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reference:
    """A letter that this one answers. `sender` is the OPD's name, `number` may be `NO_NUMBER`."""

    sender: str
    number: str
    date: dt.date
    subject: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Person:
    """A member of the OPD's Tim Teknis."""

    name: str
    nip: str
    phone: str
    duty: str = ""

    def facts(self) -> dict[str, object]:
        """Give the template NIP and telephone number spaced as officials write them."""
        return fields_of(self) | {"nip": words.nip(self.nip), "phone": words.phone(self.phone)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Letter:
    """What all letters have. Equal letters render to equal bytes, so `date` is also the PDF's date.

    A `draft` has no number yet (it is taken at signing), no seal, and says on each page that it is one.
    """

    template: ClassVar[str]  # the file in templates/letters/, without .typ

    office: OfficeLetterhead
    date: dt.date
    signer: Official
    number: str = ""
    nature: Nature = Nature.ORDINARY
    seal: Seal | None = None
    draft: bool = False
    copies: tuple[str, ...] = ()  # tembusan
    signed_on_paper: str = ""  # who scanned the paper that was signed by hand, and when: no button was pressed then
    submitted_at: dt.datetime | None = None  # when an OPD's own letter, which nobody seals, was sent to us by button

    @property
    def drawn_by(self) -> str:
        """The template that draws this letter."""
        return self.template

    @property
    def hal(self) -> str:
        """What it says it is about: its Hal, or the heading of a report; "" for what nobody asks about."""
        return ""

    @property
    def attachments(self) -> str:
        """What is attached, as the letter says it; "" for nothing."""
        return ""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a draft that claims to be checkable."""
        if self.draft and self.seal is not None:
            raise ValueError("a draft carries no seal")

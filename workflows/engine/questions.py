"""The questions that an SOP's forms ask, as frozen data."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any


class FieldType(enum.StrEnum):
    """The closed set of questions a form can ask."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    REASONS = "reasons"
    YES_NO = "yes_no"
    ACKNOWLEDGE = "acknowledge"
    SUBDOMAIN = "subdomain"
    SITE_NAME = "site_name"  # a subdomain, or a domain of the asker's own
    HOSTING_NAME = "hosting_name"  # one of the further names of the hosting that the case is about
    DOCUMENT = "document"
    PEOPLE = "people"
    NIP = "nip"
    SERVER = "server"
    PACKAGE = "package"
    ADDRESS = "address"
    SSH_KEY = "ssh_key"
    OPD = "opd"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer to pick: what is kept and what is shown."""

    value: str
    label: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Condition:
    """An earlier answer of the same form equals `value` (a string, or a boolean for yes_no)."""

    field: str
    value: str | bool

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the earlier answer is the one named."""
        return bool(answers.get(self.field) == self.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class FieldLimits:
    """Bounds of an answer. Lengths in characters, sizes in bytes.

    `past_only`: a date not after today; `future_only`: not before it.
    `pattern`: a regular expression that all of a text must match; the question's example shows what is meant.
    """

    min_length: int = 1
    max_length: int = 200
    minimum: int = 0
    maximum: int = 1_000_000
    min_items: int = 1
    max_items: int = 20
    max_bytes: int = 20_000_000
    past_only: bool = False
    future_only: bool = False
    pattern: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """One question. `choices` is empty for server, opd and hosting_name (of the live lists) and for free answers."""

    id: str
    type: FieldType
    ask: str
    label: str
    example: str = ""
    optional: bool = False
    later: bool = False  # an optional question that nobody is asked: it is filled in at the summary by who wants to
    default: str = ""
    assumed: str = ""  # the answer that stands unless somebody changes it at the summary; nobody is asked
    choices: tuple[Choice, ...] = ()
    offered: str = ""  # choice: only what some server in use offers is asked, by this list of its facts
    holders: str = ""  # choice, multi_choice: asked of those who hold this role now, by name
    limits: FieldLimits = FieldLimits()
    when: Condition | None = None
    optional_when: Condition | None = None
    reserved: frozenset[str] = frozenset()  # subdomain, site_name: names nobody gets
    zone: str = ""  # site_name: the city's own, known when the question is asked
    media_types: frozenset[str] = frozenset()  # document: what is taken
    on_card: bool = False  # the case's card shows the answer; the rest stands behind "Lihat permohonan"

    def labels(self, value: Any) -> tuple[str, ...]:
        """Return what was picked as people read it; an answer that is no choice comes back as it is."""
        known = {choice.value: choice.label for choice in self.choices}
        return tuple(known.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))

    def offers(self, value: Any) -> bool:
        """Whether an answer can still be had: not a choice that a new version, or every server, has given up."""
        if self.type not in (FieldType.CHOICE, FieldType.PACKAGE) or not self.choices:
            return True
        return value in {choice.value for choice in self.choices}

    def may_skip(self, answers: Mapping[str, Any]) -> bool:
        """Whether the question may be left open, given the answers so far."""
        return self.optional or (self.optional_when is not None and self.optional_when.holds(answers))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Form:
    """Questions asked one after another; the answers become the case's fact named by the form's id.

    `like` are the forms whose questions are among them.
    """

    id: str
    title: str
    fields: tuple[Field, ...]
    like: tuple[str, ...] = ()

    def field(self, field_id: str) -> Field:
        """Return one field. Raises `KeyError` for an unknown id."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(field_id)

    def asked(self, answers: Mapping[str, Any]) -> tuple[Field, ...]:
        """Return the fields that apply, given the answers so far (conditions looked at)."""
        return tuple(field for field in self.fields if field.when is None or field.when.holds(answers))

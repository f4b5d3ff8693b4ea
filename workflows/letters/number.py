"""Letter numbers: a template of tokens and a taken sequence number give the text on the letter.

The sequence itself is allotted by the store, once, when the letter is signed (design: numbers restart each year).
"""

from __future__ import annotations

import datetime as dt
import string

from workflows import words

DEFAULT_TEMPLATE = "{klasifikasi}/{urut}/{unit}/{bulan_romawi}/{tahun}"
TOKENS = frozenset({"klasifikasi", "urut", "unit", "bulan", "bulan_romawi", "tahun"})
NEEDED = frozenset({"urut", "tahun"})  # without both, two letters could bear one number
WIDTHS = frozenset({"", *(f"0{width}" for width in range(2, 7))})
MAX_LENGTH = 120


class NumberTemplateError(ValueError):
    """A template cannot make letter numbers; `token` is what is wrong with it, empty when its braces are."""

    def __init__(self, token: str, template: str) -> None:
        super().__init__(f"letter number template {template!r}: {token or 'unbalanced braces'}")
        self.token = token


def validate(template: str) -> None:
    """Raise `NumberTemplateError` unless `template` has only known tokens, `{urut}` and `{tahun}` among them.

    `{urut:03}` pads with zeros to three digits (two to six are possible); no other token takes a format.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise NumberTemplateError("", template) from error
    seen = set()
    for _literal, name, width, conversion in parts:
        if name is None:
            continue
        if name not in TOKENS or conversion or width not in (WIDTHS if name == "urut" else {""}):
            raise NumberTemplateError(name, template)
        seen.add(name)
    for missing in sorted(NEEDED - seen):
        raise NumberTemplateError(missing, template)


def letter_number(template: str, *, classification: str, sequence: int, unit: str, on: dt.date) -> str:
    """Write the number of the `sequence`-th letter of its year, e.g. `500.12.13/47/DKISP/XI/2026`.

    Raises `NumberTemplateError` for a bad template and `ValueError` for a sequence below one or a text too long.
    """
    validate(template)
    if sequence < 1:
        raise ValueError(f"sequence: {sequence}")
    text = template.format(
        klasifikasi=classification,
        urut=sequence,
        unit=unit,
        bulan=f"{on.month:02}",
        bulan_romawi=words.roman_month(on),
        tahun=on.year,
    )
    if len(text) > MAX_LENGTH:
        raise ValueError(f"letter number of {len(text)} characters")
    return text

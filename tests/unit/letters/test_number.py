"""Letter numbers are what the office's own template makes of them."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows.letters.number import DEFAULT_TEMPLATE, NumberTemplateError, letter_number, validate

NOVEMBER = dt.date(2026, 11, 24)


def number(template: str, sequence: int = 47) -> str:
    return letter_number(template, classification="500.12.13", sequence=sequence, unit="DKISP", on=NOVEMBER)


def test_the_default_is_the_citys_usual_form() -> None:
    assert number(DEFAULT_TEMPLATE) == "500.12.13/47/DKISP/XI/2026"


def test_an_office_may_order_pad_and_name_the_month_in_figures() -> None:
    assert number("B-{urut:04}/{unit}/{bulan}/{tahun}") == "B-0047/DKISP/11/2026"


@pytest.mark.parametrize(
    ("template", "token"),
    [
        ("{urut}/{unit}", "tahun"),
        ("{klasifikasi}/{tahun}", "urut"),
        ("{urut}/{tahun}/{nama}", "nama"),
        ("{urut.__class__}/{tahun}", "urut.__class__"),
        ("{urut!r}/{tahun}", "urut"),
        ("{urut:999999999}/{tahun}", "urut"),
        ("{unit:>500}/{urut}/{tahun}", "unit"),
        ("{}/{urut}/{tahun}", ""),
        ("{urut}/{tahun", ""),
    ],
)
def test_a_template_that_could_repeat_or_run_away_is_refused(template: str, token: str) -> None:
    with pytest.raises(NumberTemplateError) as refused:
        validate(template)
    assert refused.value.token == token


def test_numbers_begin_at_one_and_stay_short() -> None:
    with pytest.raises(ValueError, match="sequence"):
        number(DEFAULT_TEMPLATE, sequence=0)
    with pytest.raises(ValueError, match="characters"):
        number("x" * 200 + DEFAULT_TEMPLATE)

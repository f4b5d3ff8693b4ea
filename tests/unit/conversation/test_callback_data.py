"""Payloads come back as they went out; what is forged is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callback_data import LIMIT, CasePress, Do, FormPress, Press, Show, UnknownPressError, decode, encode


@pytest.mark.parametrize(
    "press",
    [
        CasePress(7, "rekomendasi_setuju", 12),
        CasePress(7, "setujui", 12, sure=True),
        FormPress("pick", "versi_php", "8.4"),
        FormPress("send", "summary"),
        Show("cases", ("2",)),
        Show("menu"),
        Do("end_mandate", ("31",)),
    ],
)
def test_a_button_comes_back_as_it_was(press: Press) -> None:
    assert decode(encode(press)) == press


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "c1",
        "c1:7",
        "c1:x:setujui:3",
        "c1:7:setujui:-1",
        "c9:7:setujui:3",
        "c1:2147483648:setujui:3",
        "c1:7:setujui:2147483648",
        "c1:7:setujui:3:4",
        "f1:pick",
        "n1:",
        "d1",
    ],
)
def test_a_forged_payload_is_unknown(payload: str) -> None:
    with pytest.raises(UnknownPressError):
        decode(payload)


@given(st.text(max_size=80))
def test_no_payload_breaks_the_codec(payload: str) -> None:
    try:
        press = decode(payload)
    except UnknownPressError:
        return
    assert len(encode(press).encode()) <= LIMIT


def test_what_does_not_fit_is_found_before_telegram_does() -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        encode(CasePress(1, "a" * 70, 1))

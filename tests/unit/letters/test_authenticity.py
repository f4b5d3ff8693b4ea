"""The code and the link by which anyone can check a letter."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.letters import samples
from workflows.letters.authenticity import ALPHABET, deep_link, grouped, qr_svg, read_code, short_code
from workflows.letters.form import Letter
from workflows.letters.render import render


@given(st.binary(min_size=7, max_size=7))
def test_a_code_is_ten_signs_that_cannot_be_misread(random: bytes) -> None:
    code = short_code(random)
    assert re.fullmatch("[2-9A-HJ-NP-Z]{10}", code)
    assert len(ALPHABET) == len(set(ALPHABET)) == 32


def test_other_random_bytes_make_another_code() -> None:
    assert len({short_code(bytes([0, 0, 0, 0, 0, high, low])) for high in range(64) for low in range(256)}) == 64 * 256


def test_too_little_chance_makes_no_code() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        short_code(b"123456")


@pytest.mark.parametrize("typed", ["7KQ2M-XW9PD", "7kq2mxw9pd", " 7KQ2M XW9PD ", "surat-7KQ2MXW9PD"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "7KQ2MXW9PD"


@pytest.mark.parametrize("typed", ["", "7KQ2M", "7KQ2M-XW9P0", "7KQ2M-XW9PDX", "<b>7KQ2MXW9</b>"])
def test_what_cannot_be_a_code_is_told_apart(typed: str) -> None:
    assert read_code(typed) is None


def test_the_link_is_one_that_telegram_accepts() -> None:
    link = deep_link("layanan_hosting_bot", "7KQ2MXW9PD")
    payload = link.removeprefix("https://t.me/layanan_hosting_bot?start=")
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", payload)
    assert read_code(payload) == "7KQ2MXW9PD"
    with pytest.raises(ValueError, match="user name"):
        deep_link("bot/../x", "7KQ2MXW9PD")


def test_the_seal_shows_the_code_in_two_groups() -> None:
    assert samples.SEAL.facts()["code"] == grouped(samples.CODE) == "7KQ2M-XW9PD"


def test_a_letter_shows_the_qr_code_of_its_own_link(tmp_path: Path) -> None:
    letter = samples.LETTERS["pemberitahuan"]
    elsewhere = dataclasses.replace(letter, seal=dataclasses.replace(samples.SEAL, link="https://example.org"))
    assert letter.seal is not None
    assert qr_svg(letter.seal.link) != qr_svg("https://example.org")
    shown, other = seen(letter, tmp_path), seen(elsewhere, tmp_path)
    assert shown != other
    assert seen(letter, tmp_path) == shown


def seen(letter: Letter, folder: Path) -> bytes:
    """The letter as it is seen on paper: its words do not name the link, so only the code can differ."""
    (folder / "letter.pdf").write_bytes(render(letter))
    done = subprocess.run(["pdftoppm", "-gray", "-r", "60", folder / "letter.pdf"], capture_output=True, check=True)
    return done.stdout

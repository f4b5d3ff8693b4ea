"""Pictures in chat: read on any phone, in a light and in a dark chat, and by who cannot tell colours apart."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from workflows.letters.fixed_words import fixed_words
from workflows.letters.render import PICTURES, picture

PALETTE = PICTURES / "palette.typ"
TEMPLATES = sorted(path for path in PICTURES.glob("*.typ") if path != PALETTE)
COLOURS = dict(re.findall(r'^#let (\w+) = rgb\("(#\w{6})"\)', PALETTE.read_text(encoding="utf-8"), re.MULTILINE))
COLOURS |= {
    name: COLOURS[other]
    for name, other in re.findall(r"^#let (\w+) = (\w+)$", PALETTE.read_text(encoding="utf-8"), re.MULTILINE)
    if other in COLOURS
}
GROUNDS = {"paper", "panel", "track"}
TEXT = ("ink", "quiet", "warning", "alarm", "well")
MARKS = ("usual", "near", "bad", "good", "unknown")
FOR_TEXT, FOR_MARKS = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
SMALLEST_POINTS = 11.0  # on a page that is 360 pt wide, as a phone is
NOTHING = ("subtitle", "all_up", "down_title", "more", "worst_title", "no_worst")
COUNT = {"label": "Terbuka", "value": "1", "colour": "up"}
STATUS = {
    **dict.fromkeys(NOTHING, ""),
    "title": "Status situs",
    "counts": [COUNT],
    "down": [],
    "servers": [],
    "worst": [],
}


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_every_colour_is_held_to_a_measure() -> None:
    assert set(COLOURS) == GROUNDS | {*TEXT, *MARKS}


@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("colour", TEXT)
def test_text_is_read_on_what_it_stands_on(colour: str, ground: str) -> None:
    assert contrast(COLOURS[colour], COLOURS[ground]) >= FOR_TEXT


@pytest.mark.parametrize("ground", ["paper", "track"])
@pytest.mark.parametrize("colour", MARKS)
def test_marks_are_seen_on_what_they_stand_on(colour: str, ground: str) -> None:
    assert contrast(COLOURS[colour], COLOURS[ground]) >= FOR_MARKS


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_picture_has_no_colour_of_its_own_and_no_small_print(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert "rgb(" not in source
    assert ".lighten" not in source
    sizes = [float(size) for size in re.findall(r"text\(([\d.]+)pt", source)]
    assert min(sizes, default=SMALLEST_POINTS) >= SMALLEST_POINTS


def test_a_picture_brings_its_own_paper() -> None:
    """A transparent one would show the chat's background through its text."""
    corner = _first_pixel(picture("status", STATUS))
    assert corner == bytes.fromhex(COLOURS["paper"][1:]) + b"\xff"


def _first_pixel(png: bytes) -> bytes:
    """Return red, green, blue and alpha of the corner: the first of a PNG's rows refers to no other."""
    depth, kind = struct.unpack(">BB", png[24:26])
    assert (depth, kind) in {(8, 6), (8, 2)}
    data, at = b"", 8
    while at < len(png):
        (length,), name = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    pixel = zlib.decompress(data)[1 : 5 if kind == 6 else 4]
    return pixel if kind == 6 else pixel + b"\xff"


@pytest.mark.parametrize("file", sorted((PICTURES / "en").glob("*.toml")), ids=lambda path: path.stem)
def test_a_picture_in_english_says_all_that_the_indonesian_one_says(file: Path) -> None:
    theirs, ours = fixed_words(file.stem, PICTURES / "en"), fixed_words(file.stem, PICTURES)
    assert theirs.keys() == ours.keys()
    for key, text in ours.items():
        assert sorted(re.findall(r"\{\w+\}", theirs[key])) == sorted(re.findall(r"\{\w+\}", text)), key

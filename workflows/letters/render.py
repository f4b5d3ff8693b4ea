"""Letters (PDF/A-2a) and pictures (PNG) made by Typst: the same data give the same bytes, on any machine.

Only fonts inside the typst package are used (Libertinus Serif, then DejaVu Sans Mono and New Computer Modern), so
nothing depends on what is installed. PDF/A forbids a character without glyph; such a character is printed as □.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typst

from workflows import words
from workflows.letters.authenticity import qr_svg
from workflows.letters.encoding import encode, facts_of
from workflows.letters.form import Letter
from workflows.letters.plain import REPLACEMENT

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"
PICTURES = TEMPLATES.parent / "pictures"
PICTURE_PPI = 216.0  # 360 pt wide: 1080 pixels
STANDARD: Final = "a-2a"
FAMILIAR = 0x250  # below it (Latin with its extensions) the embedded serif draws every character that `clean` leaves
STRANGERS_MAX = 400  # distinct unfamiliar characters looked up for one letter, about 1 ms each, once
PHOTO_TEMPLATE = "foto.typ"
PROBE = b'#set page(width: auto, height: auto)\n#set text(font: "Libertinus Serif", lang: "id")\n#sys.inputs.data'


class RenderError(RuntimeError):
    """Typst refused a letter or a photo; the message is Typst's own."""


def freeze(letter: Letter) -> dict[str, Any]:
    """Return all that the letter's PDF is made from, fit for JSON: kept at signing, rendered at any time after."""
    data = encode({**facts_of(letter), "hal": letter.hal})
    return {"template": letter.drawn_by, "date": letter.date.isoformat(), "data": data}


def render(letter: Letter) -> bytes:
    """Return the letter as PDF/A-2a. Raises `RenderError` only for a fault in a template, never for a user's text."""
    return render_frozen(freeze(letter))


def render_frozen(frozen: Mapping[str, Any]) -> bytes:
    """Return the PDF/A-2a of what `freeze` kept. Raises as `render` does."""
    source = (TEMPLATES / f"{frozen['template']}.typ").read_bytes()
    data = json.dumps(_with_qr_code(frozen["data"]), ensure_ascii=False, sort_keys=True)
    moment = dt.datetime.combine(dt.date.fromisoformat(frozen["date"]), dt.time(), words.WITA)
    try:
        return _compile(source, TEMPLATES, _printable(data), moment)
    except RenderError:
        # A base and a mark that each have a glyph may have none together; the letter must come out all the same.
        return _compile(source, TEMPLATES, _familiar(data), moment)


def render_document(template: Path, data: Mapping[str, Any], on: dt.date) -> bytes:
    """Return a document that is no letter (no number, no seal) as PDF/A-2a; its pictures lie beside its template.

    Raises `RenderError` only for a fault in the template.
    """
    moment = dt.datetime.combine(on, dt.time(), words.WITA)
    return _compile(template.read_bytes(), template.parent, json.dumps(data, ensure_ascii=False), moment)


def _with_qr_code(data: Mapping[str, Any]) -> dict[str, Any]:
    """Add the QR code of the seal's link: it takes 8 ms, for which no press is to wait."""
    seal = data.get("seal")
    return {**data, "seal": seal and {**seal, "qr": qr_svg(seal["link"])}}


def photos_to_pdf(photos: Sequence[tuple[bytes, str]], on: dt.date) -> bytes:
    """Put each photo (its bytes and "jpg" or "png") on an A4 page of its own orientation; return PDF/A-2a.

    Raises `RenderError` when a photo cannot be decoded.
    """
    moment = dt.datetime.combine(on, dt.time(), words.WITA)
    with tempfile.TemporaryDirectory(prefix="layanan-foto-") as folder:
        root = Path(folder)
        source = (TEMPLATES / PHOTO_TEMPLATE).read_bytes()
        names = [f"{place}.{kind}" for place, (_content, kind) in enumerate(photos, start=1)]
        for name, (content, _kind) in zip(names, photos, strict=True):
            (root / name).write_bytes(content)
        return _compile(source, root, json.dumps({"photos": names}), moment)


def picture(template: str, data: Mapping[str, Any]) -> bytes:
    """Return `templates/pictures/<template>.typ`, filled with `data`, as PNG made for a phone's width.

    Raises `RenderError` only for a fault in the template.
    """
    compiler = typst.Compiler(root=PICTURES, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        png = compiler.compile(
            input=(PICTURES / f"{template}.typ").read_bytes(),
            format="png",
            ppi=PICTURE_PPI,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        )
    except typst.TypstError as error:
        raise RenderError(str(error)) from error
    if not isinstance(png, bytes):
        raise RenderError("typst returned no single picture")
    return png


def _compile(source: bytes, root: Path | None, data: str, moment: dt.datetime) -> bytes:
    compiler = typst.Compiler(root=root, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        pdf = compiler.compile(
            input=source,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=STANDARD,
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise RenderError(str(error)) from error
    if not isinstance(pdf, bytes):
        raise RenderError("typst returned no single document")
    return pdf


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _printable(text: str) -> str:
    strangers = sorted({char for char in text if ord(char) >= FAMILIAR})
    missing = [char for char in strangers[:STRANGERS_MAX] if not _has_glyph(char)] + strangers[STRANGERS_MAX:]
    return text.translate({ord(char): REPLACEMENT for char in missing})


def _familiar(text: str) -> str:
    return "".join(char if ord(char) < FAMILIAR else REPLACEMENT for char in text)


@functools.lru_cache(maxsize=8192)
def _has_glyph(char: str) -> bool:
    try:
        _compile(PROBE, None, f"a{char}", dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    except RenderError:
        return False
    return True

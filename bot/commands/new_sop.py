"""`layanan sop new`: a small SOP that is fit to run, for its writer to make theirs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from bot import bootstrap
from bot.commands.console import fail, say, shown
from bot.commands.sops import own_folder
from bot.description_faults import in_sentences
from bot.texts import plain
from workflows.engine.description import Role, Sop
from workflows.engine.fault import DescriptionError
from workflows.engine.validate_shape import CODE, PREFIX
from workflows.words import WITA

TEMPLATE = Path(__file__).parents[2] / "templates" / "sops" / "baru.toml.j2"
TITLE_MAX = 80  # characters, as the head of the official sheet has room for
PREFIX_LENGTH = 3
Check = Callable[[str], str]  # returns what is wrong, in a sentence, or ""


def new(file: Annotated[Path, typer.Argument(help="the file to write, such as pinjam.toml")]) -> None:
    """Ask a few things and write a small SOP: it passes `sop check` and can be played in the demo at once."""
    if file.exists():
        fail(plain("uraian.sudah_ada", file=file))
    used = _in_use()
    title = _answer("judul", _title_fault).strip()
    code = _answer("kode", lambda text: _code_fault(text, {sop.code for sop in used}))
    prefix = _answer("awalan", lambda text: _prefix_fault(text, {sop.case_prefix for sop in used}), _initials(code))
    roles = {role.id: role for sop in used for role in sop.roles}
    opener = _role("pengaju", {name: role for name, role in roles.items() if role.scope == "opd"})
    decider = _role("pemutus", {name: role for name, role in roles.items() if role.scope == "office"})
    today = dt.datetime.now(WITA).date()
    text = _template().render(title=title, code=code, prefix=prefix, opener=opener, decider=decider, today=today)
    file.write_text(text, encoding="utf-8")
    say(plain("uraian.ditulis", file=file))


def _in_use() -> list[Sop]:
    try:
        return list(bootstrap.load_sops(own_folder()).values())
    except DescriptionError as error:
        fail(in_sentences(error))


def _answer(what: str, check: Check, default: str | None = None) -> str:
    """Return what is typed, asked again until it can be used."""
    while True:
        text: str = typer.prompt(plain(f"uraian.tanya_{what}"), default=default)
        wrong = check(text)
        if not wrong:
            return text
        say(wrong)


def _role(what: str, roles: Mapping[str, Role]) -> Role:
    for role in roles.values():
        say(f"  {role.id}: {role.title}")
    known = ", ".join(roles)
    return roles[_answer(what, lambda name: "" if name in roles else plain("uraian.salah_peran", names=known))]


def _title_fault(text: str) -> str:
    fits = 3 <= len(text.strip()) <= TITLE_MAX and text == shown(text, kept="")
    return "" if fits else plain("uraian.salah_judul", most=TITLE_MAX)


def _code_fault(text: str, taken: Collection[str]) -> str:
    if not CODE.fullmatch(text):
        return plain("uraian.bad_code", value=text)
    return plain("uraian.sudah_dipakai", value=text) if text in taken else ""


def _prefix_fault(text: str, taken: Collection[str]) -> str:
    if not PREFIX.fullmatch(text):
        return plain("uraian.bad_prefix", value=text)
    return plain("uraian.sudah_dipakai", value=text) if text in taken else ""


def _initials(code: str) -> str:
    """Propose how numbers begin: the first letter and the consonants after it ("pinjam": PNJ)."""
    letters = [sign for sign in code if sign.isalpha()]
    return "".join(letters[:1] + [sign for sign in letters[1:] if sign not in "aeiou"])[:PREFIX_LENGTH].upper()


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=False,  # noqa: S701  (TOML: `toml` escapes)
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["toml"] = lambda text: json.dumps(text, ensure_ascii=False)  # a basic string, as TOML has it
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))

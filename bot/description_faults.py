"""What is wrong with an SOP's description, in sentences for its writer: file, place, and what to write instead."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Collection
from typing import Any

from bot.texts import plain
from workflows import words
from workflows.engine.fault import DescriptionError, Fault

NAMED_MAX = 20  # names that a sentence lists; more say less


def in_sentences(error: DescriptionError) -> str:
    """Return a line for each fault."""
    return "\n".join(map(_sentence, error.faults))


def _sentence(fault: Fault) -> str:
    place = ", ".join(plain(f"uraian.di_{spot.kind}", name=spot.name) for spot in fault.where)
    params = {key: _said(value) for key, value in fault.params.items()}
    sentence = plain(f"uraian.{fault.code}", **{**params, **_more(fault)}).strip()
    return plain("uraian.kesalahan", source=fault.source, place=place, sentence=sentence)


def _more(fault: Fault) -> dict[str, str]:
    """Return what a sentence needs beside the fault's own words."""
    match fault.code, fault.params:
        case "missing", {"key": key, "present": present}:
            return {"hint": _hint(key, present, list_all=False)}
        case "wrong_type", {"kind": kind, "value": value}:
            said = json.dumps(value, ensure_ascii=False, default=str)
            return {"kind": plain(f"uraian.jenis_{kind}"), "value": said}
        case "twice", {"kind": kind, "name": name}:
            part = plain(f"uraian.di_{kind}", name=name)
            return {"part": part[0].upper() + part[1:]}
        case "unknown_key", {"name": name, "known": known}:
            return {"hint": _hint(name, known, list_all=False)}
        case _, {"name": name, "known": known}:
            return {"hint": _hint(name, known, list_all=True)}
    return {}


def _hint(name: str, known: Collection[str], *, list_all: bool) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return " " + plain("uraian.maksud", name=near[0])
    if list_all and 0 < len(known) <= NAMED_MAX:
        return " " + plain("uraian.salah_satu", names=", ".join(known))
    return ""


def _said(value: Any) -> Any:
    """Return a value as the file would have it."""
    match value:
        case bool():
            return json.dumps(value)
        case dt.date():
            return words.date(value)
    return value

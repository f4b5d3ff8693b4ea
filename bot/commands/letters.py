"""A letter's file before an auditor: is it one that the office sent, and do its signatures hold."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, shown, wait_for
from bot.settings import Settings
from workflows.correspondence.issue import title_of
from workflows.signing.opened import check_signatures
from workflows.signing.port import Signature, SigningSetupError, UnreadableError
from workflows.store import cases
from workflows.words import WITA


def verify_letter(
    file: Annotated[Path, typer.Argument(help="the PDF as it was received")],
    *,
    trust: Annotated[
        list[Path] | None, typer.Option(help="certificates (PEM) that its signature may lead to, besides the office's")
    ] = None,
) -> None:
    """Check a letter: is the file, byte by byte, one that this office sent, and do the signatures in it hold."""
    found = load()
    try:
        pdf, pems = file.read_bytes(), [path.read_bytes() for path in trust or ()]
    except OSError as error:
        fail(f"{error.filename} cannot be read: {error.strerror}.")
    known = wait_for(_known(found, hashlib.sha256(pdf).hexdigest()))
    faults = [] if known else ["no letter of this office is this file, byte by byte"]
    faults += _told(_signatures(found, pdf, pems))
    if faults:
        fail("\n".join([f"{file} is not to be trusted.", *(f"- {fault}." for fault in faults)]))
    say(known)


def _signatures(found: Settings, pdf: bytes, pems: list[bytes]) -> list[Signature]:
    signer = bootstrap.signer(found)
    try:
        return wait_for(check_signatures(pdf, signer.roots() if signer else (), pems))
    except UnreadableError:
        fail("The file is no PDF whose signatures can be read.")
    except SigningSetupError as error:
        fail(f"{error}.")


def _told(signatures: list[Signature]) -> list[str]:
    """Say what holds; return what does not."""
    faults = []
    for one in signatures:
        who = shown(one.signer, kept="")
        if not one.holds:
            faults.append(f"the signature of {who} does not hold: the file was changed after it")
            continue
        when = f"{one.at.astimezone(WITA):%Y-%m-%d %H:%M} WITA" if one.at else "an unknown time"
        clock = "by a time stamp" if one.stamped else "by the signer's own clock"
        chain = "its certificate leads to one that is trusted" if one.trusted else "its certificate is NOT known here"
        say(f"Signed by {who} at {when} ({clock}); {chain}.")
    if not signatures:
        say("It bears no electronic signature.")
    return faults


async def _known(found: Settings, sha256: str) -> str:
    """Return which letter the file is, in words; "" for none."""
    async with bootstrap.open_as_it_is(found) as database, database.read() as work:
        letter = await cases.letter_by_file(work, sha256)
        if letter is None:
            return ""
        paper = await cases.paper(work, letter.paper_id) if letter.paper_id else None
        case = await cases.get(work, letter.case_id)
    is_original = paper is None or paper.sha256 != sha256
    what = " as it was before it was signed by hand" if is_original else ""
    number = f"{title_of(letter)} {letter.number or ''}".strip()
    return f"It is {number} of {case.number if case else '?'}{what}; SHA-256 {sha256}."

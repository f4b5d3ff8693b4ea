"""Whether a letter is ours and stands: answered to whoever scans its code, types it, or sends the file itself.

Of a file that is not ours nothing but its hash is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot import formats
from bot.app import App
from bot.screens.named_screen import Args, for_anybody, word
from bot.screens.screen import Screen
from bot.texts import html
from workflows.correspondence.authenticity import LetterStatus, Verdict, standing
from workflows.store import cases
from workflows.store.unit_of_work import UnitOfWork


async def _genuine(app: App, work: UnitOfWork, args: Args) -> Screen:
    """Answer for a code or, where `args` has it, for a file's SHA-256."""
    sha256, code = args.get("sha256"), args.get("code")
    if sha256:
        letter = await cases.letter_by_file(work, sha256)
    else:
        letter = await cases.letter_by_code(work, code) if code else None
    if letter is None:
        return Screen(text=html("keaslian.berkas_asing" if sha256 else "keaslian.tidak_dikenal"))
    return genuine_screen(await standing(app.office, work, letter, sha256))


def genuine_screen(found: LetterStatus) -> Screen:
    """Say kind, number, date, Hal, signer, hash, how it was signed, and nothing else; first what is wrong with it."""
    warned = _warnings(found)
    confirmed = [html("keaslian.berkas_sama")] if found.verdict is Verdict.SAME_FILE else []
    text = html(
        "keaslian.asli",
        warned=bool(warned),
        title=found.title,
        number=found.number or "–",
        date=formats.date(found.issued_on),
        hal=found.hal,
        signer=found.signer or "–",
        hash=found.sha256,
        scanned=found.scanned_at,
        certificate=found.certificate,
    )
    return Screen(text="\n\n".join([*warned, *confirmed, text]))


def _warnings(found: LetterStatus) -> list[str]:
    told = []
    if found.voided_at is not None:
        told.append(html("keaslian.batal", when=formats.instant(found.voided_at)))
    if found.successor is not None:
        told.append(html("keaslian.diganti", number=found.successor, date=formats.date(found.successor_on or "")))
    told += [html(WRONG[found.verdict])] if found.verdict in WRONG else []
    return told


WRONG: Mapping[Verdict, str] = {
    Verdict.BROKEN: "keaslian.rusak",
    Verdict.ORIGINAL: "keaslian.berkas_asli",
    Verdict.UNSIGNED: "keaslian.belum_ditandatangani",
}
SCREENS = (for_anybody("genuine", _genuine, word("code", needed=False), word("sha256", needed=False)),)

"""Issuing letters: number and seal are taken and the data frozen with the decision; the PDF follows from the data."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping

from workflows.cases import on_paper
from workflows.cases.case_context import CaseContext
from workflows.cases.disposed import disposed
from workflows.correspondence import parts
from workflows.correspondence.compose import LETTERS, SHEET, letter_kind
from workflows.letters import authenticity, form, number
from workflows.letters.fixed_words import fixed_words
from workflows.letters.render import freeze
from workflows.people import members
from workflows.signing.port import TO_SIGN, Method
from workflows.store import people, registers
from workflows.store.tables import Letter

OUTGOING = "surat_keluar"
AFTERWARDS = (Method.WET, Method.BSRE)


async def issue(context: CaseContext, args: Mapping[str, str]) -> None:
    """Issue the letter named by `args["letter"]`: numbered, sealed, frozen. Its PDF is made after the commit."""
    kind = args["letter"]
    how = letter_kind(context.sop, kind)
    letter = await how.build(context)
    code = authenticity.short_code(secrets.token_bytes(authenticity.RANDOM_BYTES))
    seal = authenticity.Seal(
        code=code,
        link=authenticity.deep_link(context.office.bot_username, code),
        approved_at=context.work.now,
    )
    taken = await _take_number(context, how.title, letter) if how.numbered else letter.number
    signing = await _signed_afterwards(context, kind) if how.numbered else None
    wet = signing is Method.WET  # its own scan will be sent, which shows the hand
    by_hand = "" if wet else await parts.scanned(context, how.signer) or letter.signed_on_paper
    if by_hand or wet:
        seal = dataclasses.replace(seal, approved_at=None)
    letter = dataclasses.replace(letter, number=taken, seal=seal, signed_on_paper=by_hand)
    frozen = {**freeze(letter), "title": how.title, **({TO_SIGN: signing} if signing else {})}
    await _keep(context, kind, frozen, number_=taken, code=code)


async def write_request(context: CaseContext, args: Mapping[str, str]) -> None:
    """Write the OPD's request where it asked us to (step 1): in the OPD's name, without a number or seal of ours."""
    if context.answers(context.sop.opening.form).get("cara_surat") != "buatkan":
        return
    kind = args["letter"]
    how = letter_kind(context.sop, kind)
    letter = dataclasses.replace(await how.build(context), submitted_at=context.work.now)
    await _keep(context, kind, {**freeze(letter), "title": how.title}, number_=letter.number or None, code=None)


async def draft(context: CaseContext, kind: str) -> form.Letter:
    """Return a letter as it would be issued now, marked as a draft; drawing it takes long, and needs no transaction."""
    return dataclasses.replace(await letter_kind(context.sop, kind).build(context), draft=True)


async def _keep(
    context: CaseContext, kind: str, frozen: dict[str, object], *, number_: str | None, code: str | None
) -> None:
    context.work.add(
        Letter(
            case_id=context.case.id,
            kind=kind,
            revision=context.case.revision,
            number=number_,
            short_code=code,
            data=frozen,
            signed_by=await _signed_by(context, kind),
            created_at=context.work.now,
        )
    )
    await context.work.flush()
    context.work.wake("letters")


async def _signed_afterwards(context: CaseContext, kind: str) -> Method | None:
    """Return how a letter is signed before it is sent: as the office signs, by hand for who is not on Telegram."""
    signer = await _signed_by(context, kind)
    method = context.office.signing
    if signer is not None and method is not Method.PKCS12:
        method = method if (await people.by_id(context.work, signer)).telegram_id is not None else Method.WET
    return method if method in AFTERWARDS else None


async def _signed_by(context: CaseContext, kind: str) -> int | None:
    """Return whose hand is under a letter: whoever signed the paper or the sheet that it is, else who pressed."""
    on_sheet = await on_paper.signed_now(context, letter_kind(context.sop, kind).signer)
    if on_sheet is not None:
        return on_sheet[0].id
    before = disposed(context.case.facts) if kind == SHEET else None
    return before.by if before else context.by.person.id if context.by else None


async def _take_number(context: CaseContext, title: str, letter: form.Letter) -> str:
    rules, today = context.office.letters, members.today(context.work)
    classification = context.answers("agenda").get("klasifikasi") or rules.classification
    entry = await registers.take(
        context.work,
        OUTGOING,
        today.year,
        lambda sequence: number.letter_number(
            rules.template, classification=classification, sequence=sequence, unit=rules.unit, on=today
        ),
        registers.RegisterLine(
            case_id=context.case.id,
            subject=f"{title}: {context.case.subject}",
            party=await _addressee(context, letter),
            attachments=letter.attachments,
        ),
    )
    return entry.number


async def _addressee(context: CaseContext, letter: form.Letter) -> str:
    """Return whom the agenda book names: the letter's own addressee; of a record, whom it is about."""
    recipient: form.Recipient | None = getattr(letter, "recipient", None)
    return recipient.title if recipient else (await parts.opd_of(context)).name


def title_of(letter: Letter) -> str:
    """Return what a letter is called; those of the first months have no title among their data."""
    return str(letter.data.get("title") or LETTERS[letter.kind].title)


def hal_of(letter: Letter) -> str:
    """Return what a letter's paper says it is about; of one from before that was kept, as its other data tell it."""
    data = letter.data["data"]
    if known := data.get("hal") or data.get("subject"):
        return str(known)
    said = fixed_words(letter.data["template"])
    return str(said["hal"] if "hal" in said else said["hal_disetujui" if data.get("grant") else "hal_ditolak"])


def name_of(letter: Letter) -> str:
    """Return a letter's title and, where it has one, its number."""
    return f"{title_of(letter)} {letter.number or ''}".strip()


def file_name(letter: Letter) -> str:
    """Return a file name an official recognises: the kind, then the number with dashes for slashes."""
    words = title_of(letter).replace(" ", "-")
    tail = (letter.number or str(letter.id)).replace("/", "-")
    return f"{words}-{tail}.pdf"

"""One builder a letter: a case and the moment in, the letter's data out. Numbers and seals are put on by `issue.py`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from collections.abc import Awaitable, Callable, Mapping

from provisioning.spec import Kind
from workflows.cases.case_context import CaseContext
from workflows.cases.paper_request import entered_by
from workflows.correspondence import described, findings, parts
from workflows.correspondence.history import step_records
from workflows.correspondence.sheet import lembar_disposisi
from workflows.engine.description import WORKING_DAY, Sop
from workflows.fitness.lines import lines_of
from workflows.letters.form import Letter, Recipient
from workflows.letters.laporan_hosting import LaporanHosting
from workflows.letters.laporan_pelaksanaan import LaporanPelaksanaan
from workflows.letters.surat_balasan import Grant, SuratBalasan
from workflows.letters.surat_pemberitahuan import SuratPemberitahuan
from workflows.letters.surat_permohonan import SuratPermohonan
from workflows.people import members
from workflows.roles import KABID, KEPALA_DKISP, KEPALA_OPD
from workflows.store import fitness_tests, hostings

SHEET = "lembar_disposisi"


@dataclasses.dataclass(frozen=True)
class LetterKind:
    """What all letters of a kind have: who signs, a number among the outgoing ones or none, a title, their writer."""

    signer: str
    numbered: bool
    title: str
    build: Callable[[CaseContext], Awaitable[Letter]]


async def surat_permohonan(context: CaseContext) -> Letter:
    """Write the OPD's own request from its answers (step 1, "Buatkan surat")."""
    answers = context.answers("permohonan")
    opd = await parts.opd_of(context)
    return SuratPermohonan(
        office=parts.letterhead_of(opd, context.office),
        date=dt.date.fromisoformat(answers["tanggal_surat"]),
        signer=await parts.signer(context, KEPALA_OPD),
        number=answers.get("nomor_surat") or "",
        recipient=Recipient(
            title=f"{context.office.letters.head_title} Kota {context.office.letterhead.city}",
            place=context.office.letterhead.city,
        ),
        subject=answers["perihal"],
        application=answers["aplikasi"],
        purpose=answers["tujuan"],
        address=f"{answers['subdomain']}.{context.office.zone}",
        kind=Kind(answers["jenis"]),
        php_version=answers.get("versi_php"),
        database=bool(answers["basis_data"]),
        package=parts.package_label(context, answers["paket"]),
        team=parts.team(context),
    )


async def surat_balasan(context: CaseContext) -> Letter:
    """Write the approval (step 5)."""
    answers = context.answers("permohonan")
    return SuratBalasan(
        office=context.office.letterhead,
        date=members.today(context.work),
        signer=await parts.signer(context, KEPALA_DKISP),
        recipient=await parts.recipient(context),
        request=await parts.reference(context),
        copies=(context.office.letters.division_head_title,),
        grant=Grant(
            application=answers["aplikasi"],
            address=f"{answers['subdomain']}.{context.office.zone}",
            kind=Kind(answers["jenis"]),
            php_version=answers.get("versi_php"),
            database=bool(answers["basis_data"]),
            package=parts.package_label(context, context.answers("server")["paket"]),
            ip=(await parts.hosting_of(context)).spec.addresses,
            working_days=making_days(context.sop),
        ),
    )


def making_days(sop: Sop) -> int | None:
    """Return how many working days the SOP gives the step in which a hosting is made; None where it has none."""
    step = next((step for step in sop.steps if "hosting_ready" in step.on_event), None)
    return math.ceil(step.deadline / WORKING_DAY) if step else None


async def surat_balasan_tolak(context: CaseContext) -> Letter:
    """Write the refusal with its reasons (step 5)."""
    reasons = next(filter(None, map(context.answers, ("penolakan_basah", "penolakan", "rekomendasi_tolak"))))
    return SuratBalasan(
        office=context.office.letterhead,
        date=members.today(context.work),
        signer=await parts.signer(context, KEPALA_DKISP),
        recipient=await parts.recipient(context),
        request=await parts.reference(context),
        reasons=tuple(reasons["alasan"]),
    )


async def surat_pemberitahuan(context: CaseContext) -> Letter:
    """Tell the OPD what was built and how it is reached (step 7)."""
    return SuratPemberitahuan(
        office=context.office.letterhead,
        date=members.today(context.work),
        signer=await parts.signer_for_head(context),
        copies=(context.office.letters.head_title,),
        recipient=await parts.recipient(context),
        request=await parts.reference(context),
        configuration=await parts.configuration_of(context),
        team=parts.team(context),
        in_envelope=entered_by(context.case.facts) is not None,
    )


async def laporan_hosting(context: CaseContext) -> Letter:
    """Report what was checked and what is used, to the OPD (step 8)."""
    hosting = await parts.hosting_of(context)
    applied, fitness_test = hosting.applied, await fitness_tests.newest_seen(context.work, hosting.id)
    return LaporanHosting(
        office=context.office.letterhead,
        date=members.today(context.work),
        signer=await parts.signer_for_head(context),
        recipient=await parts.recipient(context),
        request=await parts.reference(context),
        configuration=await parts.configuration_of(context),
        checks=findings.checks(applied) + (findings.inspected(lines_of(fitness_test, hosting)) if fitness_test else ()),
        checked_at=findings.checked_at(applied),
        usage=findings.usage(applied, database=bool(context.answers("permohonan")["basis_data"])),
        team=parts.team(context),
        in_envelope=entered_by(context.case.facts) is not None,
    )


async def laporan_pelaksanaan(context: CaseContext) -> Letter:
    """Report the whole case to the head: every step's actual against its standard time (step 9)."""
    hosting = await hostings.of_case(context.work, context.case.id)
    return LaporanPelaksanaan(
        office=context.office.letterhead,
        date=members.today(context.work),
        signer=await parts.signer(context, KABID),
        recipient=Recipient(title=context.office.letters.head_title, place=context.office.letterhead.city),
        request=await parts.reference(context),
        case_number=context.case.number,
        sop=context.sop.number,
        service=context.sop.title,
        steps=await step_records(context),
        configuration=await parts.configuration_of(context) if hosting else None,
    )


LETTERS: Mapping[str, LetterKind] = {
    "surat_permohonan": LetterKind(KEPALA_OPD, numbered=False, title="Surat Permohonan", build=surat_permohonan),
    SHEET: LetterKind(KEPALA_DKISP, numbered=False, title="Lembar Disposisi", build=lembar_disposisi),
    "surat_balasan": LetterKind(KEPALA_DKISP, numbered=True, title="Surat Balasan", build=surat_balasan),
    "surat_balasan_tolak": LetterKind(KEPALA_DKISP, numbered=True, title="Surat Balasan", build=surat_balasan_tolak),
    "surat_pemberitahuan": LetterKind(KABID, numbered=True, title="Surat Pemberitahuan", build=surat_pemberitahuan),
    "laporan_hosting": LetterKind(KABID, numbered=True, title="Laporan Hosting", build=laporan_hosting),
    "laporan_pelaksanaan": LetterKind(KABID, numbered=True, title="Laporan Pelaksanaan", build=laporan_pelaksanaan),
}


def letter_kind(sop: Sop, kind: str) -> LetterKind:
    """Return a kind of an SOP's letters: of its own description, else one of `LETTERS`. Raises `KeyError`."""
    own = sop.letter(kind)
    if own is None:
        return LETTERS[kind]
    write = functools.partial(described.write, described=own)
    return LetterKind(own.signer, numbered=own.numbered, title=own.title, build=write)


def kinds(sop: Sop) -> frozenset[str]:
    """Return the kinds of letters that a case of this SOP may have."""
    return frozenset({*LETTERS, *(letter.id for letter in sop.letters)})

"""What letters of a case have in common: who signs, who receives, which letter is answered, what was configured."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.agent import names
from workflows import servers, words
from workflows.cases import on_paper
from workflows.cases.case_context import CaseContext
from workflows.correspondence import findings
from workflows.letters import configuration, form
from workflows.office import Office
from workflows.people import members
from workflows.people.signatories import official
from workflows.roles import KABID, KEPALA_DKISP
from workflows.store import hostings, people
from workflows.store.tables import Hosting, Opd


async def signer(context: CaseContext, role: str) -> form.Official:
    """Return who signs as `role`: the presser where they hold it, else who acts in it today.

    A vacant office leaves the name empty; the letter is then a draft for whoever comes.
    """
    title = await title_of(context, role)
    on_sheet = await on_paper.signed_now(context, role)
    if on_sheet is not None:
        return official(on_sheet[0], title, on_sheet[1].acting)
    if context.by is not None and context.mandate is not None and context.mandate.role == role:
        return official(context.by.person, title, context.mandate.acting)
    opd_id = context.case.opd_id if context.sop.role(role).scope == "opd" else None
    for person, held in await members.who_acts(context.work, context.sop.role(role), opd_id):
        return official(person, title, held.acting)
    return form.Official(name="", nip="", rank="", office=title)


async def signer_for_head(context: CaseContext) -> form.Official:
    """Return the head of the division, who writes to other offices in the name of the department's head ("a.n.")."""
    found = await signer(context, KABID)
    return dataclasses.replace(found, on_behalf_of=context.office.letters.head_title)


async def scanned(context: CaseContext, role: str) -> str:
    """Return who scanned the paper that `role` signed, and when, in words; "" where they pressed a button."""
    found = await on_paper.signed_now(context, role)
    return await scanned_by(context, found[1].scanned_by, found[1].scanned_at) if found else ""


async def scanned_by(context: CaseContext, person_id: int, at: str) -> str:
    """Write who scanned a paper and when."""
    scanner = await people.by_id(context.work, person_id)
    return f"{scanner.name}, {words.date_time(dt.datetime.fromisoformat(at))}"


async def title_of(context: CaseContext, role: str) -> str:
    """Return the office that a role is, as letters write it; the SOP's own title where the office gives none."""
    known, rules = context.sop.role(role), context.office.letters
    if known.scope == "opd" and known.single:
        return (await opd_of(context)).head_title
    titles = {KEPALA_DKISP: rules.head_title, KABID: rules.division_head_title}
    return titles.get(role) or known.title


async def opd_of(context: CaseContext) -> Opd:
    """Return the case's OPD."""
    return await people.opd(context.work, context.case.opd_id)


async def recipient(context: CaseContext) -> form.Recipient:
    """Return the head of the case's OPD as addressee."""
    opd = await opd_of(context)
    return form.Recipient(title=opd.head_title, place=context.office.letterhead.city)


async def reference(context: CaseContext) -> form.Reference:
    """Return the OPD's letter that is answered."""
    answers = context.answers("permohonan")
    return form.Reference(
        sender=(await opd_of(context)).name,
        number=answers.get("nomor_surat") or form.NO_NUMBER,
        date=dt.date.fromisoformat(answers["tanggal_surat"]),
        subject=answers["perihal"],
    )


def team(context: CaseContext) -> tuple[form.Person, ...]:
    """Return the Tim Teknis that the request names."""
    return tuple(
        form.Person(name=person["name"], nip=person["nip"], phone=person["phone"])
        for person in context.answers("permohonan")["tim_teknis"]
    )


def package_label(context: CaseContext, package: str) -> str:
    """Return a package's short name: the part of its label before the amounts."""
    return context.sop.package(package).label.split(":")[0]


async def hosting_of(context: CaseContext) -> Hosting:
    """Return the case's hosting. Raises `LookupError` where it has none: the SOP's order was broken."""
    hosting = await hostings.of_case(context.work, context.case.id)
    if hosting is None:
        raise LookupError(f"case {context.case.number} has no hosting")
    return hosting


async def configuration_of(context: CaseContext) -> configuration.Configuration:
    """Return the hosting as it stands on its server, from its spec and what the agent reported."""
    hosting = await hosting_of(context)
    server = await hostings.server(context.work, hosting.server_id)
    spec = hosting.spec
    account, name = names.account(spec.slug), names.database(spec.slug)
    return configuration.Configuration(
        application=context.answers("permohonan")["aplikasi"],
        addresses=spec.domains,
        server=server.name,
        ip=", ".join(hosting.served_addresses) or server.host,
        kind=spec.kind,
        php_version=spec.php_version,
        document_root=spec.document_root,
        database=configuration.DatabaseAccess(name=name, account=name) if spec.database else None,
        sftp=configuration.SftpAccess(
            host=spec.domains[0],
            account=account,
            port=server.port,
            fingerprint=servers.fingerprint(server.host_key),
        ),
        package=package_label(context, context.answers("server")["paket"]),
        limits=spec.limits,
        certificate=findings.certificate(hosting.applied),
    )


def letterhead_of(opd: Opd, office: Office) -> form.OfficeLetterhead:
    """Return the letterhead of an OPD, for the request it asks us to write."""
    return form.OfficeLetterhead(name=opd.name, government=office.letterhead.government, city=office.letterhead.city)

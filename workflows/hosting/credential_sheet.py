"""The sheet for a sealed envelope: passwords for an OPD that is not on Telegram, printed once by who hands them over.

It is made from the seals while it is sent and lies nowhere. Telegram's having it destroys them, as showing does.
"""

from __future__ import annotations

import dataclasses

from workflows.hosting import credentials, orders
from workflows.hosting.credentials import CredentialSource
from workflows.hosting.passwords import PRINT_CREDENTIALS
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Official, Recipient
from workflows.letters.surat_kredensial import Login, SuratKredensial
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.signatories import printed_by
from workflows.store import cases, people
from workflows.store.tables import Case, Hosting
from workflows.store.unit_of_work import UnitOfWork

NAME = "Surat-Kredensial-{}.pdf"
TEAM = "tim_teknis"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sheet:
    """The sheet, and which passwords (by id) stand on it."""

    letter: SuratKredensial
    credentials: tuple[int, ...]


async def sheet(office: Office, work: UnitOfWork, member: Member, place: CredentialSource) -> Sheet:
    """Return the sheet as this person may print it now. Raises `Refused`, as `credentials.check` does."""
    hosting, revealed = await credentials.reveal(office, work, member, place)
    case = await cases.get(work, place.case) if place.case is not None else None
    opd = await people.opd(work, hosting.opd_id)
    named = fixed_words(SuratKredensial.template)
    letter = SuratKredensial(
        office=office.letterhead,
        date=members.today(work),
        signer=_printer(office, member, hosting, case, place.action),
        case_number=case.number if case else "",
        recipient=Recipient(title=opd.head_title, place=office.letterhead.city),
        domain=hosting.domain,
        logins=tuple(
            Login(name=named[one.kind], host=one.host, port=one.port, account=one.account, password=one.password)
            for one in revealed
        ),
        team=_team(office, case),
    )
    return Sheet(letter=letter, credentials=tuple(one.credential for one in revealed))


def _printer(office: Office, member: Member, hosting: Hosting, case: Case | None, action: str) -> Official:
    """Return who prints, in the office under which they may."""
    if case is None:
        role = orders.permitted(member, hosting, PRINT_CREDENTIALS).role
        titles = {known.id: known.title for sop in office.sops.values() for known in sop.roles}
        return printed_by(member, titles[role], role)
    sop = office.sop_of(case)
    button = sop.action(action)
    assert button is not None  # noqa: S101  (looked at by `check`)
    role = next(mandate.role for mandate in member.mandates if mandate.role in button.roles)
    return printed_by(member, sop.role(role).title, role)


def _team(office: Office, case: Case | None) -> tuple[str, ...]:
    """Return whom the case's request names; later on nobody is known by name."""
    named = case.facts.get(office.sop_of(case).opening.form, {}).get(TEAM, []) if case else []
    return tuple(person["name"] for person in named)

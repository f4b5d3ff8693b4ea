"""The sheet for a sealed envelope: passwords for an OPD that is not on Telegram, printed once by who hands them over.

It is made from the seals while it is sent and lies nowhere. Telegram's having it destroys them, as showing does.
"""

from __future__ import annotations

import dataclasses

from workflows.correspondence.parts import printed_by
from workflows.hosting import credentials
from workflows.hosting.credentials import CredentialSource
from workflows.letters.fixed_words import fixed_words
from workflows.letters.form import Recipient
from workflows.letters.surat_kredensial import Login, SuratKredensial
from workflows.office import Office
from workflows.people import members as office_people
from workflows.people.members import Member
from workflows.store import cases, people
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
    case = await cases.get(work, place.case or 0)
    assert case is not None  # noqa: S101  (looked at by `check`)
    sop, opd = office.sop_of(case), await people.opd(work, case.opd_id)
    action = sop.action(place.action)
    assert action is not None  # noqa: S101
    held = next(mandate for mandate in member.mandates if mandate.role in action.roles)
    named = fixed_words(SuratKredensial.template)
    letter = SuratKredensial(
        office=office.letterhead,
        date=office_people.today(work),
        signer=printed_by(member, sop.role(held.role).title, held.role),
        case_number=case.number,
        recipient=Recipient(title=opd.head_title, place=office.letterhead.city),
        domain=hosting.domain,
        logins=tuple(
            Login(name=named[one.kind], host=one.host, port=one.port, account=one.account, password=one.password)
            for one in revealed
        ),
        team=tuple(person["name"] for person in case.facts.get(sop.opening.form, {}).get(TEAM, [])),
    )
    return Sheet(letter=letter, credentials=tuple(one.credential for one in revealed))

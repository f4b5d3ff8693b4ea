"""Ganti kata sandi: a standing hosting gets new passwords, which whoever asked for them is shown once.

For an OPD that has nobody on Telegram the office does so by the letter of its head, and prints them for an envelope.
"""

from __future__ import annotations

from collections.abc import Sequence

from workflows.hosting import letter_of_head, orders
from workflows.hosting.action import Action, JobAction, ReleasedDomains
from workflows.hosting.colleagues import tell_colleagues
from workflows.hosting.letter_of_head import LetterOfHead
from workflows.hosting.opening import kinds_of, make_passwords
from workflows.hosting.orders import OrderedBy
from workflows.hosting.rights import BOTH, OF_ITS_OPD, Right
from workflows.office import Office
from workflows.people import reach
from workflows.refusal import Refused
from workflows.roles import BAGIAN_UMUM, ENGINEER
from workflows.store import hostings
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

OF_THE_OFFICE = (BAGIAN_UMUM, ENGINEER)  # who hand an OPD without Telegram what it is to have on paper

CREDENTIALS = Action(name="credentials", right=Right(roles=OF_ITS_OPD, of=BOTH, while_cleaned=True))
PRINT_CREDENTIALS = Action(name="print_credentials", right=Right(roles=OF_THE_OFFICE, while_cleaned=True))
PASSWORDS = JobAction(
    name="passwords",
    right=Right(roles=OF_ITS_OPD, of=BOTH, while_cleaned=True),
    errand=None,
    still_wanted=lambda _spec, _job: True,
    when_done=(tell_colleagues,),
    releases=ReleasedDomains.NONE,
    stages=None,
)
PRINT_PASSWORDS = JobAction(
    name="print_passwords",
    right=Right(roles=OF_THE_OFFICE, while_cleaned=True),
    errand=None,
    still_wanted=lambda _spec, _job: True,
    when_done=(),
    releases=ReleasedDomains.NONE,
    stages=None,
)
MAKE_NEW = (PASSWORDS.name, PRINT_PASSWORDS.name)  # orders whose job sets new ones


class PasswordData(JobData, total=False):
    """What the job of new passwords keeps."""

    kinds: list[str]  # as `Credential.kind`


async def change(
    office: Office,
    work: UnitOfWork,
    hosting: Hosting,
    kinds: Sequence[str],
    *,
    by: OrderedBy,
    action: JobAction = PASSWORDS,
) -> Job:
    """Make new passwords of these kinds and have them set; until the job is done the old ones hold.

    One that nobody was shown yet is destroyed: the newest is the one that will be true, whatever dies on the way.
    Raises `Refused` as `orders.want`; nothing_changes where the hosting has none of that kind.
    """
    present = await orders.orderable(work, hosting.id)
    if not kinds or not {*kinds} <= {*kinds_of(present)}:
        raise Refused("nothing_changes")
    for row in await hostings.credentials(work, present.id):
        if row.kind in kinds:
            row.sealed = None
    spec = present.spec
    data: PasswordData = {"kinds": list(kinds)}
    job = await orders.want(office, work, present, spec, by=by, action=action, data=data, anew=True)
    await make_passwords(office, work, present, kinds, asked_by=by.person_id)
    return job


async def change_by_letter(
    office: Office, work: UnitOfWork, hosting: Hosting, kinds: Sequence[str], letter: LetterOfHead, *, by: OrderedBy
) -> None:
    """Make new passwords because the head asked for them by a letter, which is kept.

    Raises `Refused` as `change`, and `opd_on_telegram`: who can press for themselves is not pressed for.
    """
    await need_paper(work, hosting)
    await change(office, work, hosting, kinds, by=by, action=PRINT_PASSWORDS)
    await letter_of_head.keep(work, hosting, letter, by=by, about=PRINT_PASSWORDS.name)


async def need_paper(work: UnitOfWork, hosting: Hosting) -> None:
    """Make sure that a hosting's OPD has nobody on Telegram. Raises `Refused` (opd_on_telegram)."""
    if not await reach.is_without(work, hosting.opd_id):
        raise Refused("opd_on_telegram", final=True)

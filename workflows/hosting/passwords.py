"""Ganti kata sandi: a standing hosting gets new passwords, which whoever asked for them is shown once."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.spec import HostingSpec
from workflows.hosting import orders
from workflows.hosting.open import kinds_of, make_passwords
from workflows.hosting.orders import OrderedBy
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting, Job
from workflows.store.unit_of_work import UnitOfWork

PASSWORDS, CREDENTIALS = "passwords", "credentials"


async def change(office: Office, work: UnitOfWork, hosting: Hosting, kinds: Sequence[str], *, by: OrderedBy) -> Job:
    """Make new passwords of these kinds and have them set; until the job is done the old ones hold.

    One that nobody was shown yet is destroyed: the newest is the one that will be true, whatever dies on the way.
    Raises `Refused` as `orders.want`; nothing_changes where the hosting has none of that kind.
    """
    present = await orders.standing(work, hosting.id)
    if not kinds or not {*kinds} <= {*kinds_of(present)}:
        raise Refused("nothing_changes")
    for row in await hostings.credentials(work, present.id):
        if row.kind in kinds:
            row.sealed = None
    await make_passwords(office, work, present, kinds, asked_by=by.person_id)
    spec, data = HostingSpec.from_data(present.spec), {"kinds": list(kinds)}
    return await orders.want(office, work, present, spec, by=by, action=PASSWORDS, data=data, anew=True)

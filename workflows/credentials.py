"""Showing the passwords of a hosting (SOP step 8): to a named person, once, and then they are destroyed."""

from __future__ import annotations

import dataclasses

from provisioning.agent import names
from provisioning.spec import Secret
from workflows.engine.permit import Denied, permit
from workflows.guards import GUARDS
from workflows.hosting.open import credential_context
from workflows.occasion import state_of
from workflows.office import Office
from workflows.people import Member
from workflows.refusal import Refused
from workflows.store import cases, hostings, ledger, outbox, people
from workflows.store.tables import Credential, Hosting
from workflows.store.unit_of_work import UnitOfWork

ACTION = "kredensial"
MARIADB_PORT = 3306


@dataclasses.dataclass(frozen=True, kw_only=True)
class Revealed:
    """One login as it is shown. `kind`: sftp or database; `host` and `port` as the person needs them."""

    kind: str
    account: str
    password: Secret
    host: str
    port: int


async def check(office: Office, work: UnitOfWork, member: Member, case_id: int) -> Hosting:
    """Return the hosting whose credentials this person may see now. Raises `Refused` (credentials_shown, …)."""
    case = await cases.get(work, case_id)
    if case is None:
        raise Refused("unknown_case")
    sop = office.sop(case.sop_code, case.sop_version)
    verdict = permit(sop, state_of(case), member.actor(), ACTION, case.revision, guards=GUARDS)
    if isinstance(verdict, Denied):
        raise Refused(str(verdict.reason))
    hosting = await hostings.of_case(work, case.id)
    if hosting is None:
        raise Refused("no_hosting")
    if not await _unshown(work, hosting.id):
        raise Refused("credentials_shown", await _shown(work, hosting.id))
    return hosting


async def claim(office: Office, work: UnitOfWork, member: Member, case_id: int) -> None:
    """Let one person's showing be put out. Raises `Refused`, also where another's is on its way: one sees them, once.

    What could not be delivered to one person is free for the next.
    """
    await cases.lock(work, case_id)  # two may ask at once: one is shown
    await check(office, work, member, case_id)
    under_way = await outbox.open_of(work, case_id, "credentials")
    if any(row.chat_id != member.person.telegram_id for row in under_way):
        raise Refused("credentials_shown")


async def reveal(office: Office, work: UnitOfWork, member: Member, case_id: int) -> list[Revealed]:
    """Open the seals for showing. Nothing is destroyed yet: `destroy` follows once Telegram has the message."""
    hosting = await check(office, work, member, case_id)
    server = await hostings.server(work, hosting.server_id)
    revealed = []
    for row in await _unshown(work, hosting.id):
        assert row.sealed is not None  # noqa: S101 - `_unshown` gives sealed ones only
        password = office.vault.open(row.key_id, row.sealed, credential_context(hosting.id, row.kind))
        if row.kind == "sftp":
            account, host, port = names.account(hosting.slug), hosting.domain, server.port
        else:
            account, host, port = names.database(hosting.slug), "localhost", MARIADB_PORT
        revealed.append(Revealed(kind=row.kind, account=account, password=password, host=host, port=port))
    return revealed


async def destroy(work: UnitOfWork, member: Member, case_id: int) -> None:
    """Note to whom the credentials were shown and destroy them."""
    await cases.lock(work, case_id)
    hosting = await hostings.of_case(work, case_id)
    if hosting is None:
        return
    for row in await _unshown(work, hosting.id):
        row.sealed, row.shown_at, row.shown_to = None, work.now, member.person.id
    data = {"hosting": hosting.id}
    await ledger.append(work, "credentials.shown", person_id=member.person.id, case_id=case_id, data=data)


async def _shown(work: UnitOfWork, hosting_id: int) -> dict[str, str]:
    """Say who saw them and when, so that those who come later know whom to ask."""
    for row in await hostings.credentials(work, hosting_id):
        if row.shown_to is not None and row.shown_at is not None:
            return {"by": (await people.by_id(work, row.shown_to)).name, "at": row.shown_at.isoformat()}
    return {}


async def _unshown(work: UnitOfWork, hosting_id: int) -> list[Credential]:
    return [row for row in await hostings.credentials(work, hosting_id) if row.sealed is not None]

"""Showing the passwords of a hosting: to a named person, once, and then they are destroyed.

Those that a hosting was made with are shown at its case (SOP step 8), to one of those who are named there; those that
were made anew at the hosting's card, to whoever had them made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from provisioning.agent import names
from provisioning.spec import Secret
from workflows.cases.case_context import state_of
from workflows.cases.guards import GUARDS
from workflows.cases.noted_facts import note
from workflows.cases.notify import put_cards
from workflows.engine.description import Status
from workflows.engine.permit import Denied, permit
from workflows.hosting import orders, wordpress
from workflows.hosting.job_data import data_of
from workflows.hosting.opening import APPLICATION, PAGE, SFTP
from workflows.hosting.passwords import CREDENTIALS, PRINT_CREDENTIALS, need_paper
from workflows.office import Office
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.secrets.vault import credential_context
from workflows.store import cases, hostings, ledger, outbox, people
from workflows.store.tables import Case, Credential, Hosting
from workflows.store.tables.messages import MessageParams
from workflows.store.unit_of_work import UnitOfWork

ACTION, PRINT = "kredensial", "kredensial_cetak"
KINDS = ("credentials", "credential_sheet")  # of the messages that show them
MARIADB_PORT, HTTPS_PORT = 3306, 443


@dataclasses.dataclass(frozen=True, kw_only=True)
class CredentialSource:
    """Where passwords are asked for: at a case or at a hosting's card; to be shown, or `printed` for an envelope."""

    case: int | None = None
    hosting: int = 0
    printed: bool = False

    @property
    def action(self) -> str:
        """The case's button."""
        return PRINT if self.printed else ACTION

    def to_data(self) -> MessageParams:
        """Return what a message keeps of it."""
        said: MessageParams = {"hosting": self.hosting} if self.case is None else {"case": self.case}
        return {**said, "printed": True} if self.printed else said

    @classmethod
    def from_data(cls, data: MessageParams) -> CredentialSource:
        """Read what `to_data` gave."""
        return cls(case=data.get("case"), hosting=data.get("hosting", 0), printed=data.get("printed", False))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Revealed:
    """One login as it is shown. `kind` is one of `hosting.open`; `host` and `port` as the person needs them."""

    credential: int
    kind: str
    account: str
    password: Secret
    host: str
    port: int


async def check(office: Office, work: UnitOfWork, member: Member, place: CredentialSource) -> Hosting:
    """Return the hosting whose credentials this person may see now. Raises `Refused` (credentials_shown, …)."""
    if place.case is not None:
        hosting = await _of_case(office, work, member, place.case, place.action)
    else:
        hosting = await _of_card(work, member, place)
    await _unseen(work, member, hosting, place)
    return hosting


async def _of_case(office: Office, work: UnitOfWork, member: Member, case_id: int, action: str) -> Hosting:
    case = await cases.get(work, case_id)
    if case is None:
        raise Refused("unknown_case", final=True)
    sop = office.sop(case.sop_code, case.sop_version)
    verdict = permit(sop, state_of(case), member.actor(), action, case.revision, guards=GUARDS)
    if isinstance(verdict, Denied):
        raise Refused(str(verdict.reason), final=True)
    hosting = await hostings.of_case(work, case.id)
    if hosting is None or hosting.opd_id != case.opd_id:  # it was handed to another OPD since
        raise Refused("no_hosting", final=True)
    return hosting


async def _of_card(work: UnitOfWork, member: Member, place: CredentialSource) -> Hosting:
    """Return the hosting. Raises `Refused`."""
    hosting = await hostings.get(work, place.hosting)
    if hosting is None:
        raise Refused("no_hosting", final=True)
    orders.permitted(member, hosting, PRINT_CREDENTIALS if place.printed else CREDENTIALS)
    if place.printed:
        await need_paper(work, hosting)
    return hosting


async def claim(office: Office, work: UnitOfWork, member: Member, place: CredentialSource) -> None:
    """Let one person's showing be put out. Raises `Refused`, also where another's is on its way: one sees them, once.

    What could not be delivered to one person is free for the next.
    """
    if place.case is None:
        await check(office, work, member, place)  # these are one person's anyhow
        return
    await cases.lock(work, place.case)  # two may ask at once: one is shown
    await check(office, work, member, place)
    under_way = [row for kind in KINDS for row in await outbox.open_of(work, place.case, kind)]
    if any(row.chat_id != member.person.telegram_id for row in under_way):
        raise Refused("credentials_shown", final=True)


async def wait_for(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    """Make sure that passwords which this person had made wait to be shown. Raises `Refused`, as `check` does."""
    place = CredentialSource(hosting=hosting.id)
    await _unseen(work, member, await _of_card(work, member, place), place)


async def wait_for_print(work: UnitOfWork, member: Member, hosting: Hosting) -> None:
    """Make sure that passwords which this person had made wait to be printed. Raises `Refused`, as `check` does."""
    place = CredentialSource(hosting=hosting.id, printed=True)
    await _unseen(work, member, await _of_card(work, member, place), place)


async def _unseen(work: UnitOfWork, member: Member, hosting: Hosting, place: CredentialSource) -> None:
    if not await _unshown(work, member, hosting.id, place):
        if any(row.asked_by == member.person.id for row in await _sealed(work, hosting.id)):
            raise Refused("credentials_not_set", {"domain": hosting.domain})
        raise Refused("credentials_shown", await _shown(work, hosting.id), final=True)


async def reveal(
    office: Office, work: UnitOfWork, member: Member, place: CredentialSource
) -> tuple[Hosting, list[Revealed]]:
    """Open the seals of a hosting's passwords, for showing. Raises `Refused`, as `check` does.

    Nothing is destroyed yet: `destroy` follows once Telegram has the message.
    """
    hosting = await check(office, work, member, place)
    server = await hostings.server(work, hosting.server_id)
    revealed = []
    for row in await _unshown(work, member, hosting.id, place):
        assert row.sealed is not None  # noqa: S101 - `_unshown` gives sealed ones only
        password = office.vault.open(row.key_id, row.sealed, credential_context(hosting.id, row.kind))
        account, host, port = await _way_in(work, hosting, row.kind, server.port)
        revealed.append(
            Revealed(credential=row.id, kind=row.kind, account=account, password=password, host=host, port=port)
        )
    return hosting, revealed


async def _way_in(work: UnitOfWork, hosting: Hosting, kind: str, ssh_port: int) -> tuple[str, str, int]:
    """Return account, host and port of a login."""
    if kind == SFTP:
        return names.account(hosting.slug), hosting.domain, ssh_port
    if kind == PAGE:
        return hosting.slug, hosting.domain, HTTPS_PORT
    if kind == APPLICATION and (job := await wordpress.newest(work, hosting.id)) is not None:
        return data_of(wordpress.WordPressData, job)["user"], f"{hosting.domain}/wp-login.php", HTTPS_PORT
    return names.database(hosting.slug), "localhost", MARIADB_PORT


async def destroy(work: UnitOfWork, member: Member, place: CredentialSource, revealed: Collection[int]) -> None:
    """Note to whom credentials (by id) were shown and destroy them; one that was made meanwhile waits its turn."""
    case = await cases.lock(work, place.case) if place.case is not None else None
    hosting = await hostings.of_case(work, case.id) if case else await hostings.lock(work, place.hosting)
    if hosting is None:
        return
    for row in await hostings.credentials(work, hosting.id):
        if row.id in revealed:
            row.sealed, row.shown_at, row.shown_to = None, work.now, member.person.id
    if case is not None and not await _unshown(work, member, hosting.id, place):
        await _note_all_shown(work, case)
    data, done = {"hosting": hosting.id}, "credentials.printed" if place.printed else "credentials.shown"
    await ledger.append(work, done, person_id=member.person.id, case_id=hosting.case_id, data=data)


async def _note_all_shown(work: UnitOfWork, case: Case) -> None:
    note(case, credentials_shown=True)
    if case.status != Status.OPEN:  # whose button goes
        await put_cards(work, case, f"shown:{work.now.isoformat()}")


async def _shown(work: UnitOfWork, hosting_id: int) -> dict[str, str]:
    """Say who saw the last ones and when, so that those who come later know whom to ask."""
    for row in reversed(await hostings.credentials(work, hosting_id)):
        if row.shown_to is not None and row.shown_at is not None:
            return {"by": (await people.by_id(work, row.shown_to)).name, "at": row.shown_at.isoformat()}
    return {}


async def _unshown(work: UnitOfWork, member: Member, hosting_id: int, place: CredentialSource) -> list[Credential]:
    asker = None if place.case is not None else member.person.id
    rows = [row for row in await _sealed(work, hosting_id) if place.case or await hostings.is_set(work, row)]
    if any(row.kind == APPLICATION for row in rows) and not await wordpress.is_installed(work, hosting_id):
        rows = [row for row in rows if row.kind != APPLICATION]
    return [row for row in rows if row.asked_by == asker]


async def _sealed(work: UnitOfWork, hosting_id: int) -> list[Credential]:
    return [row for row in await hostings.credentials(work, hosting_id) if row.sealed is not None]

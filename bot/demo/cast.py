"""The people of the demo, and how they are made known to the office."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from pathlib import Path

from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from workflows.engine.description import Sop
from workflows.people import members, opds
from workflows.store import people
from workflows.store.unit_of_work import Database

FILE = Path(__file__).with_name("cast.toml")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Player:
    """One person: `id` is the Telegram account, `opd` the code of the OPD where the role belongs to one."""

    id: int
    name: str
    role: str
    phone: str
    nip: str
    rank: str
    opd: str = ""


def players() -> tuple[Player, ...]:
    """Return everybody, in the order of the page's columns."""
    return tuple(Player(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["person"])


async def invite_all(database: Database) -> dict[int, str]:
    """Make everybody an invitation; return the tokens by account. The administrator is appointed."""
    tokens = {}
    async with database.write() as work:
        await opds.seed(work)
        for player in players():
            known = await people.by_telegram_id(work, player.id)
            if known is not None and known.phone:
                continue
            opd = await people.opd_by_code(work, player.opd) if player.opd else None
            request = members.InviteRequest(
                name=player.name,
                nip=player.nip,
                rank=player.rank,
                phone=player.phone,
                role=player.role,
                opd_id=opd.id if opd else None,
                starts_on=members.today(work),
            )
            tokens[player.id] = await members.create_invite(work, None, request)
    return tokens


async def give_phones(sandbox: Sandbox, sops: Iterable[Sop]) -> dict[str, SandboxUser]:
    """Give everybody a phone in the sandbox; return them by role."""
    titles = {role.id: role.title for sop in sops for role in sop.roles}
    return {
        player.role: await sandbox.add_person(
            player.name, phone=player.phone, person_id=player.id, role=titles[player.role]
        )
        for player in players()
    }


async def let_in(phones: dict[str, SandboxUser], tokens: dict[int, str]) -> None:
    """Let everybody open their invitation and share their own contact, as they would."""
    for player in players():
        token = tokens.get(player.id)
        await _enter(phones[player.role], token)


async def _enter(phone: SandboxUser, token: str | None) -> None:
    if token is None:
        await phone.send_command("start")
        return
    await phone.open_link(f"{members.INVITE_PREFIX}{token}")
    await phone.wait_for(lambda _message: bool(phone.reply_keyboard))
    await phone.share_contact()

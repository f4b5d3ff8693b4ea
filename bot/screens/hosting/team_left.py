"""What a head reads after people left the Tim Teknis: what still opens to them, and the buttons that close it."""

from __future__ import annotations

from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import fit
from bot.screens.named_screen import Args
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.hosting import team
from workflows.hosting.orders import may_order
from workflows.hosting.passwords import PASSWORDS
from workflows.hosting.rights import Denial
from workflows.hosting.sftp_keys import KEYS
from workflows.hosting.team import StillOpen
from workflows.people.members import Member
from workflows.store import people
from workflows.store.unit_of_work import UnitOfWork

SHOWN = 8  # hostings in one message


async def team_left(_app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Return the message for the head of the OPD; None for anybody else."""
    if args["opd"] not in member.opds:
        return None
    opd = await people.opd(work, args["opd"])
    names = [(await people.by_id(work, one)).name for one in args["people"]]
    found = await team.still_open(work, opd.id, args["people"])
    lines = [html("tim.berhenti", names=", ".join(names), opd=opd.name)]
    lines += ["\n" + html("tim.berhenti_hosting", domain=one.hosting.domain, keys=one.keys) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append("\n" + html("tim.berhenti_lain", count=len(found) - SHOWN))
    rows = [row for one in found[:SHOWN] for row in _ways(member, one)]
    return Screen(text=fit(lines), keyboard=keyboard(rows))


def _ways(member: Member, one: StillOpen) -> list[Row]:
    """Return the buttons for a hosting: what this person may order of it in the state in which it is wanted."""
    hosting, words = one.hosting, {PASSWORDS: "tim.tombol_sandi"} | ({KEYS: "tim.tombol_kunci"} if one.keys else {})
    return [
        [button(plain(word, domain=hosting.domain), Do("order_ask", (action.name, str(hosting.id))))]
        for action, word in words.items()
        if not isinstance(may_order(member, hosting, action), Denial)
    ]

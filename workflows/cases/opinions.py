"""How many colleagues must have given their opinion before a case may be recommended: a setting of the office.

A case keeps whom it asked and how many must answer, as it was when they were asked; asking again takes the setting and
the colleagues of that day. So a colleague who left holds nothing up for ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases.case_context import CaseContext
from workflows.cases.notify import holders_for
from workflows.office import Office
from workflows.people.members import Member
from workflows.refusal import Refused
from workflows.store import ledger, settings
from workflows.store.unit_of_work import UnitOfWork

SETTING = "opinion_quorum"
NONE, ALL = 0, 99  # of the setting: no quorum; everybody who is asked
CHOICES = (NONE, 1, 2, 3, ALL)
EFFECT = "ask_opinions"


async def ask_opinions(context: CaseContext, args: Mapping[str, str]) -> None:
    """Note who holds the role `args["role"]` now, and how many of them must answer."""
    people = await holders_for(context.work, context.sop, context.case, args["role"])
    least = min(await quorum(context.work), len(people))
    context.remember(opinions_asked={"people": len(people), "least": least})


async def quorum(work: UnitOfWork) -> int:
    """Return the setting: one of `CHOICES`."""
    found = await settings.get(work, SETTING)
    return int(found["least"]) if found else NONE


def may_set(office: Office, member: Member) -> bool:
    """Whether a person says how many must answer: an administrator, or whoever asks for opinions in some SOP.

    Who sends a case on, and has them asked by that (also for another, from paper), does not wait for them.
    """
    actions = (action for sop in office.sops.values() for step in sop.steps for action in step.actions)
    asking = [
        one for one in actions if not one.outcome.to and EFFECT in {effect.name for effect in one.outcome.effects}
    ]
    return member.is_admin or any(member.has(*action.roles) for action in asking)


async def set_quorum(office: Office, work: UnitOfWork, by: Member, least: int) -> None:
    """Change the setting, for cases whose opinions are asked from now on. Raises `Refused`: wrong_role."""
    if not may_set(office, by) or least not in CHOICES:
        raise Refused("wrong_role", final=True)
    await settings.lock(work, SETTING)
    await settings.put(work, SETTING, {"least": least})
    await ledger.append(work, "opinion_quorum", person_id=by.person.id, data={"least": least})

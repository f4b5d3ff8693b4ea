"""Another OPD is to have a hosting: its head is told before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases import subject
from workflows.cases.case_context import CaseContext
from workflows.people import members
from workflows.people.notices import notice
from workflows.roles import KEPALA_OPD
from workflows.store import people


async def tell_receiving_opd(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Tell the head of the OPD that the request names, where it names one, what comes and whom to object to."""
    name = context.answers(context.sop.opening.form).get("opd_baru")
    opd = await people.opd_by_name(context.work, name) if name else None
    if opd is None:
        return
    hosting = await subject.hosting_of(context.work, context.case)
    former = await people.opd(context.work, context.case.opd_id)
    said = {"domain": hosting.domain, "former": former.name, "owner": opd.name, "case": context.case.number}
    for person in await members.holders(context.work, KEPALA_OPD, opd.id):
        key = f"receiving:{context.case.id}:{person.id}"
        await notice(context.work, person, "akhir.kabar_penerima", said, key=key)

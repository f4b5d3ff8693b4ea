"""What an SOP's own sentences may name of a case, between braces: "Permohonan {case} dari {opd} …"."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases.noted_facts import noted
from workflows.store import people
from workflows.store.tables import Case
from workflows.store.unit_of_work import UnitOfWork

PLACEHOLDERS = frozenset({"case", "opd", "subdomain", "hosting"})


async def case_words(work: UnitOfWork, case: Case) -> Mapping[str, str]:
    """Return the words for `PLACEHOLDERS`."""
    about, opd = noted(case.facts).get("about"), await people.opd(work, case.opd_id)
    hosting = about.get("domain", "") if about else ""
    return {"case": case.number, "opd": opd.name, "subdomain": case.subdomain or "", "hosting": hosting}

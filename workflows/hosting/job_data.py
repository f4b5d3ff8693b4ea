"""How a job's data are read: as those of the order that it carries out, so that a key that there is not is no code."""

from __future__ import annotations

from typing import TypeVar, cast

from workflows.hosting.errand_input import ErrandInput
from workflows.store.tables import Job
from workflows.store.tables.hostings import JobData

Kind = TypeVar("Kind", bound=JobData)


def data_of(kind: type[Kind], of: Job | ErrandInput) -> Kind:
    """Return a job's data as those of one kind of order, as its module describes them; nothing is copied.

    What an earlier release did not keep yet is not there either.
    """
    return cast("Kind", of.data)

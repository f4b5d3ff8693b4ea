"""What visitors meet at a site before and after an order: an error of its own application is told, and fails nothing.

Only its owner can mend that, often by another order: an import, another version, what a backup holds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Self

from provisioning.outside import is_well
from workflows.store.tables import Job


@dataclasses.dataclass(frozen=True, kw_only=True)
class FrontPages:
    """The status of the first page before an order and after it (`NO_PAGE`: none came), None where nobody looked.

    `ended` is when the certificate had ended, of one that visitors refuse for that.
    """

    before: int | None = None
    after: int | None = None
    ended: dt.datetime | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether visitors get an error, or nothing, in place of a page."""
        return self.after is not None and not is_well(self.after)

    @property
    def is_broken(self) -> bool:
        """Whether they got a page before the order."""
        return self.is_wrong and self.before is not None and is_well(self.before)

    @classmethod
    def of(cls, job: Job) -> Self:
        """Read what is known of a job's order."""
        data = job.data.get("front", {})
        ended = data.get("ended")
        moment = dt.datetime.fromisoformat(ended) if ended else None
        return cls(before=data.get("before"), after=data.get("after"), ended=moment)

    def to_data(self) -> dict[str, Any]:
        """Return what a job keeps of it."""
        said = {"before": self.before, "after": self.after, "ended": self.ended.isoformat() if self.ended else None}
        return {name: value for name, value in said.items() if value is not None}


def ended_of(facts: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """Return when the certificate ended that a look has seen (the facts of `https`); None while it holds."""
    expires = dt.datetime.fromisoformat(facts["expires"]) if "expires" in facts else None
    return expires if expires is not None and expires <= now else None

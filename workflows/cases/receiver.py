"""What the OPD that is to have a hosting says to it: a fact of the case. Pure."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from workflows.cases.noted_facts import ReceiverData, noted

AGREES, AWAITED = "receiver_agrees", "receiver_awaited"  # guards, as descriptions name them


class Consent(enum.StrEnum):
    """What the head of the receiving OPD said, in chat or by a letter that the office entered."""

    AWAITED = "awaited"
    AGREES = "agrees"
    DECLINES = "declines"
    BY_LETTER = "by_letter"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Receiver:
    """The OPD that is to have the hosting, its consent, and whose answer that is."""

    opd_id: int
    consent: Consent
    person_id: int | None = None

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Receiver | None:
        """Return what a case remembers of it; None where nobody was to be asked."""
        kept = noted(facts).get("receiver")
        if kept is None:
            return None
        return cls(opd_id=kept["opd"], consent=Consent(kept["consent"]), person_id=kept["person"])

    def data(self) -> ReceiverData:
        """Return it as a case remembers it."""
        return {"opd": self.opd_id, "consent": self.consent.value, "person": self.person_id}

    @property
    def may_be_given(self) -> bool:
        """Whether the Kabid may decide to hand it over."""
        return self.consent in (Consent.AGREES, Consent.BY_LETTER)

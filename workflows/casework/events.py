"""The names under which this program reports to a case what the machine did; a description may await no others."""

from __future__ import annotations

EVENTS = frozenset(
    {
        *("hosting_ready", "hosting_failed", "domain_awaited", "domain_given_up"),
        *("delivered", "reported", "delivery_failed"),
    }
)

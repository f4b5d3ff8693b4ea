"""What the lab says when it cannot do its work."""

from __future__ import annotations


class LabError(RuntimeError):
    """The lab, or a command in one of its servers, failed; the message says what and, where known, the remedy."""

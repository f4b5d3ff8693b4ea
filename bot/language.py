"""The language in which words are put at this moment: of whoever presses, or of whoever a message goes to.

It is set in two places only: where an update is routed (`inbound/router.py`), and where a row of the outbox is rendered
(`screens/render.py`). Everything else asks `current`. A task has its own, so chats side by side do not meet in it;
outside of both places it is Indonesian, as on the command line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from workflows.people.languages import Language

_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=Language.INDONESIAN)


def current() -> Language:
    """Return the language to put words in."""
    return _SPOKEN.get()


@contextlib.contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Put words in this language within, in this task."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)

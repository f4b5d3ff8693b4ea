"""How far an installation came, so that one that was cut off is gone on with, and a finished one is not done again."""

from __future__ import annotations

import dataclasses
import enum
import json

from provisioning.agent import files, names
from provisioning.plan import canonical


class Phase(enum.StrEnum):
    """How far an installation has come; one that was cut off is gone on with from here."""

    STAGE = "stage"  # it is being made where visitors do not see it
    MOVE = "move"  # it is made, and being moved to where they do
    DONE = "done"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mark:
    """The phase of the order of that digest, and which release of WordPress it brought."""

    phase: Phase
    digest: str
    release: str = ""


def read(slug: str) -> Mark | None:
    """Return the mark of a hosting's installation, None where none was begun."""
    try:
        data = json.loads(names.wordpress_mark(slug).read_bytes())
    except FileNotFoundError:
        return None
    return Mark(**{**data, "phase": Phase(data["phase"])})


def write(slug: str, mark: Mark) -> None:
    """Keep a mark, for good."""
    path = names.wordpress_mark(slug)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.swap(path, canonical(dataclasses.asdict(mark)).encode(), mode=0o600)

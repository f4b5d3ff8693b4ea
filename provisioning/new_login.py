"""What came of a new password for a hosting's database (`provisioning.agent.new_login`), as it travels."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewLogin:
    """What became of a database's password: renewed with the `files` that hold it, or kept, where no file held it.

    `unseen` are folders of which not all was looked at. At most ten of each are named.
    """

    is_kept: bool = False
    files: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> NewLogin:
        """Read plain data."""
        return cls(is_kept=bool(data["is_kept"]), files=tuple(data["files"]), unseen=tuple(data["unseen"]))

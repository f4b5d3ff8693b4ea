"""The SOPs of this project, read and checked once: they never change, and each talk has an office of its own."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from bot.bootstrap import load_sops
from workflows.engine.description import Sop


@functools.cache
def our_sops() -> Mapping[tuple[str, int], Sop]:
    return load_sops()

"""Versions of SOPs side by side: each a file of its own, one of a code in force on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from workflows.engine.description import Sop
from workflows.engine.reading import DescriptionError

Key = tuple[str, int]  # code and version


def side_by_side(sops: Iterable[Sop]) -> Mapping[Key, Sop]:
    """Return the SOPs by code and version. Raises `DescriptionError` for files that contradict one another."""
    found = sorted(sops, key=lambda sop: (sop.code, sop.version))
    faults = list(version_faults(found))
    if faults:
        raise DescriptionError("\n".join(faults))
    return {(sop.code, sop.version): sop for sop in found}


def version_faults(sops: Iterable[Sop]) -> Iterator[str]:
    """Yield "file: reason" for each contradiction; `sops` are in the order of their versions."""
    by_code: dict[str, list[Sop]] = defaultdict(list)
    for sop in sops:
        by_code[sop.code].append(sop)
    for versions in by_code.values():
        for older, newer in pairwise(versions):
            yield from (f"{newer.source}: {fault}" for fault in _succession_faults(older, newer))
    for one, other in combinations([versions[0] for versions in by_code.values()], 2):
        if one.case_prefix == other.case_prefix:
            yield f"{other.source}: case_prefix {other.case_prefix} is that of {one.code} ({one.source})"


def _succession_faults(older: Sop, newer: Sop) -> Iterator[str]:
    if older.version == newer.version:
        yield f"version {newer.version} of {newer.code} stands in {older.source} too"
    elif newer.effective_on <= older.effective_on:
        yield f"effective_on must be after that of version {older.version} ({older.effective_on})"
    if older.case_prefix != newer.case_prefix:
        yield f"case_prefix must stay {older.case_prefix}: numbers go on through the versions"

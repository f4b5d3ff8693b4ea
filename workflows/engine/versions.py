"""Versions of SOPs side by side: each a file of its own, one of a code in force on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from workflows.engine.description import Sop
from workflows.engine.fault import DescriptionError, Fault, Spot, fault, in_file, placed

Key = tuple[str, int]  # code and version


def side_by_side(sops: Iterable[Sop]) -> Mapping[Key, Sop]:
    """Return the SOPs by code and version. Raises `DescriptionError` for files that contradict one another."""
    found = sorted(sops, key=lambda sop: (sop.code, sop.version))
    faults = list(version_faults(found))
    if faults:
        raise DescriptionError(faults)
    return {(sop.code, sop.version): sop for sop in found}


def version_faults(sops: Iterable[Sop]) -> Iterator[Fault]:
    """Yield each contradiction with its file; `sops` are in the order of their versions."""
    by_code: dict[str, list[Sop]] = defaultdict(list)
    for sop in sops:
        by_code[sop.code].append(sop)
    for versions in by_code.values():
        for older, newer in pairwise(versions):
            yield from in_file(placed(_succession_faults(older, newer), Spot("sop")), newer.source)
    for one, other in combinations([versions[0] for versions in by_code.values()], 2):
        if one.case_prefix == other.case_prefix:
            taken = fault("prefix_taken", value=other.case_prefix, code=one.code, file=one.source)
            yield from in_file(placed([taken], Spot("sop")), other.source)


def _succession_faults(older: Sop, newer: Sop) -> Iterator[Fault]:
    if older.version == newer.version:
        yield fault("same_version", version=newer.version, code=newer.code, file=older.source)
    elif newer.effective_on <= older.effective_on:
        yield fault("effective_too_early", version=older.version, day=older.effective_on)
    if older.case_prefix != newer.case_prefix:
        yield fault("prefix_changed", value=older.case_prefix)

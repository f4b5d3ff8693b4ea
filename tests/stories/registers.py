"""The office's numbered registers, as an auditor reads them."""

from __future__ import annotations

import collections

from tests.stories.town import Town


def registers_are_whole(town: Town) -> None:
    """Each year of each register counts from one, without a gap and without a double."""
    found = collections.defaultdict(list)
    for register, year, sequence in town.rows("SELECT register, year, sequence FROM register_entries ORDER BY id"):
        found[register, year].append(sequence)
    for book, sequences in found.items():
        assert sequences == list(range(1, len(sequences) + 1)), book

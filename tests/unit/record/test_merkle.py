from __future__ import annotations

import pytest

from workflows.record.merkle import Frontier, Tree, climb, leaf

# Certificate Transparency's own inputs, and the root that its implementations agree on for all eight.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOT_OF_ONE = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
SIZES = range(1, 34)


def leaves(size: int) -> list[bytes]:
    return [leaf(bytes([place])) for place in range(size)]


def test_it_is_the_tree_of_certificate_transparency() -> None:
    inputs = [leaf(bytes.fromhex(one)) for one in INPUTS]
    assert Frontier(inputs[:1]).root().hex() == ROOT_OF_ONE
    assert Frontier(inputs).root().hex() == ROOT_OF_EIGHT


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_climbs_to_the_root_and_from_no_other_place(size: int) -> None:
    grown, root = leaves(size), Frontier(leaves(size)).root()
    tree = Tree(grown)
    for place, one in enumerate(grown):
        path = tree.path(place)
        climbed = [at for at in range(size + 1) if climb(one, at, size, path) == root]
        assert climbed == [place]
        assert climb(leaf(b"another"), place, size, path) != root
        assert climb(one, place, size, [*path, one]) is None
        if path:
            assert climb(one, place, size, path[:-1]) is None

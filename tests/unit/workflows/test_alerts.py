"""What engineers are told of servers goes through one function, so that no alert is told in half of the places."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
ENGINEERS_BESIDE_OTHERS = {
    "workflows/people/alerts.py",  # the one function
    "workflows/people/duty.py",  # who they are
    "workflows/people/engineers_group.py",  # what becomes of their group, which administrators hear too
    "workflows/jobs/progress.py",  # the bar of a hosting that is made, which its OPD watches too
}


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node)


def names_the_engineers(call: str) -> bool:
    name, _, given = call.partition("(")
    asks = name.rpartition(".")[2] in ("holders", "holders_for", "holding", "engineers")
    return asks and (name.endswith("engineers") or "ENGINEER" in given or "'engineer'" in given)


def test_every_alert_goes_through_the_one_function() -> None:
    sources = [path for room in ("workflows", "bot") for path in (ROOT / room).rglob("*.py")]
    asking = {str(path.relative_to(ROOT)) for path in sources if any(map(names_the_engineers, calls(path)))}
    assert asking == ENGINEERS_BESIDE_OTHERS

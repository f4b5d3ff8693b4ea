"""Every step of the work on a server that an alert or a progress bar can name, as the code itself names it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import provisioning.agent
import workflows
from provisioning.agent.planner import PARTS

AGENT = Path(provisioning.agent.__file__).parent
WORKFLOWS = Path(workflows.__file__).parent
NAMES_ITS_STEP = {"failing", "as_server_error"}  # callables whose last argument is the step


def steps_of_work() -> set[str]:
    """Return them: the parts, and what is named where something fails."""
    return {*PARTS, *(step for _, step in _named() if step)}


def steps_without_name() -> list[str]:
    """Return where a failure is told with an empty step."""
    return [place for place, step in _named() if not step]


def _named() -> Iterator[tuple[str, str]]:
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "STEP":
                yield f"{path.name}:{node.lineno}", ast.literal_eval(node.value)
            elif isinstance(node, ast.Call):
                yield from ((f"{path.name}:{node.lineno}", step) for step in _steps(node))


def _files() -> list[Path]:
    """Adoption is told to the engineer who runs it, in the terminal, and is left out."""
    agent = [path for path in AGENT.rglob("*.py") if not path.name.startswith("adopt")]
    between = [AGENT.parent / name for name in ("agent_channel.py", "fleet.py")]
    return [*agent, *between, *(WORKFLOWS / "jobs").glob("*.py")]


def _steps(call: ast.Call) -> list[str]:
    found = [keyword.value for keyword in call.keywords if keyword.arg == "step"]
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in NAMES_ITS_STEP:
        found += call.args[-1:]
    return [node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)]

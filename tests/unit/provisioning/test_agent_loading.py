"""What an agent loads ahead is all that its later requests need: none waits for the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import provisioning.agent

NOT_BY_REQUEST = {"adopt", "adopt_copy", "adopt_look"}  # started by an engineer's own root, not by the agent
ASK = """
import sys
from provisioning.agent import verbs
verbs.load_everything()
print(*sorted(name for name in sys.modules if name.startswith("provisioning.agent.")))
"""


def test_everything_is_loaded_before_a_later_request() -> None:
    said = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout
    loaded = {name.removeprefix("provisioning.agent.") for name in said.split()}
    folder = Path(provisioning.agent.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {f"parts.{path.stem}" for path in folder.glob("parts/*.py")}
    assert modules - loaded - NOT_BY_REQUEST - {"__init__", "parts.__init__", "main", "reading"} == set()

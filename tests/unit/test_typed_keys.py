"""The plugin that has mypy refuse a key that a typed mapping has not, wherever it is read from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
from typing import TypedDict
class Kept(TypedDict, total=False):
    loud: bool
def read(kept: Kept) -> None:
    print(kept.get("loud"), kept["loud"])
    print(kept.get("luod"))
    print(kept["luod"])
"""


def test_a_misspelt_key_is_found_where_it_may_be_missing_too(tmp_path: Path) -> None:
    (tmp_path / "kept.py").write_text(CODE, encoding="utf-8")
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\nplugins = {ROOT / 'tests' / 'typed_keys.py'}\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path), "kept.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout.splitlines()
    assert [line.split(":")[1] for line in said if "[typeddict-item]" in line] == ["7", "8"], said

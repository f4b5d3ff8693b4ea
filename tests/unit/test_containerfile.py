"""What the Containerfile takes and starts is there, and nothing else of the checkout gets into the image."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
LET_IN = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lines(instruction: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in LINES if line.startswith(f"{instruction} ")]


def copied() -> set[str]:
    """Return what is copied out of the checkout."""
    sources = (line.split()[:-1] for line in lines("COPY") if not line.startswith("--from"))
    return {path for group in sources for path in group}


def test_what_is_copied_is_there_and_let_in() -> None:
    assert copied()
    assert all((ROOT / path).exists() for path in copied())
    assert LET_IN[0] == "*"
    assert copied() == {line.removeprefix("!") for line in LET_IN if line.startswith("!")}


def test_every_package_of_the_wheel_is_copied() -> None:
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied()


def test_it_starts_the_program_and_installs_extras_that_exist() -> None:
    (entry,) = lines("ENTRYPOINT")
    assert entry == '["layanan"]'
    assert "layanan" in PROJECT["project"]["scripts"]
    extras = {extra for line in lines("RUN") for extra in re.findall(r"--extra (\w+)", line)}
    assert extras
    assert extras <= set(PROJECT["project"]["optional-dependencies"])


def test_it_runs_without_root_and_keeps_its_state_in_the_volume() -> None:
    assert lines("USER") == ["layanan"]
    (volume,) = lines("VOLUME")
    (environment,) = lines("ENV")
    assert f"DATA_DIR={volume}/data" in environment.split()

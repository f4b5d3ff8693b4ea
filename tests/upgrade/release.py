"""Two releases of the program as an office gets them: a folder `dist` with the wheel and the list of what it needs."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))
PLAYED_BY = Path("tests/stories/play.py")  # how people pressed in that release


@dataclasses.dataclass(frozen=True)
class Release:
    """One release: `source` is its checkout, `dist` what is copied to the office's machine."""

    name: str
    source: Path
    dist: Path

    def play(self) -> ModuleType:
        """Return the stories' hands of that release: its questions and buttons are not those of another."""
        module = f"play_{self.dist.name.replace('-', '_')}"
        found = importlib.util.spec_from_file_location(module, self.source / PLAYED_BY)
        assert found is not None
        assert found.loader is not None
        played = importlib.util.module_from_spec(found)
        sys.modules[module] = played
        found.loader.exec_module(played)
        return played


def checkout(commit: str, folder: Path) -> Path:
    """Unpack a commit of this repository into a folder."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    return folder


def build(name: str, source: Path, dist: Path) -> Release:
    """Build a release's wheel and its list, as `make wheel` does."""
    dist.mkdir(parents=True)
    _run(UV, "build", "--quiet", "--wheel", "--out-dir", str(dist), cwd=source)
    extras = ("--no-dev", "--no-emit-project", "--extra", "postgresql", "--extra", "signing")
    _run(UV, "export", "--quiet", "--locked", *extras, "--output-file", str(dist / "requirements.txt"), cwd=source)
    return Release(name, source, dist)


def _run(*command: str, cwd: Path) -> None:
    ours = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"

"""The unit that `layanan systemd` prints, judged by systemd itself."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.commands.systemd import unit

EXPOSURE_MAX = 15  # in tenths, of `systemd-analyze security`: 0 is sealed, 100 is open; the unit has 14


@pytest.fixture
def file(tmp_path: Path) -> Path:
    program = tmp_path / "layanan"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "layanan.service"
    file.write_text(unit(user="daemon", folder=tmp_path, data=Path("data"), executable=program), encoding="utf-8")
    return file


def test_systemd_finds_nothing_to_say_about_it(file: Path) -> None:
    verified = subprocess.run(["systemd-analyze", "verify", str(file)], check=False, capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_its_sandbox_is_as_tight_as_promised(file: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", str(file)]
    judged = subprocess.run(asked, check=False, capture_output=True, text=True)
    found = re.search(r"Overall exposure level for layanan\.service: (\S+)", judged.stdout)
    assert found is not None, judged.stderr
    assert (judged.returncode, float(found.group(1)) * 10 <= EXPOSURE_MAX) == (0, True)


def test_it_may_write_into_its_data_folder_only(file: Path, tmp_path: Path) -> None:
    assert re.findall(r"^ReadWritePaths=(.*)$", file.read_text(encoding="utf-8"), re.M) == [str(tmp_path / "data")]


@pytest.mark.parametrize("folder", ["/srv/with blank", "/srv/with%percent"])
def test_a_path_that_systemd_would_read_otherwise_is_refused(folder: str) -> None:
    with pytest.raises(ValueError, match="systemd would read this path otherwise"):
        unit(user="layanan", folder=Path(folder), data=Path("data"), executable=Path("/usr/bin/layanan"))

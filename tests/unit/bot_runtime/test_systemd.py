"""The units that `layanan systemd` prints, judged by systemd itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.commands.systemd import Process, unit

EXPOSURE_MAX = 15  # in tenths, of `systemd-analyze security`: 0 is sealed, 100 is open; the unit has 14


@pytest.fixture(params=Process)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    program = tmp_path / "layanan"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = unit(request.param, user="daemon", folder=tmp_path, data=Path("data"), executable=program, port=9465)
    file = tmp_path / "layanan.service"
    file.write_text(text, encoding="utf-8")
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
        unit(Process.RUN, user="layanan", folder=Path(folder), data=Path("data"), executable=Path("/usr/bin/layanan"))


@pytest.mark.parametrize(
    ("process", "starts", "kept_as"),
    [("run", "run", "layanan"), ("chat", "run --only-chat", "layanan-chat"), ("worker", "worker", "layanan-worker")],
)
def test_each_process_has_a_unit_that_starts_it(process: str, starts: str, kept_as: str) -> None:
    told = CliRunner().invoke(app, ["systemd", process, "--monitor-port", "9465"])
    assert told.exit_code == 0, told.output
    program = Path(sys.executable).with_name("layanan")
    assert f"\nExecStart={program} {starts}\nEnvironment=MONITOR_PORT=9465\nRestart=" in told.stdout
    assert f"/etc/systemd/system/{kept_as}.service" in told.stdout
    assert "MONITOR_PORT" not in CliRunner().invoke(app, ["systemd", process]).stdout
    parsed = CliRunner().invoke(app, [*starts.split(), "--help"])  # what it starts is a command of ours
    assert parsed.exit_code == 0

"""The bundle holds the agent and nothing else, starts with bare Python, and is the same bytes each time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from provisioning.agent import bundle


def test_equal_sources_give_equal_bytes() -> None:
    assert bundle.build() == bundle.build()


def test_only_the_agents_own_files_travel() -> None:
    names = zipfile.ZipFile(io.BytesIO(bundle.build())).namelist()
    shared = {f"provisioning/{name}.py" for name in ("__init__", "errors", "new_login", "plan", "spec", "usage_report")}
    own = {"__main__.py", "AGENT_VERSION"}
    outside = [name for name in names if not name.startswith(("provisioning/agent/", "templates/server/"))]
    assert set(outside) == shared | own
    assert "templates/server/vhost.conf.j2" in names


def test_it_answers_with_the_standard_library_alone(tmp_path: Path) -> None:
    installed = tmp_path / "agent"
    zipfile.ZipFile(io.BytesIO(bundle.build())).extractall(installed)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(installed)], input=b"{}\n", capture_output=True, check=True, timeout=30
    )
    assert json.loads(done.stdout)["error"]["code"] == "version_mismatch"
    assert done.stderr == b""

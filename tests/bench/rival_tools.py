"""The rivals in the contest: a straight-line script, an Ansible role, a pyinfra deploy (`tests/bench/rivals/`).

Each is timed until its sites answer over HTTPS, since Apache's graceful reload returns before they do.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from provisioning.lab import LabServer
from tests.bench import order, outside

RIVALS = Path(__file__).with_name("rivals")
TOOLS = Path(sys.executable).parent
RUN_SECONDS = 600.0


class Rival:
    """One that blocks while it works (`run`), and makes what `order` describes."""

    name: str
    repeats = True

    def __init__(self, server: LabServer, folder: Path) -> None:
        """`folder` is for files of its own."""
        self.server = server
        self._folder = folder
        self._order = folder / "order.json"

    async def prepare(self, slugs: Sequence[str]) -> None:
        """Write the order."""
        order.write(self.server, slugs, self._order)

    async def make(self, slugs: Sequence[str]) -> None:
        """Run, and wait for the pages."""
        await asyncio.to_thread(self.run, slugs)
        await asyncio.to_thread(outside.wait_for_pages, self.server, slugs)

    async def again(self, slugs: Sequence[str]) -> None:
        """Run the same once more."""
        await asyncio.to_thread(self.run, slugs)

    async def check(self, slugs: Sequence[str]) -> None:
        """Look from outside."""
        await outside.check(self.server, slugs, order.PASSWORDS)

    async def take_away(self, slugs: Sequence[str]) -> None:
        """Remove what was made, by hand."""
        await asyncio.to_thread(order.take_away, self.server, slugs)

    def run(self, slugs: Sequence[str]) -> None:
        """Make the hostings. Raises `RuntimeError` with the tool's last words."""
        raise NotImplementedError

    def _call(self, command: Sequence[str], *, environment: Mapping[str, str], stdin: str = "") -> None:
        done = subprocess.run(
            command,
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{self.name} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")


class StraightLine(Rival):
    """The floor: a script over one new SSH connection, root's own."""

    name = "shell script, unchecked"
    repeats = False

    def run(self, slugs: Sequence[str]) -> None:
        """Send the script by standard input."""
        script = order.as_shell(self.server, slugs) + (RIVALS / "straight_line.sh").read_text(encoding="utf-8")
        self._call([*self.server.ssh_command(), "bash", "-s"], environment={}, stdin=script)


class Ansible(Rival):
    """A role with the usual modules; pipelining, and SSH connections kept between runs."""

    name = "Ansible"

    def __init__(self, server: LabServer, folder: Path) -> None:
        super().__init__(server, folder)
        self._inventory = folder / "inventory"
        self._inventory.write_text(
            f"{server.address} ansible_user=root ansible_ssh_private_key_file={server.root_key}"
            f" ansible_ssh_common_args='-o UserKnownHostsFile={order.known_hosts(server)}'\n",
            encoding="ascii",
        )
        _install_pymysql(server)

    def run(self, slugs: Sequence[str]) -> None:
        """Play the book."""
        folder = RIVALS / "ansible"
        environment = {
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "home"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._folder / "ssh"),
        }
        variables = ["-e", f"@{self._order}", "-e", f"templates={RIVALS / 'templates'}"]
        command = [str(TOOLS / "ansible-playbook"), "-i", str(self._inventory), *variables, str(folder / "site.yml")]
        self._call(command, environment=environment)


class Pyinfra(Rival):
    """A deploy with pyinfra's own operations."""

    name = "pyinfra"

    def run(self, slugs: Sequence[str]) -> None:
        """Carry the deploy out without asking."""
        folder = RIVALS / "pyinfra"
        command = [str(TOOLS / "pyinfra"), "-y", str(folder / "inventory.py"), str(folder / "deploy.py")]
        self._call(command, environment={"ORDER": str(self._order)})


def _install_pymysql(server: LabServer) -> None:
    """Put what Ansible's modules for MariaDB want on the server where Debian's python3-pymysql would be."""
    found = importlib.util.find_spec("pymysql")
    assert found is not None
    assert found.origin is not None
    package, packed = Path(found.origin).parent, io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in package.rglob("*.py"):
            archive.write(path, path.relative_to(package.parent))
    server.put(packed.getvalue(), "/tmp/pymysql.zip")
    server.run("python3 -m zipfile -e /tmp/pymysql.zip /usr/lib/python3/dist-packages && rm /tmp/pymysql.zip")

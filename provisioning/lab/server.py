"""A running server of a lab, as tests and the demo hold it."""

from __future__ import annotations

import shlex
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from provisioning.lab.errors import LabError
from provisioning.lab.facts import City
from provisioning.lab.machine import Machine

RUN_TIMEOUT: Final = 120.0  # seconds
PORTS: Final = (22, 53, 80)  # sshd, BIND, Apache: what an ordinary box offers the network
PORT_PATIENCE: Final = 30.0


class LabServer:
    """One Debian server. `run`, `put` and `get` go in by the back door, so they work while its sshd does not.

    `root_key` is the file of the private key that root's SSH login takes, `host_key` the server's public key in
    OpenSSH's form ("ssh-ed25519 AAAA…"), `city` the network it stands in.
    """

    def __init__(
        self,
        *,
        name: str,
        address: str,
        city: City,
        root_key: Path,
        host_key: str,
        machine: Machine,
        on_stop: Callable[[LabServer], None],
    ) -> None:
        self.name = name
        self.address = address
        self.city = city
        self.root_key = root_key
        self.host_key = host_key
        self._machine = machine
        self._on_stop = on_stop

    @property
    def zone(self) -> str:
        """Return the zone the city's DNS server answers for."""
        return self.city.zone

    @property
    def enforced_limits(self) -> frozenset[str]:
        """Return which of cpu, io, memory and pids units in the server can be limited by; depends on this machine."""
        return self._machine.enforced_limits()

    def run(
        self, command: str, *, stdin: str = "", check: bool = True, timeout: float = RUN_TIMEOUT
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command as root in the server; raises `LabError` with what it said if `check` and it fails."""
        done = self._machine.enter(command, stdin=stdin.encode(), timeout=timeout)
        out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        if check and done.returncode != 0:
            raise LabError(f"{self.name}: {command}: exit status {done.returncode}: {(err or out).strip()}")
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    def put(self, content: bytes | str | Path, path: str, *, mode: int = 0o644) -> None:
        """Write a file (bytes, text, or a file of this machine) into the server, owned by root."""
        data = content.read_bytes() if isinstance(content, Path) else content
        target = shlex.quote(path)
        command = f'mkdir -p "$(dirname {target})" && umask 077 && cat > {target} && chmod {mode:o} {target}'
        done = self._machine.enter(command, stdin=data.encode() if isinstance(data, str) else data, timeout=RUN_TIMEOUT)
        if done.returncode != 0:
            raise LabError(f"{self.name}: {path} cannot be written: {done.stderr.decode(errors='replace').strip()}")

    def get(self, path: str) -> bytes:
        """Return the content of a file in the server."""
        done = self._machine.enter(f"cat -- {shlex.quote(path)}", stdin=b"", timeout=RUN_TIMEOUT)
        if done.returncode != 0:
            raise LabError(f"{self.name}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def ssh_command(self) -> list[str]:
        """Return the ssh command line by which root comes in from this machine, the host key pinned."""
        known = self.root_key.with_name(f"known_hosts-{self.name}")
        known.write_text(f"{self.address} {self.host_key}\n")
        options = ["-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes"]
        return ["ssh", "-i", str(self.root_key), *options, f"root@{self.address}"]

    def kill(self) -> None:
        """Cut the power: every process ends at once, the disk stays. `boot` starts it again."""
        self._machine.power_off()

    def boot(self) -> None:
        """Start the server (for the first time, or after `kill`) and wait until it serves."""
        self._machine.power_on()
        self._machine.wait_until_booted()
        self._wait_for_ports()

    def reboot(self) -> None:
        """Restart in good order and wait until the server serves again."""
        self._machine.enter("systemctl reboot", stdin=b"", timeout=RUN_TIMEOUT)
        self._machine.wait_until_ended()
        self.boot()

    def stop(self) -> None:
        """Remove the server, its disk too; the rest of the lab goes on."""
        self._machine.power_off()
        self._on_stop(self)

    def _wait_for_ports(self) -> None:
        deadline = time.monotonic() + PORT_PATIENCE
        for port in PORTS:
            while not _answers(self.address, port):
                if time.monotonic() > deadline:
                    failed = self.run("systemctl --failed --no-legend", check=False).stdout.strip()
                    raise LabError(f"{self.name}: port {port} does not answer. Failed units: {failed or 'none'}")
                time.sleep(0.05)


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True

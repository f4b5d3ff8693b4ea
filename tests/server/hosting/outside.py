"""What an ordinary visitor, owner or thief has: curl, dig, sftp, ssh. They share no code with what they judge."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from pathlib import Path

from provisioning.spec import Secret

SECONDS = 30.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    status: int
    headers: str
    body: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outside:
    """Looks at the server at `address`; `folder` holds the known host key, the authority's certificate, the keys."""

    folder: Path
    address: str
    dns: str
    host_key: str
    authority_pem: str

    def curl(self, url: str, *options: str) -> Page:
        """Ask for `url` by name at the server's address, trusting the city's authority only."""
        authority = self._file("authority.pem", self.authority_pem)
        head = self.folder / "head.txt"
        name = url.split("/")[2]
        resolve = [part for port in (80, 443) for part in ("--resolve", f"{name}:{port}:{self.address}")]
        command = ["curl", "-sS", "--http1.1", "--cacert", str(authority), *resolve, "-D", str(head), *options, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
        headers = head.read_text()
        return Page(status=int(headers.split()[1]), headers=headers.lower(), body=done.stdout)

    def dig(self, name: str) -> list[str]:
        """Return the addresses that the city's name server gives."""
        command = ["dig", f"@{self.dns}", "+short", "+norecurse", name, "A"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
        return sorted(done.stdout.split())

    def sftp(self, account: str, password: Secret, *commands: str) -> subprocess.CompletedProcess[str]:
        """Log in with a password and run SFTP commands; ends with 0 only if each worked."""
        line = ["sftp", "-o", "BatchMode=no", "-b", "-", *self._options(), f"{account}@{self.address}"]
        return self._with_password(line, password, "\n".join(commands) + "\n")

    def ssh(self, account: str, password: Secret, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Log in with a password, by ssh."""
        return self._with_password(["ssh", *self._options(), f"{account}@{self.address}", *arguments], password, "")

    def with_key(
        self, program: str, account: str, key: Secret, *arguments: str, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run ssh, sftp or scp with a private key; `@` stands for the account at the server."""
        command = self._keyed(program, account, key, *arguments)
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, input=given)

    def conversation(self, account: str, key: Secret, *program: str) -> subprocess.Popen[str]:
        """Start ssh (or what is named, with its options) with a private key, to be written to and read by line."""
        name, *options = program or ("ssh",)
        return subprocess.Popen(
            self._keyed(name, account, key, *options, "@"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _keyed(self, program: str, account: str, key: Secret, *arguments: str) -> list[str]:
        file = self._file("key", key.reveal())
        place = f"{account}@{self.address}"
        filled = [argument.replace("@", place, 1) if argument.startswith("@") else argument for argument in arguments]
        return [program, "-i", str(file), "-o", "PreferredAuthentications=publickey", *self._options(), *filled]

    def _with_password(self, command: list[str], password: Secret, given: str) -> subprocess.CompletedProcess[str]:
        asker = self._file("ask", '#!/bin/sh\nprintf "%s\\n" "$PASSWORD_FOR_TEST"\n', mode=0o700)
        asking = {"SSH_ASKPASS": str(asker), "SSH_ASKPASS_REQUIRE": "force", "PASSWORD_FOR_TEST": password.reveal()}
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, **asking},
        )

    def _options(self) -> list[str]:
        known = self._file("known_hosts", f"{self.address} {self.host_key}\n")
        settings = {
            "UserKnownHostsFile": str(known),
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "NumberOfPasswordPrompts": "1",
            "LogLevel": "ERROR",
        }
        return ["-F", "/dev/null", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]

    def _file(self, name: str, text: str, mode: int = 0o600) -> Path:
        path = self.folder / name
        if not path.exists():
            path.touch(mode=mode)
            path.write_text(text)
        return path

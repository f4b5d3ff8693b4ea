"""What the rivals are told: the same hostings, passwords and server, in the form that each of them reads."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import names
from provisioning.enrolment.settings import wildcard_path
from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets, Secret
from tests.bench.outside import PHP
from workflows.hosting.opening import PASSWORD_LENGTH

PASSWORD = "x" * PASSWORD_LENGTH
PASSWORDS = HostingSecrets(sftp_password=Secret(PASSWORD), database_password=Secret(PASSWORD))


def as_data(server: LabServer, slugs: Sequence[str]) -> dict[str, Any]:
    """Return the order as data, for what renders templates."""
    city = server.city
    return {
        "hostings": [_hosting(server, slug) for slug in slugs],
        "php": PHP,
        "address": server.address,
        "certificate": wildcard_path(city.zone, "pem"),
        "certificate_key": wildcard_path(city.zone, "key"),
        "ssh_key": str(server.root_key),
        "ssh_known_hosts": str(known_hosts(server)),
        "dns": {
            "server": city.dns_address,
            "zone": city.zone,
            "key_name": city.tsig.name,
            "key_algorithm": city.tsig.algorithm,
            "key_secret": city.tsig.secret.reveal(),
        },
    }


def _hosting(server: LabServer, slug: str) -> dict[str, str]:
    return {
        "slug": slug,
        "account": names.account(slug),
        "home": str(names.home(slug)),
        "domain": f"{slug}.{server.zone}",
        "database": names.database(slug),
        "password_hash": _crypted(slug),
        "database_password": PASSWORD,
    }


def _crypted(salt: str) -> str:
    """Return the password as /etc/shadow keeps it (crypt(5), sha512crypt): the tools take nothing else."""
    command = ["openssl", "passwd", "-6", "-salt", salt, "-stdin"]
    return subprocess.run(command, input=PASSWORD, capture_output=True, text=True, check=True).stdout.strip()


def known_hosts(server: LabServer) -> Path:
    """Return the file that pins the server's host key."""
    path = server.root_key.with_name(f"known_hosts-rivals-{server.name}")
    path.write_text(f"{server.address} {server.host_key}\n", encoding="ascii")
    return path


def write(server: LabServer, slugs: Sequence[str], path: Path) -> None:
    """Write the order as JSON, for root alone: it holds passwords."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(as_data(server, slugs)), encoding="utf-8")


def as_shell(server: LabServer, slugs: Sequence[str]) -> str:
    """Return the order as assignments of a shell."""
    city = server.city
    values = {
        "SLUGS": " ".join(slugs),
        "PASSWORD": PASSWORD,
        "DB_PASSWORD": PASSWORD,
        "ADDRESS": server.address,
        "PHP": PHP,
        "CERTIFICATE": wildcard_path(city.zone, "pem"),
        "KEY": wildcard_path(city.zone, "key"),
        "DNS_SERVER": city.dns_address,
        "ZONE": city.zone,
        "TSIG": f"{city.tsig.algorithm}:{city.tsig.name} {city.tsig.secret.reveal()}",
    }
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items())


def take_away(server: LabServer, slugs: Sequence[str]) -> None:
    """Remove what a rival made; all of them make the same."""
    units = [f"layanan-php{PHP}@{slug}" for slug in slugs]
    drops = "".join(
        f"DROP DATABASE `{names.database(slug)}`; DROP USER '{names.database(slug)}'@localhost; " for slug in slugs
    )
    city = server.city
    tsig = f"{city.tsig.algorithm}:{city.tsig.name} {city.tsig.secret.reveal()}"
    gone = "".join(f"update delete {slug}.{city.zone}.\n" for slug in slugs)
    server.run(
        f"rm -f {_each('/etc/apache2/sites-enabled/{}.conf', slugs)}; systemctl reload apache2; "
        f"systemctl disable --quiet --now {' '.join(f'{unit}.socket {unit}.service' for unit in units)}; "
        f"rm -rf {_each('/srv/hosting/{}', slugs)} {_each('/etc/layanan/php/{}.conf', slugs)} "
        f"{_each('/etc/systemd/system/{}.service.d', units)}; "
        f"for account in {_each('h_{}', slugs)}; do userdel $account; done; systemctl daemon-reload; "
        f"mariadb -e {shlex.quote(drops)} && nsupdate",
        stdin=f"server {city.dns_address}\nkey {tsig}\nzone {city.zone}.\n{gone}send\n",
    )


def _each(pattern: str, values: Sequence[str]) -> str:
    return " ".join(pattern.format(value) for value in values)

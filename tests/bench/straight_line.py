"""Runs the straight-line script on the lab's server, and takes away what it made; only the first is measured."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from provisioning.enroll_settings import wildcard_path
from provisioning.lab import LabServer
from workflows.hosting.open import PASSWORD_LENGTH

SCRIPT = Path(__file__).with_name("rivals") / "straight_line.sh"
PHP = "8.2"
PASSWORD = "x" * PASSWORD_LENGTH
SECONDS = 60.0


def run(server: LabServer, slug: str) -> None:
    """Make one hosting over one new SSH connection, root's own."""
    city = server.city
    values = {
        "SLUG": slug,
        "DOMAIN": f"{slug}.{city.zone}",
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
    head = "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items())
    done = subprocess.run(
        [*server.ssh_command(), "bash", "-s"],
        input=head + SCRIPT.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the straight-line script ended with {done.returncode}: {done.stderr.strip()}")


def check(server: LabServer, slug: str) -> None:
    """See that what the script made works: it is no rival otherwise. Raises `LabError`."""
    name = f"{slug}.{server.city.zone}"
    path, php = f"/srv/hosting/{slug}/public/a.php", '<?php echo 6 * 7, posix_getpwuid(posix_geteuid())["name"];'
    server.put(php, path)
    server.run(f"chown h_{slug}: {path}")
    page = f"curl -fsk --retry 5 --retry-all-errors --resolve {name}:443:{server.address} https://{name}/a.php"
    server.run(f'test "$({page})" = 42h_{slug} && dig @{server.city.dns_address} +short {name} | grep -q .')


def take_away(server: LabServer, slug: str) -> None:
    """Remove what the script made."""
    name, unit = f"{slug}.{server.city.zone}", f"layanan-php{PHP}@{slug}"
    tsig = f"{server.city.tsig.algorithm}:{server.city.tsig.name} {server.city.tsig.secret.reveal()}"
    server.run(
        f"rm -f /etc/apache2/layanan-sites/{slug}.conf; systemctl reload apache2; "
        f"systemctl disable --quiet --now {unit}.socket {unit}.service; rm -rf /etc/systemd/system/{unit}.service.d "
        f"/etc/layanan/php/{slug}.conf /srv/hosting/{slug}; userdel h_{slug}; systemctl daemon-reload; "
        f"mariadb -e \"DROP DATABASE \\`h_{slug}\\`; DROP USER 'h_{slug}'@localhost\"; nsupdate",
        stdin=f"server {server.city.dns_address}\nkey {tsig}\nzone {server.city.zone}.\nupdate delete {name}.\nsend\n",
    )

"""A certificate authority that issues by ACME, on a server of a lab: Debian's pebble, which only tests may trust."""

from __future__ import annotations

import dataclasses
import json
import time
from typing import Final

from provisioning.lab.errors import LabError
from provisioning.lab.server import LabServer

PORT: Final = 14000
MANAGEMENT_PORT: Final = 15000
FOLDER: Final = "/etc/pebble"
PATIENCE: Final = 20.0  # seconds


@dataclasses.dataclass(frozen=True, kw_only=True)
class AcmeAuthority:
    """Where to order, who signs that place's own certificate, and the root that visitors would have to trust."""

    directory: str
    authority_pem: str
    root_pem: str
    server: LabServer

    def orders(self) -> int:
        """Return how many orders have been begun."""
        said = self.server.run("journalctl -u pebble -o cat --no-pager").stdout
        return said.count("Added order ")


def start_acme(server: LabServer) -> AcmeAuthority:
    """Start pebble on `server`; it asks the city's DNS and validates at port 80. Raises `LabError`."""
    address = server.address
    config = {
        "listenAddress": f"0.0.0.0:{PORT}",
        "managementListenAddress": f"0.0.0.0:{MANAGEMENT_PORT}",
        "certificate": f"{FOLDER}/certificate.pem",
        "privateKey": f"{FOLDER}/key.pem",
        "httpPort": 80,
        "tlsPort": 443,
        "certificateValidityPeriod": 90 * 86400,
    }
    server.put(json.dumps({"pebble": config}), f"{FOLDER}/config.json")
    server.run(
        f"cd {FOLDER} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=pebble"
        f" -addext subjectAltName=IP:{address} -keyout key.pem -out certificate.pem"
        f" && systemd-run --quiet --unit=pebble --setenv=PEBBLE_VA_NOSLEEP=1 --setenv=PEBBLE_WFE_NONCEREJECT=0"
        f" pebble -config {FOLDER}/config.json -dnsserver {server.city.dns_address}:53"
    )
    return AcmeAuthority(
        directory=f"https://{address}:{PORT}/dir",
        authority_pem=server.get(f"{FOLDER}/certificate.pem").decode(),
        root_pem=_root(server),
        server=server,
    )


def _root(server: LabServer) -> str:
    deadline = time.monotonic() + PATIENCE
    ask = f"curl -sS --cacert {FOLDER}/certificate.pem https://{server.address}:{MANAGEMENT_PORT}/roots/0"
    while (done := server.run(ask, check=False)).returncode != 0:
        if time.monotonic() > deadline:
            raise LabError(f"pebble does not answer: {done.stderr.strip()}")
        time.sleep(0.1)
    return done.stdout

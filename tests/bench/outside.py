"""What everybody's hostings are seen by from outside: the first page after a reload, and the whole acceptance look."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Sequence

from provisioning.lab import LabServer
from provisioning.spec import HostingSecrets, HostingSpec, Kind
from provisioning.verification.checks import Target
from provisioning.verification.http import WebServer
from provisioning.verification.verify import verify

PHP = "8.2"
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.005
ANSWER_SECONDS = 5.0
LOOKS_AT_ONCE = 3


def spec_of(server: LabServer, slug: str) -> HostingSpec:
    """Return the hosting that everybody makes: PHP, a database, one name below the wildcard certificate."""
    return HostingSpec(slug=slug, domains=(f"{slug}.{server.zone}",), kind=Kind.PHP, php_version=PHP, database=True)


def wait_for_pages(server: LabServer, slugs: Sequence[str]) -> None:
    """Ask until every site's first page comes over HTTPS. Raises `TimeoutError`."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # what is timed is when it answers; `check` looks at the rest
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    deadline = time.monotonic() + PATIENCE_SECONDS
    for slug in slugs:
        while not _answers(server, f"{slug}.{server.zone}", trusting):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{slug} does not answer")
            time.sleep(POLL_SECONDS)


def _answers(server: LabServer, name: str, context: ssl.SSLContext) -> bool:
    question = f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    try:
        with (
            socket.create_connection((server.address, 443), timeout=ANSWER_SECONDS) as line,
            context.wrap_socket(line, server_hostname=name) as connection,
        ):
            connection.sendall(question.encode())
            with connection.makefile("rb") as answer:
                return answer.readline().startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


async def check(server: LabServer, slugs: Sequence[str], passwords: HostingSecrets) -> None:
    """See that the hostings work, as the product accepts one: names, pages, PHP under the owner's uid, SFTP, SQL.

    Raises `RuntimeError` with what was seen instead.
    """
    target = Target(
        host=server.address,
        port=22,
        host_key=server.host_key,
        web=WebServer(address=server.address, authorities=None),
        dns_address=server.city.dns_address,
        addresses=(server.address,),
    )
    places = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def look(slug: str) -> None:
        async with places:
            seen = await verify(target, spec_of(server, slug), passwords)
        if not seen.ok:
            raise RuntimeError(f"{slug}: " + "; ".join(f"{check.name}: {check.detail}" for check in seen.failed))

    await asyncio.gather(*map(look, slugs))

"""A zone that is not the city's: on the lab's own BIND, and on a stranger's name server that does what it likes."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterator

import dns.flags
import dns.message

from provisioning.lab import LabServer

SERIALS = itertools.count(1)
Answering = Callable[[dns.message.Message], dns.message.Message | None]


class ForeignZone:
    """A zone on the name server of the lab; what stands in it is set as a whole."""

    def __init__(self, server: LabServer, name: str) -> None:
        assert server.address == server.city.dns_address, "BIND runs on the lab's first server"
        self.name, self._server = name, server
        zone = f'zone "{name}" {{ type primary; file "/var/lib/bind/db.{name}"; }};'
        server.run(f"grep -q '\"{name}\"' /etc/bind/named.conf.local || echo '{zone}' >> /etc/bind/named.conf.local")
        self.has()

    def has(self, *records: str, name_servers: tuple[str, ...] = ()) -> None:
        """Let these records stand in the zone and no others; `name_servers` are addresses of further ones."""
        serial = next(SERIALS)
        servers = (self._server.city.dns_address, *name_servers)
        lines = ["$TTL 1", f"@ IN SOA ns0 hostmaster {serial} 3600 600 86400 1"]
        lines += [f"@ IN NS ns{place}\nns{place} IN A {address}" for place, address in enumerate(servers)]
        self._server.put("\n".join([*lines, *records, ""]), f"/var/lib/bind/db.{self.name}")
        served = (
            f"dig @{self._server.city.dns_address} +short +norecurse +tries=1 {self.name} SOA | grep -q ' {serial} '"
        )
        load = f"rndc reconfig; rndc reload {self.name}; sleep 0.1; {served}"
        self._server.run(
            f"chown bind: /var/lib/bind/db.{self.name}; for _ in $(seq 50); do {load} && exit 0; done; exit 1"
        )

    def remove(self) -> None:
        """Take the zone from the name server."""
        self._server.run(f"sed -i '/\"{self.name}\"/d' /etc/bind/named.conf.local; rndc reconfig")


@contextlib.contextmanager
def stranger(address: str, answering: Answering) -> Iterator[None]:
    """Let a name server of somebody else's listen at an address of this machine; None is its silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((address, 53))
        serving = threading.Thread(target=_serve, args=(listening, answering), daemon=True)
        serving.start()
        try:
            yield
        finally:
            listening.sendto(b"", (address, 53))
            serving.join()


def _serve(listening: socket.socket, answering: Answering) -> None:
    while True:
        asked, asker = listening.recvfrom(4096)
        if not asked:
            return
        answer = answering(dns.message.from_wire(asked))
        if answer is not None:
            listening.sendto(answer.to_wire(), asker)


class Heard:
    """A name server that counts what it is asked, and is silent."""

    def __init__(self) -> None:
        self.questions = 0

    def __call__(self, _question: dns.message.Message) -> None:
        """Never answer."""
        self.questions += 1


def silent(_question: dns.message.Message) -> None:
    """Never answer."""


def knows_nothing(question: dns.message.Message) -> dns.message.Message:
    """Say with authority that there is no such record."""
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA
    return answer


def claims_without_authority(question: dns.message.Message) -> dns.message.Message:
    """Answer as a cache does, which anybody may have filled."""
    return dns.message.make_response(question)

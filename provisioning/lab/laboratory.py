"""A lab: some Debian servers in a network of their own, gone without trace when it is closed."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from provisioning.lab import cgroups, claim, network, seed
from provisioning.lab.authority import found_city
from provisioning.lab.errors import LabError
from provisioning.lab.facts import City
from provisioning.lab.image import Recipe, image
from provisioning.lab.machine import Machine
from provisioning.lab.server import LabServer
from provisioning.lab.tools import check_machine

DEFAULT_ZONE: Final = "hosting.test"  # RFC 6761 keeps .test for this
SERVER_NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")


class Lab:
    """Use as a context manager; `start` makes servers. All calls block: from asyncio, use `asyncio.to_thread`.

    The first server is also the city's DNS server (`city.dns_address`). Several labs, of one process or of many, can
    be open at once. Raises `LabError` where the machine cannot run it, saying what is missing.
    """

    def __init__(self, *, zone: str = DEFAULT_ZONE, suite: str | None = None) -> None:
        check_machine()
        cgroups.hierarchies()
        self._image = image(Recipe.from_environment(suite))
        self._claim = claim.take()
        self._open = True
        self._lock = threading.Lock()
        self._hosts_taken = 0
        self._root_key = seed.make_key()
        self.city: City = found_city(zone, network.address(self._claim.number, network.FIRST_SERVER))
        self.root_key = self._keep_root_key()
        self.servers: dict[str, LabServer] = {}

    def _keep_root_key(self) -> Path:
        path = self._claim.folder / "id_ed25519"
        path.touch(mode=0o600)
        path.write_text(self._root_key.private)
        return path

    def start(self, name: str, *, disk_mb: int | None = None) -> LabServer:
        """Make and start a server, and wait until it serves (seconds). Names are host name labels, each once.

        With `disk_mb` it can write so much and no more, and loses it with its power.
        """
        if not SERVER_NAME.fullmatch(name):
            raise LabError(f"{name!r} is no server name: a-z, 0-9 and inner dashes, at most 20 characters.")
        with self._lock:
            if not self._open:
                raise LabError("This lab is closed.")
            if name in self.servers:
                raise LabError(f"{name} is already there.")
            host = network.FIRST_SERVER + self._hosts_taken
            self._hosts_taken += 1
            server = self.servers[name] = self._assemble(name, host, disk_mb)
        server.boot()
        return server

    def _assemble(self, name: str, host: int, disk_mb: int | None) -> LabServer:
        host_key = seed.make_key()
        machine = Machine(
            name=name,
            lab=self._claim.group,
            image=self._image,
            folder=self._claim.folder / "servers" / name,
            namespace=network.plug_in(self._claim.number, name, host),
            disk_mb=disk_mb,
        )
        files = seed.identity(name, self.city, host_key, self._root_key.public)
        if host == network.FIRST_SERVER:
            files += seed.name_server(name, self.city)
        seed.plant(files, self._image, machine.make_disk())
        return LabServer(
            name=name,
            address=network.address(self._claim.number, host),
            city=self.city,
            root_key=self.root_key,
            host_key=host_key.public,
            machine=machine,
            on_stop=self._forget,
        )

    def _forget(self, server: LabServer) -> None:
        with self._lock:
            self.servers.pop(server.name, None)
        network.unplug(self._claim.number, server.name)
        shutil.rmtree(self._claim.folder / "servers" / server.name)

    def close(self) -> None:
        """End and remove everything; closing twice is harmless."""
        with self._lock:
            if not self._open:  # the number may be another lab's by now
                return
            self._open = False
        for server in list(self.servers.values()):
            server.kill()
        self.servers.clear()
        claim.release(self._claim)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""Visits one page again and again, each time as a new visitor, and tells how long the slowest of twenty waits."""

from __future__ import annotations

import http.client
import math
import socket
import ssl
import threading
import time
from types import TracebackType
from typing import Self

PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 10.0


class _Visit(http.client.HTTPSConnection):
    """HTTPS to a name, at an address that is given and not looked up."""

    def __init__(self, name: str, address: str, trust: ssl.SSLContext) -> None:
        super().__init__(name, timeout=PATIENCE_SECONDS, context=trust)
        self._address, self._trust = address, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, 443), timeout=PATIENCE_SECONDS)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


class Pulse:
    """Beats for as long as the block lasts; `p95` is in seconds, `wrong` holds every answer but the right one."""

    def __init__(self, name: str, address: str, authority_pem: str, path: str, right: str) -> None:
        self._where = (name, address, ssl.create_default_context(cadata=authority_pem))
        self._path, self._right = path, right
        self._end = threading.Event()
        self._heart = threading.Thread(target=self._beat)
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[math.ceil(len(self.seconds) * 0.95) - 1]

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._heart.join()

    def _beat(self) -> None:
        while not self._end.wait(PAUSE_SECONDS):
            began = time.monotonic()
            try:
                answer = self._visit()
            except OSError as error:
                answer = repr(error)
            self.seconds.append(time.monotonic() - began)
            if answer != self._right:
                self.wrong.append(answer)

    def _visit(self) -> str:
        visit = _Visit(*self._where)
        try:
            visit.request("GET", self._path)
            return visit.getresponse().read().decode()
        finally:
            visit.close()

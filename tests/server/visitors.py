"""Visitors of some pages: each page over a new connection, again and again; what they should not have seen is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import math
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from provisioning.lab import LabServer

PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 10.0


@dataclasses.dataclass(frozen=True)
class Page:
    """A page by its name; `right` is all that it may say (None: whatever it says is right)."""

    name: str
    path: str = "/"
    right: str | None = None


class Visitors:
    """They come for as long as the block lasts, in threads of their own: nothing that the test does keeps them waiting.

    `wrong` holds every answer that was not 200, not right or not there within `patience` seconds; `seconds` how long
    each visit took.
    """

    def __init__(
        self, server: LabServer, *pages: Page, pause: float = PAUSE_SECONDS, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._address, self._trust = server.address, ssl.create_default_context(cadata=server.city.ca_pem)
        self._pause, self._patience = pause, patience
        self._end = threading.Event()
        self._looking = [threading.Lock() for _ in pages]
        self._threads = [
            threading.Thread(target=self._visit_often, args=(page, looking))
            for page, looking in zip(pages, self._looking, strict=True)
        ]
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    @property
    def p95(self) -> float:
        """How long the slowest of twenty waits, in seconds."""
        return sorted(self.seconds)[math.ceil(len(self.seconds) * 0.95) - 1]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Nobody comes while this block lasts; who is there is waited for before it begins."""
        with contextlib.ExitStack() as stack:
            for looking in self._looking:
                stack.enter_context(looking)
            yield

    def _visit_often(self, page: Page, looking: threading.Lock) -> None:
        while not self._end.wait(self._pause):
            with looking:
                began = time.monotonic()
                problem = self._visit(page)
                self.seconds.append(time.monotonic() - began)
                if problem is not None:
                    self.wrong.append(f"{page.name}{page.path} after {self.seconds[-1]:.2f} s: {problem}")

    def _visit(self, page: Page) -> str | None:
        """Return what was wrong."""
        visit = _Visit(page.name, self._address, self._trust, self._patience)
        try:
            visit.request("GET", page.path)
            answer = visit.getresponse()
            said = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            visit.close()
        if answer.status != 200:
            return str(answer.status)
        return None if page.right in {None, said} else said


class _Visit(http.client.HTTPSConnection):
    """HTTPS to a name, at an address that is given and not looked up."""

    def __init__(self, name: str, address: str, trust: ssl.SSLContext, patience: float) -> None:
        super().__init__(name, timeout=patience, context=trust)
        self._address, self._trust = address, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, 443), timeout=self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)

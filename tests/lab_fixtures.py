"""One lab for the whole session, with one running server; tests that need more start more."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from provisioning.lab import Lab, LabServer


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="session")
def web(lab: Lab) -> LabServer:
    """The server that tests share: leave it as found, or start one of your own with `new_server`."""
    return lab.start("web-1")


@pytest.fixture(scope="session")
def _names() -> Iterator[str]:
    return (f"extra-{number}" for number in itertools.count(1))


@pytest.fixture
def new_server(lab: Lab, web: LabServer, _names: Iterator[str]) -> Iterator[Callable[[], LabServer]]:
    """Start a fresh server in the shared lab (a second or two); it is removed when the test ends."""
    started: list[LabServer] = []

    def start() -> LabServer:
        started.append(lab.start(next(_names)))
        return started[-1]

    yield start
    for server in started:
        server.stop()

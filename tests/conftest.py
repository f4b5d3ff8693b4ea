"""Fixtures that several folders of tests share."""

from __future__ import annotations

from tests.lab_fixtures import _names, lab, new_server, web
from tests.server.matrix import generate

__all__ = ["_names", "lab", "new_server", "web"]


def pytest_report_header() -> str:
    return generate.header()

"""Fixtures that several folders of tests share."""

from __future__ import annotations

from tests.lab_fixtures import _names, lab, new_server, web

__all__ = ["_names", "lab", "new_server", "web"]

"""Fixtures that several folders of tests share."""

from __future__ import annotations

import pytest

from tests.databases import cluster, database_url, empty_database_url, postgresql_url
from tests.lab_fixtures import _names, lab, new_server, web
from tests.server.matrix import generate
from tests.stories.kills import extent
from tests.together import group_of

__all__ = ["_names", "cluster", "database_url", "empty_database_url", "lab", "new_server", "postgresql_url", "web"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))


def pytest_report_header() -> list[str]:
    return [generate.header(), extent.header()]

"""Fixtures that several folders of tests share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.databases import cluster, database_url, empty_database_url, postgresql_url
from tests.lab_fixtures import _names, lab, new_server, web
from tests.server.matrix import generate
from tests.stories.kills import extent
from tests.together import Together, group_of, make_scheduler, spread

__all__ = ["_names", "cluster", "database_url", "empty_database_url", "lab", "new_server", "postgresql_url", "web"]


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Together:
    return make_scheduler(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {group: number for number, group in enumerate(spread(item.nodeid for item in items))}
    items.sort(key=lambda item: place[group_of(item.nodeid)])


def pytest_report_header() -> list[str]:
    return [generate.header(), extent.header()]

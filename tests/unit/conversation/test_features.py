"""A part of the chat that was written is also listed, and what is made ready has a button that needs it."""

from __future__ import annotations

import importlib
import pkgutil

import bot.inbound
from bot.inbound import features
from bot.inbound.feature import Feature


def test_every_feature_is_listed_once() -> None:
    names = [found.name for found in pkgutil.walk_packages(bot.inbound.__path__, "bot.inbound.")]
    written = [getattr(importlib.import_module(name), "FEATURE", None) for name in names]
    found = [feature for feature in written if isinstance(feature, Feature)]
    assert len(found) == len(features.FEATURES)
    assert all(any(feature is listed for listed in features.FEATURES) for feature in found)


def test_nothing_is_made_ready_for_a_button_that_is_not_there() -> None:
    for feature in features.FEATURES:
        assert feature.prepared.keys() <= feature.verbs.keys()

"""A part of the chat that was written is also listed, and each form has a purpose that is carried out."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import bot.inbound
from bot.forms.form_specs import SPECS
from bot.forms.purpose import Purpose, UnknownPurposeError, purpose_of
from bot.inbound import features
from bot.inbound.feature import Feature


def test_every_feature_is_listed_once() -> None:
    names = [found.name for found in pkgutil.walk_packages(bot.inbound.__path__, "bot.inbound.")]
    written = [getattr(importlib.import_module(name), "FEATURE", None) for name in names]
    found = [feature for feature in written if isinstance(feature, Feature)]
    assert len(found) == len(features.FEATURES)
    assert all(any(feature is listed for listed in features.FEATURES) for feature in found)


def test_whatever_a_form_is_for_is_asked_and_carried_out() -> None:
    assert SPECS.keys() == set(Purpose)
    assert features.FORMS.keys() == set(Purpose)


@pytest.mark.parametrize("data", [{}, {"case": 7, "step": "dua"}, {"hosting": 1}, {"admin": "undang", "scan": 3}])
def test_a_form_for_nothing_or_for_two_things_is_a_defect(data: dict[str, object]) -> None:
    with pytest.raises(UnknownPurposeError):
        purpose_of(data)


def test_a_form_is_for_what_its_one_key_says() -> None:
    assert purpose_of({"case": 7, "action": "agendakan", "step": "dua"}) is Purpose.CASE_ACTION
    assert purpose_of({"order": "suspend", "hosting": 7, "revision": 2, "shown": {}}) is Purpose.ORDER
    assert purpose_of({"open": "perubahan", "about": 7, "entry": "paket", "opd": 1}) is Purpose.OPENING

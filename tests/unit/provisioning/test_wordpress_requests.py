"""An order to install WordPress is understood wholly or refused, and no value of it is repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provisioning.agent import protocol, reading
from provisioning.plan import ErrorCode, ServerError

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SPEC: dict[str, Any] = {"slug": "contoh", "domains": ["contoh.kota.test"], "kind": "php", "php_version": "8.2"}
ORDER = {"title": "Dinas X", "user": "redaksi", "email": "redaksi@kota.test", "password": "Rahasia7LangitBiru"}


def line(verb: str = "install", **changed: Any) -> bytes:
    request = {"version": protocol.VERSION, "id": ID, "verb": verb, "spec": SPEC, "installation": ORDER, **changed}
    return json.dumps(request).encode()


def test_an_order_comes_as_it_was_sent() -> None:
    request = reading.parse(line())
    assert request.installation is not None
    assert request.installation.to_data() == ORDER
    assert reading.parse(request.to_line()) == request
    assert ORDER["password"] not in repr(request)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "  "},
        {"title": "x" * 101},
        {"title": "a\nb"},
        {"title": 7},
        {"user": "Admin"},
        {"user": "a'; --"},
        {"user": "ab"},
        {"email": "x@y"},
        {"email": "a b@kota.test"},
        {"email": "x@kota.test\n"},
        {"email": "x" * 60 + "@" + "y" * 60 + ".test"},
        {"password": "pendek"},
        {"password": "Rahasia7LangitBiru$(id)"},
        {"path": "/etc"},
    ],
)
def test_what_no_installation_has_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(line(installation={**ORDER, **changed}))
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert not any(str(value).strip() in refused.value.detail for value in changed.values() if str(value).strip())


@pytest.mark.parametrize("changed", [{"installation": None}, {"verb": "dump"}, {"installation": []}, {"spec": None}])
def test_it_comes_with_its_verb_and_with_no_other(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(line(**changed))
    assert refused.value.code is ErrorCode.BAD_REQUEST

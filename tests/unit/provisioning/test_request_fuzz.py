"""Whatever comes in, the agent answers with a request it understands or with one of its own errors."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.agent import protocol, reading
from provisioning.plan import ServerError
from provisioning.spec import HostingSpec

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SPEC: dict[str, Any] = {"slug": "contoh", "domains": ["contoh.kota.test"], "kind": "php", "php_version": "8.2"}
FIELDS = [*SPEC, "limits", "php", "cron", "ssh_keys", "addresses", "state", "owner", "database", "document_root"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    field=st.sampled_from(
        ["version", "id", "verb", "works", "spec", "secrets", "plan_hash", "lines", "log", "first_day"]
    ),
    value=ANYTHING,
)
def test_any_value_in_any_field_of_a_request(field: str, value: object) -> None:
    work: dict[str, Any] = {"id": ID, "spec": SPEC}
    request: dict[str, Any] = {"version": protocol.VERSION, "id": ID, "verb": "apply", "works": [work]}
    (work if field in {"spec", "secrets", "plan_hash"} else request)[field] = value
    with contextlib.suppress(ServerError):
        reading.parse(json.dumps(request).encode())


@settings(max_examples=500, deadline=None)
@given(field=st.sampled_from(FIELDS), value=ANYTHING)
def test_any_value_in_any_field_of_a_spec(field: str, value: object) -> None:
    request = {"version": protocol.VERSION, "id": ID, "verb": "plan", "spec": {**SPEC, field: value}}
    with contextlib.suppress(ServerError):
        accepted = reading.parse(json.dumps(request).encode()).spec
        assert accepted is not None
        assert HostingSpec.from_data(json.loads(accepted.to_json())) == accepted


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    with contextlib.suppress(ServerError):
        reading.parse(raw)

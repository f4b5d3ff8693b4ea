"""The agent understands a request about a copy wholly or refuses it, and repeats no password."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provisioning.agent import reading
from provisioning.agent.protocol import Request, Verb
from provisioning.agent.staging.wire import Copy, Step
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind, Secret

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SPEC = HostingSpec(slug="uji-contoh", domains=("uji-contoh.kota.test",), kind=Kind.STATIC, team_only=True)
PASSWORD = "kXh3mPq9tRv7wYz2bNc4"
COPY = Copy(step=Step.PREPARE, source="contoh", database=True, password=Secret(PASSWORD))


def asked(**changed: Any) -> bytes:
    sent = json.loads(Request(id=ID, verb=Verb.COPY, spec=SPEC, copy=COPY).to_line())
    sent["copy"].update(changed)
    return json.dumps(sent).encode()


def test_a_copy_survives_the_wire_and_prints_no_password() -> None:
    for copy in (COPY, Copy(step=Step.PUT, source="contoh", database=False)):
        sent = Request(id=ID, verb=Verb.COPY, spec=SPEC, copy=copy)
        assert reading.parse(sent.to_line()) == sent
        assert PASSWORD not in repr(sent)


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "../../etc"},
        {"source": ""},
        {"source": "a" * 27},
        {"source": SPEC.slug},  # it would wait for its own turn for ever, and all backups behind it
        {"step": "put; id"},
        {"database": 1},
        {"password": "pendek"},
        {"password": f"{PASSWORD}'); DROP"},
        {"password": f"{PASSWORD}\n"},
        {"command": "id"},
    ],
)
def test_what_is_not_understood_is_refused_and_not_repeated(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(asked(**changed))
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert PASSWORD not in refused.value.detail


def test_a_copy_belongs_to_its_verb_alone() -> None:
    for verb, copy in ((Verb.PLAN, COPY), (Verb.COPY, None)):
        with pytest.raises(ServerError) as refused:
            reading.parse(Request(id=ID, verb=verb, spec=SPEC, copy=copy).to_line())
        assert refused.value.code is ErrorCode.BAD_REQUEST

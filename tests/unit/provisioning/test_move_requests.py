"""The agent understands a request about a move wholly or refuses it, and repeats no hash of a password."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provisioning.agent import protocol, reading
from provisioning.agent.move_request import CHUNK, Move, Piece
from provisioning.agent.protocol import Request, Verb
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SPEC = HostingSpec(slug="contoh", domains=("contoh.kota.test",), kind=Kind.STATIC)
HASH = "$y$j75$abcdefghij$klmnopqrstuvwxyz0123456789"


def asked(verb: Verb = Verb.TAKE, **changed: Any) -> bytes:
    """Return a request whose move has something else in it."""
    sent = json.loads(Request(id=ID, verb=verb, spec=SPEC, move=Move(id=ID, piece=Piece.FILES)).to_line())
    sent["move"].update(changed)
    return json.dumps(sent).encode()


def test_a_chunk_of_any_bytes_survives_the_wire_and_fits_its_line() -> None:
    move = Move(id=ID, piece=Piece.DATABASE, offset=7, data=bytes(range(256)) * (CHUNK // 256), logins={"sftp": HASH})
    sent = Request(id=ID, verb=Verb.TAKE, spec=SPEC, move=move)
    assert len(sent.to_line()) < protocol.REQUEST_MAX
    assert reading.parse(sent.to_line()) == sent
    assert HASH not in repr(sent)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "../../etc"},
        {"piece": "../files"},
        {"offset": -1},
        {"offset": True},
        {"offset": 2**60},
        {"data": "nicht base64!"},
        {"data": "A" * (2 * CHUNK + 4)},
        {"sha256": "0" * 63},
        {"logins": {"root": HASH}},
        {"logins": {"sftp": f"{HASH}\nroot:x"}},
        {"logins": {"sftp": "x:y"}},
        {"logins": {"database": "*abc"}},
        {"command": "id"},
    ],
)
def test_what_is_not_understood_is_refused_and_not_repeated(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(asked(**changed))
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert "$y$" not in refused.value.detail


def test_a_move_belongs_to_its_verbs_alone() -> None:
    for verb, moves in ((Verb.PLAN, True), (Verb.PACK, False)):
        move = Move(id=ID, piece=Piece.FILES) if moves else None
        with pytest.raises(ServerError, match="move"):
            reading.parse(Request(id=ID, verb=verb, spec=SPEC, move=move).to_line())

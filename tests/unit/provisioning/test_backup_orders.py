"""Orders about backups are understood wholly or refused, and so is the place where backups go."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.agent import protocol, reading
from provisioning.agent.backup.repository import Repository, RepositoryError
from provisioning.agent.backup.restoring import exceeds
from provisioning.agent.backup.wire import BackupAction, BackupOrder, KeepRule, OrderError, RestorePart, SnapshotReason
from provisioning.agent.protocol import Request, Verb
from provisioning.agent.quotactl import Quota
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
SPEC = HostingSpec(slug="contoh", domains=("contoh.kota.test",), kind=Kind.STATIC)
SNAPSHOT = "a" * 64
RESTORE: dict[str, Any] = {"deed": "restore", "snapshot": SNAPSHOT, "part": "path", "path": "public/foto.jpg"}
MB = 1024 * 1024


def request(verb: str = "backup", **changed: Any) -> bytes:
    plain: dict[str, Any] = {"version": protocol.VERSION, "id": ID, "verb": verb, "spec": json.loads(SPEC.to_json())}
    return json.dumps({**plain, "backup": RESTORE, **changed}).encode()


def test_orders_survive_the_wire() -> None:
    order = BackupOrder(
        deed=BackupAction.RESTORE, snapshot=SNAPSHOT, part=RestorePart.PATH, path="private/café [1] *?/a b.bin"
    )
    for sent in (
        Request(id=ID, verb=Verb.BACKUP, spec=SPEC, backup=order),
        Request(
            id=ID,
            verb=Verb.BACKUP,
            spec=SPEC,
            backup=BackupOrder(deed=BackupAction.SNAPSHOT, reason=SnapshotReason.LAST),
        ),
        Request(id=ID, verb=Verb.FORGET, keeps=(KeepRule(slug="contoh", daily=7, last=1), KeepRule(slug="lain"))),
        Request(id=ID, verb=Verb.REPOSITORY),
    ):
        assert reading.parse(sent.to_line()) == sent


@pytest.mark.parametrize(
    "path",
    ["", "/", "public//a", "public/../private", "public/..", "../etc", "/etc/shadow", "logs/access.log", "tmp/x",
     "public/", "public/a\nb", "public/a\0b", "publik/a", "public/" + "a" * 256,
     "public/" + "a/" * 500 + "b", "public/\ud800"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(request(backup={**RESTORE, "path": path}))
    assert refused.value.code is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    "changed",
    [
        {"backup": None},
        {"backup": {**RESTORE, "snapshot": "latest"}},
        {"backup": {**RESTORE, "snapshot": SNAPSHOT + "\n"}},
        {"backup": {**RESTORE, "part": "whole"}},
        {"backup": {**RESTORE, "beside": "../../etc"}},
        {"backup": {**RESTORE, "beside": "pulihan-20261126-010203/x"}},
        {"backup": {**RESTORE, "target": "/"}},
        {"backup": {**RESTORE, "path": 7}},
        {"backup": {"deed": "snapshot", "snapshot": SNAPSHOT}},
        {"backup": {"deed": "snapshot", "path": "public"}},
        {"backup": {"deed": "drill"}},
        {"backup": {"deed": "forget"}},
        {"spec": None},
        {"keeps": [{"slug": "contoh"}]},
        {"verb": "usage"},
        {"verb": "forget", "spec": None, "backup": None, "keeps": [{"slug": "../x"}]},
        {"verb": "forget", "spec": None, "backup": None, "keeps": [{"slug": "contoh", "daily": True}]},
        {"verb": "forget", "spec": None, "backup": None, "keeps": [{"slug": "contoh", "daily": -1}]},
        {"verb": "forget", "spec": None, "backup": None, "keeps": [{"slug": "contoh", "yearly": 1}]},
        {"verb": "forget", "spec": None, "backup": None, "keeps": "contoh"},
    ],
)
def test_an_order_that_is_not_understood_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refused:
        reading.parse(request(**changed))
    assert refused.value.code is ErrorCode.BAD_REQUEST


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from([field.name for field in dataclasses.fields(BackupOrder)]), value=ANYTHING)
def test_any_value_in_any_field_is_understood_or_refused(field: str, value: object) -> None:
    with contextlib.suppress(OrderError):
        order = BackupOrder.from_data({**RESTORE, field: value})
        assert BackupOrder.from_data(json.loads(json.dumps(order.to_data()))) == order


@pytest.mark.parametrize(
    "place",
    ["", "relative/path", "/var/../etc", "/srv/hosting/contoh", "/a b", "/x;id", "sftp:host:/x", "sftp://host/x",
     "sftp://user@-oProxyCommand=id/x", "sftp://-l@host/x", "sftp://user@host:22x/x", "sftp://user@host/x y",
     "rest:http://host/x", "s3:http://host/x", "local:/x", "rclone:remote:x", "b2:bucket:x"],
)  # fmt: skip
def test_a_place_that_is_more_than_a_place_is_refused(place: str) -> None:
    with pytest.raises(RepositoryError):
        Repository(place=place)


def test_the_way_to_a_place_elsewhere_pins_the_host_and_names_no_secret() -> None:
    repository = Repository(
        place="sftp://cadangan@192.0.2.7:2222//srv/gudang", environment={"AWS_ACCESS_KEY_ID": "k3y"}
    )
    (_, command) = repository.options
    for part in ("-p 2222", "-l cadangan 192.0.2.7 -s sftp", "StrictHostKeyChecking=yes", "-F /dev/null"):
        assert part in command
    assert "k3y" not in repr(repository) + command
    assert Repository.from_data(json.loads(repository.to_json())) == repository


@pytest.mark.parametrize(
    ("used", "coming", "leaving", "is_too_much"),
    [
        ((90, 90), (11, 1), (0, 0), True),
        ((90, 90), (10, 10), (0, 0), False),
        ((90, 90), (1, 11), (0, 0), True),
        ((90, 90), (50, 50), (50, 50), False),
        ((100, 100), (60, 1), (50, 50), True),
    ],
)
def test_what_exceeds_a_hostings_limits_is_known_before(
    used: tuple[int, int], coming: tuple[int, int], leaving: tuple[int, int], is_too_much: bool
) -> None:
    quota = Quota(disk_mb=100, inodes=100, used_bytes=used[0] * MB, used_inodes=used[1])
    assert exceeds(quota, (coming[0] * MB, coming[1]), (leaving[0] * MB, leaving[1])) is is_too_much
    unlimited = dataclasses.replace(quota, disk_mb=0, inodes=0)
    assert not exceeds(unlimited, (coming[0] * MB, coming[1]), (leaving[0] * MB, leaving[1]))

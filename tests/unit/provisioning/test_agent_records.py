"""What is ours is what a record claims; a user id rests before it is given again."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.agent import planner
from provisioning.agent.config import AgentConfig, ConfigError, DnsConfig, WildcardFiles
from provisioning.agent.lock import held
from provisioning.agent.record import Record, Records
from provisioning.agent.site import Site
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSpec, Secret

CONFIG = AgentConfig(
    zones=("kota.test",),
    addresses_shared=("10.0.0.5",),
    addresses_dedicated=("10.0.0.6",),
    uid_first=50_000,
    uid_last=50_002,
    dns=DnsConfig(server="10.0.0.1", key_name="layanan", secret=Secret("c2VjcmV0c2VjcmV0c2Vj")),
    wildcards={"kota.test": WildcardFiles(certificate="/etc/ssl/kota.pem", key="/etc/ssl/kota.key")},
)

THERE = {"domains": ["contoh.kota.test"], "custom_domains": ["pmb.smkn1.sch.id"], "addresses": ["10.0.0.6"]}


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr("os.fchown", lambda *_: None)  # root's ownership is the lab's to test
    return Records(tmp_path)


def spec(slug: str = "contoh", domain: str = "contoh.kota.test", **changed: object) -> HostingSpec:
    return HostingSpec.from_data({"slug": slug, "domains": [domain], "kind": "static", **changed})


def test_a_record_is_read_as_it_was_written(records: Records) -> None:
    record = Record(slug="contoh", uid=50_000, claims=("account", "dns:contoh.kota.test"), spec={}, quota=(1, 2))
    records.save(record)
    assert records.load("contoh") == record
    assert record.names == ("contoh.kota.test",)
    records.forget("contoh")
    assert not records.load("contoh").exists


def test_a_user_id_in_quarantine_is_not_given(records: Records) -> None:
    assert records.free_uid(CONFIG) == 50_000
    records.quarantine(50_000)
    records.save(Record(slug="lain", uid=50_001))
    assert records.free_uid(CONFIG) == 50_002
    records.quarantine(50_002)
    with pytest.raises(ServerError) as refusal:
        records.free_uid(CONFIG)
    assert refusal.value.code is ErrorCode.UID_RANGE_EXHAUSTED


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (spec(domain="contoh.lain.test"), ErrorCode.ZONE_NOT_ALLOWED),
        (spec(domain="xkota.test"), ErrorCode.ZONE_NOT_ALLOWED),
        (spec(domain="kota.test"), ErrorCode.ZONE_NOT_ALLOWED),
        (spec(addresses=["10.0.0.5"]), ErrorCode.ADDRESS_NOT_AVAILABLE),
        (spec(slug="dua", domain="contoh.kota.test"), ErrorCode.DOMAIN_TAKEN),
        (spec(slug="dua", domain="masuk.contoh.kota.test"), ErrorCode.DOMAIN_TAKEN),
        (spec(slug="dua", domain="dua.kota.test", addresses=["10.0.0.6"]), ErrorCode.ADDRESS_NOT_AVAILABLE),
        (spec(slug="dua", domain="dua.kota.test", custom_domains=["tiga.kota.test"]), ErrorCode.ZONE_NOT_ALLOWED),
        (spec(slug="dua", domain="dua.kota.test", custom_domains=["kota.test"]), ErrorCode.ZONE_NOT_ALLOWED),
        (spec(slug="dua", domain="dua.kota.test", custom_domains=["pmb.smkn1.sch.id"]), ErrorCode.DOMAIN_TAKEN),
    ],
)
def test_what_is_not_this_hostings_to_have_is_refused(wanted: HostingSpec, code: ErrorCode) -> None:
    there = Record(slug="contoh", spec=THERE)
    with pytest.raises(ServerError) as refusal:
        planner.permit(Site(spec=wanted, config=CONFIG, record=Record(slug=wanted.slug)), [there])
    assert refusal.value.code is code


def test_the_configuration_is_read_as_it_was_written() -> None:
    import json

    assert AgentConfig.from_data(json.loads(CONFIG.to_json())) == CONFIG
    assert "c2VjcmV0" not in repr(CONFIG)


@pytest.mark.parametrize(
    "changed",
    [
        {"zones": ["-x.test"]},
        {"addresses_shared": []},
        {"addresses_shared": ["10.0.0"]},
        {"uid_first": 0},
        {"uid_last": 65534},
        {"dns": {"server": "10.0.0.1\nshow", "key_name": "k", "secret": "c2VjcmV0c2VjcmV0c2Vj"}},
        {"dns": {"server": "10.0.0.1", "key_name": "k k", "secret": "c2VjcmV0c2VjcmV0c2Vj"}},
        {"wildcards": {"kota.test": {"certificate": "/etc/../x", "key": "/k"}}},
        {"shell": "/bin/sh"},
    ],
)
def test_a_wrong_configuration_is_refused(changed: dict[str, object]) -> None:
    base: dict[str, object] = {"zones": ["kota.test"], "addresses_shared": ["10.0.0.5"]}
    with pytest.raises(ConfigError):
        AgentConfig.from_data({**base, **changed})


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with held(path, wait=0):
        with pytest.raises(ServerError) as refusal, held(path, wait=0.05):
            pass
        assert refusal.value.code is ErrorCode.LOCKED
    with held(path, wait=0):
        pass

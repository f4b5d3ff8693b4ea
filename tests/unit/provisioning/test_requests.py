"""The agent refuses every request it does not fully understand, and never repeats a secret."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from provisioning.agent import protocol, reading
from provisioning.agent.protocol import Request, Verb, Work
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, Kind, PhpSettings, Secret

ID = "6f1c1c1e-8a52-4b8e-9d0c-0f7f3a1b2c3d"
OTHER = ID.replace("6", "7")
PLAIN = HostingSpec(slug="lain", domains=("lain.kota.test",), kind=Kind.STATIC)
SPEC: dict[str, Any] = {"slug": "contoh", "domains": ["contoh.kota.test"], "kind": "php", "php_version": "8.2"}


def line(**changed: Any) -> bytes:
    """Return a request to apply; what belongs to its one piece of work is changed there."""
    of_work: dict[str, Any] = {key: changed.pop(key) for key in ("spec", "secrets", "plan_hash") if key in changed}
    only: dict[str, Any] = {"id": ID, "spec": SPEC, **of_work}
    return json.dumps({"version": protocol.VERSION, "id": ID, "verb": "apply", "works": [only], **changed}).encode()


def work(number: int, **changed: Any) -> dict[str, Any]:
    return {"id": f"{ID[:-2]}{number:02}", "spec": {**SPEC, "slug": f"contoh{number}"}, **changed}


def test_a_request_survives_the_wire() -> None:
    spec = HostingSpec(slug="contoh", domains=("contoh.kota.test",), kind=Kind.STATIC, addresses=("10.0.0.6",))
    secrets = HostingSecrets(sftp_password=Secret("Abcdefgh-1234"), database_password=Secret("'\\\"`${x}%$12"))
    work = Work(id=ID, spec=spec, secrets=secrets, plan_hash="a" * 64)
    sent = Request(id=ID, verb=Verb.APPLY, works=(work, dataclasses.replace(work, id=OTHER, spec=PLAIN)))
    assert reading.parse(sent.to_line()) == sent
    assert "Abcdefgh" not in repr(sent)


def test_a_question_for_use_survives_it_too_and_no_other_request_speaks_of_it() -> None:
    asked = Request(id=ID, verb=Verb.MEASURE, first_day=dt.date(2026, 11, 26))
    assert reading.parse(asked.to_line()) == asked
    assert b"first_day" not in Request(id=ID, verb=Verb.FACTS).to_line()


@pytest.mark.parametrize("secrets", [{"sftp_password": "Abcdefgh-1234"}, {"database_password": "Abcdefgh-1234"}])
def test_one_password_can_be_set_and_the_other_left_alone(secrets: dict[str, str]) -> None:
    (read,) = reading.parse(line(secrets=secrets)).works
    assert read.secrets is not None
    none = dict.fromkeys(("sftp_password", "database_password", "page_password"))
    assert protocol.reveal(read.secrets) == {**none, **secrets}


def test_a_spec_from_before_owners_could_wish_for_anything_is_read_as_it_was_meant() -> None:
    (read,) = reading.parse(line()).works
    assert (read.spec.php, read.spec.cron) == (PhpSettings(), ())
    assert HostingSpec.from_data(json.loads(read.spec.to_json())) == read.spec


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": 1}, ErrorCode.VERSION_MISMATCH),
        ({"verb": "shell"}, ErrorCode.BAD_REQUEST),
        ({"id": "1; rm -rf /"}, ErrorCode.BAD_REQUEST),
        ({"id": ID + "\n"}, ErrorCode.BAD_REQUEST),
        ({"command": "id"}, ErrorCode.BAD_REQUEST),
        ({"spec": None}, ErrorCode.BAD_REQUEST),
        ({"spec": "contoh"}, ErrorCode.BAD_REQUEST),
        ({"plan_hash": "x"}, ErrorCode.BAD_REQUEST),
        ({"verb": "plan"}, ErrorCode.BAD_REQUEST),
        ({"works": []}, ErrorCode.BAD_REQUEST),
        ({"works": {}}, ErrorCode.BAD_REQUEST),
        ({"works": ["contoh"]}, ErrorCode.BAD_REQUEST),
        ({"works": [work(1), work(2, id=work(1)["id"])]}, ErrorCode.BAD_REQUEST),
        ({"works": [work(1), work(2, spec=work(1)["spec"])]}, ErrorCode.BAD_REQUEST),
        ({"works": [work(1, user="root")]}, ErrorCode.BAD_REQUEST),
        ({"works": [work(number) for number in range(protocol.WORKS_MAX + 1)]}, ErrorCode.BAD_REQUEST),
        ({"lines": 10**6}, ErrorCode.BAD_REQUEST),
        ({"lines": True}, ErrorCode.BAD_REQUEST),
        ({"since": -1}, ErrorCode.BAD_REQUEST),
        ({"since": "0"}, ErrorCode.BAD_REQUEST),
        ({"since": True}, ErrorCode.BAD_REQUEST),
        ({"since": 1e300}, ErrorCode.BAD_REQUEST),
        ({"after": "../etc"}, ErrorCode.BAD_REQUEST),
        ({"after": "0"}, ErrorCode.BAD_REQUEST),
        ({"after": 7}, ErrorCode.BAD_REQUEST),
        ({"first_day": "2026-11-26"}, ErrorCode.BAD_REQUEST),
        ({"verb": "measure", "works": []}, ErrorCode.BAD_REQUEST),
        ({"verb": "measure", "works": [], "first_day": "2026-02-30"}, ErrorCode.BAD_REQUEST),
        ({"verb": "measure", "works": [], "first_day": "20261126"}, ErrorCode.BAD_REQUEST),
        ({"verb": "measure", "works": [], "first_day": "2026-11-26\n"}, ErrorCode.BAD_REQUEST),
        ({"verb": "measure", "works": [], "first_day": 20261126}, ErrorCode.BAD_REQUEST),
        ({"log": "../private/x"}, ErrorCode.BAD_REQUEST),
        ({"log": None}, ErrorCode.BAD_REQUEST),
        ({"secrets": {}}, ErrorCode.BAD_REQUEST),
        ({"secrets": {"sftp_password": None, "database_password": None}}, ErrorCode.BAD_REQUEST),
        ({"secrets": {"sftp_password": "pendek"}}, ErrorCode.BAD_REQUEST),
        ({"secrets": {"sftp_password": "two\nlines-of-text"}}, ErrorCode.BAD_REQUEST),
        ({"secrets": {"sftp_password": "root:password-x"}}, ErrorCode.BAD_REQUEST),
        ({"secrets": {"sftp_password": "Abcdefgh-1234", "root": "x"}}, ErrorCode.BAD_REQUEST),
    ],
)
def test_what_is_not_understood_is_refused(changed: dict[str, Any], code: ErrorCode) -> None:
    with pytest.raises(ServerError) as refusal:
        reading.parse(line(**changed))
    assert refusal.value.code is code


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b" " * 1_100_000])
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    with pytest.raises(ServerError) as refusal:
        reading.parse(raw)
    assert refusal.value.code is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    "changed",
    [
        {"slug": "../etc"},
        {"slug": "contoh\n"},
        {"slug": "contoh\x00"},
        {"slug": "-x"},
        {"slug": "a" * 27},
        {"slug": "Contoh"},
        {"domains": []},
        {"domains": "contoh.kota.test"},
        {"domains": ["contoh.kota.test\n"]},
        {"domains": ["contoh.kota.test", "contoh.kota.test"]},
        {"domains": ["*.kota.test"]},
        {"domains": ["a.kota.test\n</VirtualHost>"]},
        {"domains": [7]},
        {"custom_domains": ["pmb.smkn1.sch.id\n"]},
        {"custom_domains": ["pmb.smkn1.sch.id\n</VirtualHost>"]},
        {"custom_domains": ["*.smkn1.sch.id"]},
        {"custom_domains": ["lokal"]},
        {"custom_domains": ["contoh.kota.test"]},
        {"custom_domains": "pmb.smkn1.sch.id"},
        {"custom_domains": [f"n{n}.sch.id" for n in range(6)]},
        {"php_version": "8.2\nExecStart=/bin/sh"},
        {"php_version": None},
        {"kind": "cgi"},
        {"document_root": "public/../../etc"},
        {"document_root": "/etc"},
        {"document_root": "public/a\nb"},
        {"document_root": "public/.git"},
        {"public_storage": True},
        {"public_storage": True, "document_root": "public/app"},
        {"public_storage": "ya", "document_root": "public/app/public"},
        {"database": "yes"},
        {"owner": "Dinas\nKesehatan"},
        {"owner": 7},
        {"owner": ["D", "S"]},
        {"owner": "Dinas \ud800"},
        {"addresses": ["10.0.0.6\n"]},
        {"addresses": ["010.0.0.6"]},
        {"addresses": ["fe80::1%eth0"]},
        {"ssh_keys": ['command="sh" ssh-ed25519 ' + "A" * 68]},
        {"ssh_keys": ["ssh-ed25519 " + "A" * 68 + "\nssh-rsa " + "B" * 68]},
        {"ssh_keys": ["ssh-ed25519 " + "A" * 68] * 21},
        {"php": {"upload_mb": 0}},
        {"php": {"upload_mb": 513}},
        {"php": {"upload_mb": "64M"}},
        {"php": {"upload_mb": True}},
        {"php": {"memory_mb": 5000}},
        {"php": {"seconds": 0}},
        {"php": {"seconds": "30\nextension=x"}},
        {"php": {"timezone": "Asia/Makassar\nextension=x"}},
        {"php": {"timezone": "Europe/Berlin"}},
        {"php": {"extension": "x"}},
        {"php": "php"},
        {"cron": [{"script": "private/a.php"}]},
        {"cron": [{"script": "private/a.php", "minutes": 5, "at": "02:00"}]},
        {"cron": [{"script": "private/a.php", "minutes": 1}]},
        {"cron": [{"script": "private/a.php", "minutes": "5"}]},
        {"cron": [{"script": "private/a.php", "minutes": 5, "weekday": "Mon"}]},
        {"cron": [{"script": "private/a.php", "at": "24:00"}]},
        {"cron": [{"script": "private/a.php", "at": "02:00\nExecStart=/bin/sh"}]},
        {"cron": [{"script": "private/a.php", "at": "02:00", "weekday": "Senin"}]},
        {"cron": [{"script": "private/a.php; id", "minutes": 5}]},
        {"cron": [{"script": "private/../../a.php", "minutes": 5}]},
        {"cron": [{"script": "private/%h.php", "minutes": 5}]},
        {"cron": [{"script": "private/a.php\n", "minutes": 5}]},
        {"cron": [{"script": "logs/a.php", "minutes": 5}]},
        {"cron": [{"script": "private/a.sh", "minutes": 5}]},
        {"cron": [{"script": "private/a.php", "minutes": 5, "user": "root"}]},
        {"cron": [{"script": f"private/{n}.php", "minutes": 5} for n in range(6)]},
        {"cron": [{"script": "private/a.php", "minutes": 5}] * 2},
        {"kind": "static", "php_version": None, "cron": [{"script": "private/a.php", "minutes": 5}]},
        {"limits": {"memory_mb": -1}},
        {"limits": {"memory_mb": "256M"}},
        {"limits": {"memory_mb": True}},
        {"limits": {"unknown": 1}},
        {"shell": "/bin/bash"},
    ],
)
def test_a_spec_that_would_leave_its_place_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as refusal:
        reading.parse(line(spec={**SPEC, **changed}))
    assert refusal.value.code is ErrorCode.BAD_REQUEST

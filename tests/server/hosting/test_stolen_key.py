"""Whoever has the bot's key sends the agent whatever they like: it does typed requests and nothing else."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from provisioning.agent import protocol, reading
from provisioning.fleet import ServerAddress
from provisioning.lab import LabServer
from provisioning.spec import Secret
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside

# what each place that a value goes to would take for more than a value
POISON = {
    "newline": "a\nRequire all granted",
    "NUL": "a\0b",
    "carriage return": "a\rb",
    "traversal": "../../etc/cron.d/x",
    "absolute": "/etc/cron.d/x",
    "shell": "$(touch /tmp/racun);`touch /tmp/racun`",
    "template": "{{ ''.__class__.__mro__[1].__subclasses__() }}{% include '/etc/shadow' %}",
    "SQL": "a'; DROP DATABASE mysql; -- ",
    "Apache": 'x">\n</VirtualHost>\nInclude /etc/shadow\n#',
    "variable": "${LAYANAN_SITES}%{HTTP_HOST}",
    "option": "-oProxyCommand=touch",
    "chpasswd": "root:rahasia123456",
    "right to left": "a\u202eb",
    "half a character": "\ud800",
    "long": "a" * 70_000,
}
STATE = (
    "find /etc /srv/hosting /var/lib/layanan/sites /usr/lib/layanan-agent /root /var/spool/cron /tmp -type f"
    " ! -path '*/logs/*' -printf '%p %m %u %g %s\\n' | sort; getent passwd; getent shadow;"
    " mariadb -N -e 'SELECT user, host FROM mysql.user; SHOW DATABASES'"
)


def a_request() -> dict[str, Any]:
    slug = f"curi{uuid.uuid4().hex[:6]}"
    spec = {
        "slug": slug, "domains": [f"{slug}.hosting.test"], "kind": "php", "php_version": "8.2", "database": True,
        "document_root": "public", "owner": "Dinas", "state": "active", "ssh_keys": [], "addresses": [],
        "limits": {"disk_mb": 100},
    }  # fmt: skip
    secrets = {"sftp_password": "SandiSftp-123456", "database_password": "SandiDb-123456"}
    work = {"id": str(uuid.uuid4()), "spec": spec, "secrets": secrets, "plan_hash": None}
    return {"version": protocol.VERSION, "id": str(uuid.uuid4()), "verb": "apply", "lines": 5, "works": [work]}


def poisoned() -> Iterator[dict[str, Any]]:
    """Yield a request for each of its values and each poison, and for each poison as the name of a field."""
    for path in _places(a_request()):
        for value in POISON.values():
            if _is_any_text(path, value):
                continue
            request = a_request()
            _set(request, path, value)
            yield request
    for value in POISON.values():
        yield {**a_request(), value: 1}


def _is_any_text(path: tuple[Any, ...], value: str) -> bool:
    """Whether it may be there: an owner's name is escaped where it is shown, a password may be of any such signs."""
    return path[-1] == "owner" or (str(path[-1]).endswith("_password") and bool(reading.PASSWORD.fullmatch(value)))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside, lists and objects too."""
    inner: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, below in inner:
        yield (*path, key)
        yield from _places(below, (*path, key))
    if isinstance(value, list) and not value:
        yield (*path, 0)


def _set(request: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        request = request[key]
    if isinstance(request, list) and not request:
        request.append(value)
    else:
        request[path[-1]] = copy.deepcopy(value)


def _said(outside: Outside, key: Secret, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send requests one after another over one channel and return the last word on each."""
    answers = []
    with outside.conversation("layanan", key) as ssh:
        assert ssh.stdin is not None
        assert ssh.stdout is not None
        for request in requests:
            ssh.stdin.write(json.dumps(request) + "\n")
            ssh.stdin.flush()
            answer = json.loads(ssh.stdout.readline())
            while "event" in answer:
                answer = json.loads(ssh.stdout.readline())
            answers.append(answer)
        ssh.stdin.close()
    return answers


async def test_every_poison_in_every_field_is_refused_and_leaves_no_trace(
    address: ServerAddress, web: LabServer, outside: Outside, bot_key: Secret
) -> None:
    assert address.host == web.address
    before, requests = web.run(STATE).stdout, list(poisoned())
    assert len(requests) > 300
    answers = _said(outside, bot_key, requests)
    taken = [request for request, answer in zip(requests, answers, strict=True) if not _refused(answer)]
    assert taken == []
    assert web.run(STATE).stdout == before


def _refused(answer: dict[str, Any]) -> bool:
    code = answer.get("error", {}).get("code")
    works = answer.get("result", {}).get("works", {"": {}})
    return code in {"bad_request", "version_mismatch"} or all("error" in work for work in works.values())


async def test_an_owners_name_is_text_wherever_it_is_shown(
    hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    hosting = hostings.want()
    hosting.spec = _owned_by(hosting, "{{ 7*7 }}</VirtualHost><script>alert(1)</script>$(id)`id`%{HTTP_HOST}")
    await hosting.apply()
    page = outside.curl(f"https://{hosting.name}/")
    assert page.status == 200
    assert "{{ 7*7 }}&lt;/VirtualHost&gt;&lt;script&gt;" in page.body
    assert "uid=" not in page.body
    assert web.run("apache2ctl -t 2>&1").stdout.strip().endswith("Syntax OK")


def _owned_by(hosting: Hosting, owner: str) -> Any:
    return type(hosting.spec).from_data({**json.loads(hosting.spec.to_json()), "owner": owner})


async def test_what_is_not_the_bots_cannot_be_named(
    hosting: Hosting, outside: Outside, web: LabServer, bot_key: Secret
) -> None:
    """A whole and well-formed request for something that somebody else made on this server."""
    web.run("useradd -M h_direktur; mkdir -p /srv/hosting/arsip-lama; mariadb -e 'CREATE DATABASE h_keuangan'")
    requests = []
    for slug, names in (
        ("direktur", ["direktur.hosting.test"]),
        ("arsip-lama", ["arsip-lama.hosting.test"]),
        ("keuangan", ["keuangan.hosting.test"]),
        ("lain", [hosting.name]),
        ("luar", ["www.contoh.com"]),
        ("akar", ["hosting.test"]),
    ):
        for state in ("active", "removed"):
            request = a_request()
            request["works"][0]["spec"] |= {"slug": slug, "domains": names, "state": state}
            requests.append(request)
    _said(outside, bot_key, requests)
    try:
        assert web.run("getent passwd h_direktur; ls -d /srv/hosting/arsip-lama").stdout.count("\n") == 2
        assert web.run("mariadb -N -e 'SHOW DATABASES LIKE \"h_keuangan\"'").stdout.strip() == "h_keuangan"
        assert outside.curl(f"https://{hosting.name}/").status == 200
        made = web.run("ls /etc/apache2/layanan-sites /var/lib/layanan/sites").stdout
        assert not any(f"{slug}." in made for slug in ("direktur", "arsip-lama", "keuangan", "lain", "luar", "akar"))
    finally:
        web.run("userdel h_direktur; rmdir /srv/hosting/arsip-lama; mariadb -e 'DROP DATABASE h_keuangan'")


@pytest.mark.parametrize(
    "options",
    [["-s"], ["-o", "SendEnv=*", "-o", "SetEnv=PYTHONPATH=/tmp LD_PRELOAD=/tmp/x.so PYTHONSTARTUP=/tmp/x.py"]],
    ids=["subsystem", "environment"],
)
async def test_no_option_of_ssh_gets_more_than_the_agent(
    address: ServerAddress, outside: Outside, bot_key: Secret, options: list[str]
) -> None:
    assert address.port == 22
    command = "sftp" if options == ["-s"] else "env; id; cat /etc/shadow"
    asked = outside.with_key("ssh", "layanan", bot_key, *options, "@", command, given="bukan permintaan\n")
    assert "uid=" not in asked.stdout
    assert "root:" not in asked.stdout
    refused = {"error"} == set().union(*(json.loads(line) for line in asked.stdout.splitlines()))
    assert refused or asked.returncode != 0


@pytest.mark.parametrize("asked", [["-R", "0:127.0.0.1:22"], ["-W", "127.0.0.1:22"]], ids=["in", "out"])
async def test_the_key_opens_no_way_through(
    address: ServerAddress, outside: Outside, bot_key: Secret, asked: list[str]
) -> None:
    assert address.port == 22
    options = ["-o", "ExitOnForwardFailure=yes", *asked]
    refused = outside.with_key("ssh", "layanan", bot_key, *options, "@", given="bukan permintaan\n")
    assert (refused.returncode, refused.stdout) == (255, "")


async def test_sshd_itself_says_that_the_key_may_do_its_command_and_nothing_else(
    address: ServerAddress, outside: Outside, bot_key: Secret
) -> None:
    """Neither forwarding of ports, of an agent or of X11, nor a terminal, nor a file of its own at login."""
    assert address.port == 22
    told = outside.with_key("ssh", "layanan", bot_key, "-v", "@", given="bukan permintaan\n").stderr
    permitted = re.findall(r"Remote: .*key options: (.*?)\r?$", told, flags=re.MULTILINE)
    assert permitted, told
    assert set(permitted) == {"command"}


async def test_an_answer_never_repeats_a_password(outside: Outside, address: ServerAddress, bot_key: Secret) -> None:
    assert address.port == 22
    requests = []
    for path in (path for path in _places(a_request()) if "secrets" in path):
        request = a_request()
        _set(request, path, ["JANGAN-DIULANG"])
        requests.append(request)
    assert "JANGAN-DIULANG" not in json.dumps(_said(outside, bot_key, requests))

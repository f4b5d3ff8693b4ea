"""What an engineer types about a new server is checked before anything is sent there."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from provisioning.agent.config import ConfigError, DnsConfig
from provisioning.enrolment.settings import EnrollSettings, Wildcard
from provisioning.spec import Secret
from tests.unit.provisioning_client.agent_double import new_key, public

KEY = public(new_key())
GOOD = EnrollSettings(bot_public_key=KEY, zones=("hosting.test",), addresses_shared=("192.0.2.10",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"bot_public_key": KEY + '\ncommand="sh" ' + KEY},
        {"bot_public_key": "no-pty " + KEY},
        {"zones": ("tarakankota.go.id; rm -rf /",)},
        {"addresses_shared": ()},
        {"addresses_shared": ("sepuluh",)},
        {"php_versions": ("8.2 && id",)},
        {"wildcards": {"../../etc": Wildcard(certificate_pem="", key_pem=Secret(""))}},
        {"uid_first": 0},
        {"uplink_kbit": 0},
    ],
)
def test_what_could_not_stand_in_a_servers_files_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        dataclasses.replace(GOOD, **wrong)


def test_the_key_of_the_zone_shows_nowhere() -> None:
    dns = DnsConfig(server="192.0.2.1", key_name="kota", secret=Secret("cmFoYXNpYS1zZWthbGk="))
    settings = dataclasses.replace(GOOD, dns=dns)
    assert "cmFoYXNpYS1zZWthbGk" not in repr(settings)
    assert "cmFoYXNpYS1zZWthbGk" in settings.agent_config().to_json(), "the server's own file needs it"

"""Hostings under the city's wildcard share one TLS set-up: what a visitor and an application must not notice of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.enrolment.settings import Wildcard
from provisioning.fleet import Fleet
from provisioning.lab import Lab, LabServer
from provisioning.lab.authority import found_city
from provisioning.spec import HostingSpec, Kind, Secret
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, outside_of, settings_for
from tests.server.hosting.outside import Outside
from tests.server.hosting.test_acme import shown

TELLING = "<?php echo json_encode(array_intersect_key($_SERVER, array_flip(['HTTPS','REQUEST_SCHEME','SERVER_PORT'])));"
ERROR_LOG = "/var/log/apache2/error.log"


@dataclasses.dataclass(frozen=True)
class Both:
    """A server with hostings that share TLS, and one that has its own: its names are under another wildcard."""

    server: LabServer
    sharing: Hosting
    another: Hosting
    alone: Hosting
    outside: Outside

    def asked(self, name: str, *, host: str, options: str = "") -> str:
        """Greet the server as `name` (SNI) and ask it for `host`; return the answer's status and page."""
        connect = f"--connect-to ::{self.server.address}:443"
        return self.server.run(
            f"curl -sk {options} {connect} -w '%{{http_code}}' -H 'Host: {host}' https://{name}/siapa.txt; true"
        ).stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared-tls")


@pytest.fixture(scope="module")
def server(lab: Lab, web: LabServer) -> Iterator[LabServer]:
    server = lab.start("bersama")
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def both(server: LabServer, bot_key: Secret, fleet: Fleet, place: Path) -> Both:
    under = f"dinas.{server.zone}"
    city = found_city(under, "192.0.2.1")
    other = Wildcard(certificate_pem=city.wildcard_certificate_pem, key_pem=city.wildcard_key_pem)
    settings = settings_for(server, bot_key)
    settings = dataclasses.replace(settings, wildcards={**settings.wildcards, under: other})
    hostings = Hostings(fleet, await enrolled(server, bot_key, settings), server, place)
    sharing, another = await hostings.make(database=False), await hostings.make(kind=Kind.STATIC)
    alone = hostings.want(kind=Kind.STATIC)
    alone.spec = _named(alone.spec, f"{alone.spec.slug}.{under}")
    await alone.apply()
    for hosting in (sharing, another, alone):
        put(server, hosting, "siapa.txt", f"{hosting.spec.slug} ")
    return Both(server, sharing, another, alone, outside_of(server, place))


def _named(spec: HostingSpec, name: str) -> HostingSpec:
    return dataclasses.replace(spec, domains=(name,))


def put(server: LabServer, hosting: Hosting, name: str, content: str) -> None:
    server.put(content, f"/srv/hosting/{hosting.spec.slug}/public/{name}")


def test_an_application_knows_that_it_is_behind_tls(both: Both) -> None:
    put(both.server, both.sharing, "tahu.php", TELLING)
    page = both.outside.curl(f"https://{both.sharing.name}/tahu.php")
    assert json.loads(page.body) == {"HTTPS": "on", "REQUEST_SCHEME": "https", "SERVER_PORT": "443"}
    both.server.run(f"mkdir -p /srv/hosting/{both.sharing.spec.slug}/public/folder")
    redirect = both.outside.curl(f"https://{both.sharing.name}/folder")
    assert (redirect.status, f"location: https://{both.sharing.name}/folder/" in redirect.headers) == (301, True)


def test_visitors_are_shown_the_right_certificate_over_http_2(both: Both) -> None:
    assert shown(both.server, both.sharing.name) == shown(both.server, both.another.name)
    assert shown(both.server, both.alone.name) != shown(both.server, both.sharing.name)
    assert both.outside.curl(f"https://{both.another.name}/siapa.txt").body == f"{both.another.spec.slug} "
    for name in (both.another.name, both.alone.name):
        options = f"-sk -o /dev/null -w '%{{http_version}}' --resolve {name}:443:{both.server.address}"
        assert both.server.run(f"curl {options} https://{name}/siapa.txt").stdout == "2"


def test_whom_a_visitor_greets_and_whom_they_ask_for_may_differ_only_where_the_certificate_is_one(both: Both) -> None:
    sharing, another, alone = both.sharing, both.another, both.alone
    # as browsers do that keep one HTTP/2 connection for all names of a certificate (RFC 9113, 9.1.1)
    assert both.asked(sharing.name, host=another.name) == f"{another.spec.slug} 200"
    for greeted, asked in ((alone, sharing), (sharing, alone)):
        assert both.asked(greeted.name, host=asked.name).endswith("421")
    nobody = f"bukan-siapa.{both.server.zone}"
    assert both.asked(nobody, host=nobody).endswith("404")


@pytest.mark.parametrize(("options", "scheme"), [("--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0", "https"), ("", "http")])
def test_an_old_handshake_or_none_at_all_gets_no_page(both: Both, options: str, scheme: str) -> None:
    name, connect = both.sharing.name, f"--connect-to ::{both.server.address}"
    page = both.server.run(
        f"curl -sk {options} {connect}:443 -w '%{{http_code}}' {scheme}://{name}:443/siapa.txt; true"
    )
    assert page.stdout[-3:] in {"000", "400"}


def test_a_reload_does_not_fill_the_log_with_a_line_for_each_hosting(both: Both) -> None:
    both.server.run(f"truncate -s 0 {ERROR_LOG}; systemctl reload apache2")
    assert "AH01916" not in both.server.run(f"sleep 0.5; cat {ERROR_LOG}").stdout


async def test_another_certificate_put_into_the_shared_file_by_hand_is_taken_back(both: Both) -> None:
    before = shown(both.server, both.sharing.name)
    other = f"/etc/layanan/tls/wildcard-dinas.{both.server.zone}"
    change = f"s,\\(SSLCertificate\\(Key\\)\\?File\\) .*\\.\\(pem\\|key\\),\\1 {other}.\\3,"
    both.server.run(f"sed -i '{change}' /etc/apache2/conf-enabled/zz-layanan.conf; systemctl reload apache2; sleep 1")
    assert shown(both.server, both.sharing.name) != before
    await both.sharing.apply()
    assert shown(both.server, both.sharing.name) == before


async def test_a_wildcard_in_use_is_shown_on_whatever_a_later_enrolment_leaves_out(
    both: Both, bot_key: Secret, fleet: Fleet, place: Path
) -> None:
    """An engineer who enrols the server once more without `--certificate` must not take it from all hostings."""
    before = shown(both.server, both.sharing.name)
    forgotten = dataclasses.replace(settings_for(both.server, bot_key), wildcards={})
    hostings = Hostings(fleet, await enrolled(both.server, bot_key, forgotten), both.server, place)
    later = await hostings.make(kind=Kind.STATIC)
    assert shown(both.server, both.sharing.name) == before
    assert both.outside.curl(f"https://{both.another.name}/siapa.txt").body == f"{both.another.spec.slug} "
    assert shown(both.server, later.name) != before

"""A handed-over site's database opens to nobody who knew its password, and the site stays open all the while."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.new_login import NewLogin
from provisioning.plan import ErrorCode
from provisioning.spec import HostingSecrets, State
from tests.server.hosting.backup_place import fill
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside
from tests.server.hosting.test_staging_copy import CONFIG, ENV, PAGE, in_home, password, revealed, write
from tests.server.visitors import Page, Visitors

THIEF = """<?php mysqli_report(MYSQLI_REPORT_OFF);
$name = $_POST['name'];
$theirs = @new mysqli('localhost', $name, $_POST['password'], $name);
echo $theirs->connect_errno ? 'tertutup' : $theirs->query('SELECT judul FROM surat ORDER BY id')->fetch_row()[0];"""
HOLDS_ON = """<?php mysqli_report(MYSQLI_REPORT_OFF); ignore_user_abort(true); set_time_limit(0);
$theirs = new mysqli('localhost', $_POST['name'], $_POST['password'], $_POST['name']);
file_put_contents('../private/jejak', 'masuk');
for ($n = 0; $n < 300 && @$theirs->query('SELECT 1'); $n++) { usleep(100000); }
file_put_contents('../private/jejak', 'putus');"""
DIES_MIDWAY = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, "/usr/lib/layanan-agent")
from provisioning.agent import config, new_login, protocol, verbs
from provisioning.agent.parts import database
from provisioning.spec import HostingSpec
new_login.COMPILED_SECONDS = 0
moment, spec, request = sys.argv[1:]
admit = database.admit
def admitted_at_last(*given):
    admit(*given)
    os._exit(9)
if moment == "files are still the old":
    database.admit = admitted_at_last
if moment == "files are the new":
    database.set_password = lambda *given: os._exit(9)
if moment == "it is not noted":
    new_login._end_connections_of_before = lambda *given: os._exit(9)
site = verbs._site(HostingSpec.from_data(json.loads(spec)), config.load(Path(protocol.CONFIG_FILE)))
new_login.renew(site, request)
"""


@pytest.fixture
async def site(hostings: Hostings) -> Hosting:
    """A site whose program reads its database's login from a file that it has closed to itself."""
    site = hostings.want()
    site.passwords = HostingSecrets(sftp_password=password(), database_password=password())
    await site.apply()
    fill(site)
    login = {"name": site.database, "password": revealed(site)}
    write(site, "public/wp-config.php", CONFIG.format(**login))
    write(site, "private/.env", ENV.format(**login))
    write(site, "public/index.php", PAGE)
    in_home(site, "chmod 400 public/wp-config.php; chmod 600 private/.env")
    return site


async def renewed(site: Hosting, request_id: str = "") -> NewLogin:
    return await site.fleet.renew_login(site.server, site.spec, request_id=request_id or str(uuid.uuid4()))


def tried_with_the_old(outside: Outside, thief: Hosting, site: Hosting) -> str:
    """Let a neighbour's PHP log in with the password that was the site's."""
    write(thief, "public/pencuri.php", THIEF)
    form = ("--data-urlencode", f"name={site.database}", "--data-urlencode", f"password={revealed(site)}")
    return outside.curl(f"https://{thief.name}/pencuri.php", *form).body


def lists(site: Hosting) -> str:
    return in_home(site, "stat -c '%n %U %a %h %i' public/wp-config.php private/.env; getfacl -R public private")


async def test_who_knew_the_old_password_gets_in_by_no_neighbour_and_the_site_stays_open(
    site: Hosting, hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    thief, request = await hostings.make(), str(uuid.uuid4())
    assert tried_with_the_old(outside, thief, site) == "Naskah Ü 😀 `x`"
    before = lists(site)
    with Visitors(web, Page(site.name, right=f"Naskah Ü 😀 `x`|{site.database}")) as visitors:
        done = await renewed(site, request)
    assert visitors.wrong == []
    assert len(visitors.seconds) > 5
    assert done == NewLogin(files=("private/.env", "public/wp-config.php"))
    assert tried_with_the_old(outside, thief, site) == "tertutup"
    assert lists(site) == before, "owners, rights and lists of the files are what they were"
    config = in_home(site, "cat public/wp-config.php private/.env")
    assert revealed(site) not in config
    assert await renewed(site, request) == done
    assert in_home(site, "cat public/wp-config.php private/.env") == config, "asked again it is not done again"
    assert config.split("'DB_PASSWORD', '")[1][:20] not in web.run("cat /var/lib/layanan/log/* /proc/*/cmdline").stdout
    site.are_destroyed = True
    assert (await site.verify(neighbours=(thief.spec.slug,))).failed == ()
    assert not (await site.apply()).changed


async def test_a_connection_that_somebody_holds_open_ends_with_the_password(
    site: Hosting, hostings: Hostings, web: LabServer
) -> None:
    thief = await hostings.make()
    write(thief, "public/tahan.php", HOLDS_ON)
    fields = f"--data-urlencode name={site.database} --data-urlencode password={revealed(site)}"
    to = f"--resolve {thief.name}:443:{web.address} -k -m 60 https://{thief.name}/tahan.php"
    web.run(f"(curl -s {fields} {to} >/dev/null 2>&1 &)")
    in_home(thief, "timeout 20 sh -c 'until [ -s private/jejak ]; do sleep 0.1; done'")
    assert in_home(thief, "cat private/jejak") == "masuk"
    await renewed(site)
    assert in_home(thief, "sleep 1; cat private/jejak") == "putus"


async def test_where_no_file_holds_the_password_it_stays_and_that_is_said(
    site: Hosting, hostings: Hostings, outside: Outside
) -> None:
    thief = await hostings.make()
    in_home(site, "rm public/wp-config.php private/.env")
    assert await renewed(site) == NewLogin(is_kept=True)
    assert tried_with_the_old(outside, thief, site) == "Naskah Ü 😀 `x`"
    assert not (await site.apply()).changed


@pytest.mark.parametrize("moment", ["files are still the old", "files are the new", "it is not noted"])
async def test_a_change_that_is_cut_off_ends_whole_and_the_site_is_open_meanwhile(
    site: Hosting, hostings: Hostings, outside: Outside, web: LabServer, moment: str
) -> None:
    thief, request = await hostings.make(), str(uuid.uuid4())
    given = f"'{moment}' '{site.spec.to_json()}' {request}"
    assert web.run(f"python3 - {given}", stdin=DIES_MIDWAY, check=False).returncode == 9
    seen, site.are_destroyed = f"Naskah Ü 😀 `x`|{site.database}", True
    await site.apply()  # whatever else is done meanwhile, as a closing by the office
    assert outside.curl(f"https://{site.name}/").body == seen
    assert not (await renewed(site, request)).is_kept
    assert outside.curl(f"https://{site.name}/").body == seen
    assert tried_with_the_old(outside, thief, site) == "tertutup"
    assert not (await site.apply()).changed, "nothing else opens the account"


async def test_nothing_is_written_beyond_the_accounts_rights_and_the_change_waits_for_it(
    site: Hosting, hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    thief, request = await hostings.make(), str(uuid.uuid4())
    foreign = f"/srv/hosting/{site.spec.slug}/private/asing.php"
    web.run(f"cat >{foreign}; chmod 644 {foreign}", stdin=CONFIG.format(name=site.database, password=revealed(site)))
    with pytest.raises(ProvisioningError) as refused:
        await renewed(site, request)
    assert refused.value.code is ErrorCode.FILE_UNFIT
    assert "private/asing.php" in refused.value.detail
    assert revealed(site) in web.run(f"cat {foreign}").stdout
    assert outside.curl(f"https://{site.name}/").body == f"Naskah Ü 😀 `x`|{site.database}"
    web.run(f"rm {foreign}")
    assert not (await renewed(site, request)).is_kept
    assert tried_with_the_old(outside, thief, site) == "tertutup"


async def test_a_closed_site_gets_it_too_and_stays_closed(site: Hosting, outside: Outside) -> None:
    await site.becomes(State.SUSPENDED)
    assert not (await renewed(site)).is_kept
    assert outside.curl(f"https://{site.name}/").status == 503
    site.are_destroyed = True
    assert not (await site.apply()).changed, "its account is still locked"
    await site.becomes(State.ACTIVE)
    assert outside.curl(f"https://{site.name}/").body == f"Naskah Ü 😀 `x`|{site.database}"


async def test_a_hosting_without_a_database_is_refused(hostings: Hostings) -> None:
    plain = await hostings.make(database=False)
    with pytest.raises(ProvisioningError) as refused:
        await renewed(dataclasses.replace(plain))
    assert refused.value.code is ErrorCode.NOT_OURS
